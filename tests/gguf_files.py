"""Small GGUF files for tests, written by hand so that every field can also be wrong. Knows no reader of ours."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

U32, I32, F32, BOOL, TEXT, ARRAY, U64 = 4, 5, 6, 7, 8, 9, 10
SHAPE = (32, 2)


def text(value: str | bytes) -> bytes:
    """A GGUF string."""
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(data)) + data


def value(it: Any) -> bytes:
    """A typed metadata value: int → u32, float → f32, bool, str, list of str or of int."""
    if isinstance(it, bytes):                   # ready made
        return it
    if isinstance(it, bool):
        return struct.pack("<I?", BOOL, it)
    if isinstance(it, int):
        return struct.pack("<II", U32, it)
    if isinstance(it, float):
        return struct.pack("<If", F32, it)
    if isinstance(it, str):
        return struct.pack("<I", TEXT) + text(it)
    kind = TEXT if it and isinstance(it[0], str) else I32
    items = [text(each) if kind == TEXT else struct.pack("<i", each) for each in it]
    return struct.pack("<IIQ", ARRAY, kind, len(it)) + b"".join(items)


def metadata(**changed: Any) -> dict[str, Any]:
    """What a small llama says of itself; `changed` overrides (`__` stands for a dot), None leaves out."""
    plain: dict[str, Any] = {
        "general.architecture": "llama", "general.name": "Tiny", "general.file_type": 0, "llama.context_length": 64,
        "llama.embedding_length": 32, "llama.block_count": 2, "llama.feed_forward_length": 32,
        "llama.attention.head_count": 4, "llama.attention.head_count_kv": 2,
        "llama.attention.layer_norm_rms_epsilon": 1e-5, "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.tokens": ["a", "b", "c"], "tokenizer.ggml.token_type": [1, 1, 1],
        "tokenizer.ggml.merges": ["a b"],
        "tokenizer.chat_template": "{% for message in messages %}{{ message.content }}{% endfor %}",
    }
    plain.update({key.replace("__", "."): it for key, it in changed.items()})
    return {key: it for key, it in plain.items() if it is not None}


def gguf(entries: Mapping[str, Any] | None = None,
         tensors: Sequence[tuple[str, tuple[int, ...], int, int]] | None = None,
         data: bytes | None = None, magic: bytes = b"GGUF", version: int = 3, n_tensors: int | None = None,
         n_entries: int | None = None) -> bytes:
    """The bytes of a file. tensors: (name, shape, type, offset); the counts can be made to lie."""
    entries = metadata() if entries is None else entries
    tensors = [("token_embd.weight", SHAPE, 0, 0), ("output.weight", SHAPE, 0, 256)] if tensors is None else tensors
    head = magic + struct.pack("<IQQ", version, len(tensors) if n_tensors is None else n_tensors,
                               len(entries) if n_entries is None else n_entries)
    head += b"".join(text(key) + value(it) for key, it in entries.items())
    for name, shape, kind, offset in tensors:
        head += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)
    head += bytes(-len(head) % 32)
    return head + (bytes(512) if data is None else data)


def written(folder: Path, content: bytes, name: str = "model.gguf") -> Path:
    """A file with that content."""
    path = folder / name
    path.write_bytes(content)
    return path
