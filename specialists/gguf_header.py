"""Reading the header of a GGUF file strictly, before any C++ parser sees the file.

llama.cpp aborts or overruns on some hostile files (CVE-2025-49847; a `block_count` of 100,000 ends the process), so
every number is checked here first: counts, lengths, types, offsets. Vocabularies are walked over, never built; memory
stays at a few megabytes. It does not know whether llama.cpp supports the architecture, or what the weights mean.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3, little-endian).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specialists.gguf_reader import BrokenModel, NeedsMore, Reader, Summary
from specialists.gguf_tensors import read_tensors

__all__ = ["BrokenModel", "GgufHeader", "NeedsMore", "read_header"]

MAX_KEYS, MAX_TENSORS = 10_000, 100_000
MAX_KEY = 1024                  # bytes; the format allows 65,535, real names have under 80
MAX_BLOCKS = 512                # LLAMA_MAX_LAYERS in llama.cpp
MAX_ALIGNMENT = 2**20
MAX_SIZE = 2**31 - 1            # llama.cpp keeps counts of heads, widths and tokens in 32 bits

TEXTS = ("general.architecture", "general.name", "general.type", "adapter.type", "tokenizer.ggml.model",
         "tokenizer.chat_template")

FILE_TYPES = {0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
              12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K",
              19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL",
              26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0",
              37: "TQ2_0", 38: "MXFP4", 39: "NVFP4", 40: "Q1_0"}
"""`general.file_type` → the name people know (enum llama_ftype of llama.cpp)."""


@dataclass(frozen=True)
class GgufHeader:
    """What a model file says of itself. Sizes in bytes, context in tokens; 0 or empty: it does not say.

    cache_values: numbers that the KV cache holds per token of context, over all layers (times 2 bytes as f16).
    rearranged: bytes of weights that llama.cpp puts in the order its vector code wants, apart from the file.
    adapter: the file is a LoRA adapter, which changes another model. begin, end: the tokens that the file names as
    begin and end of a text; -1: none.
    """

    architecture: str
    name: str
    file_size: int
    parameters: int
    quantisation: str
    context_length: int
    block_count: int
    embedding_length: int
    head_count: int
    head_count_kv: int
    cache_values: int
    rearranged: int
    vocabulary: int
    tokenizer: str
    chat_template: str
    merges: int = 0
    begin: int = -1
    end: int = -1
    adapter: bool = False


def read_header(path: str | Path, size: int = 0) -> GgufHeader:
    """The header of the GGUF file at `path`, every number checked. Raises BrokenModel with a sentence.

    size: of the whole file in bytes, where only its beginning is at `path`; raises NeedsMore when that is too little.
    """
    try:
        with Path(path).open("rb") as file:
            return _read(Reader(file, size))
    except OSError as error:
        raise BrokenModel(f"The model file could not be read: {error.strerror or error}.") from error


def _read(reader: Reader) -> GgufHeader:
    if reader.size == 0:
        raise BrokenModel("The model file is empty.")
    if reader.size < 4 or reader.take(4) != b"GGUF":
        raise BrokenModel("The file is not a GGUF model.")
    version = reader.u32()
    if version not in (2, 3):
        raise BrokenModel(f"The model file has GGUF version {version}; versions 2 and 3 are known.")
    tensors = reader.count("tensors", MAX_TENSORS)
    keys = reader.count("metadata entries", MAX_KEYS)
    metadata: dict[str, Any] = {}
    for _ in range(keys):
        key = reader.text("metadata name", MAX_KEY)
        if "\0" in key:                     # llama.cpp's names end there, ours would not
            raise BrokenModel("A metadata name in the model file holds a zero byte.")
        if key in metadata:
            raise BrokenModel(f"The metadata entry “{key[:80]}” occurs twice.")
        metadata[key] = reader.value(reader.u32(), keep=key in TEXTS)
    alignment = _number(metadata, "general.alignment", 32, 1, MAX_ALIGNMENT)
    if alignment & (alignment - 1):
        raise BrokenModel(f"The alignment of {alignment:,} bytes is not a power of two.")
    parameters, rearranged = read_tensors(reader, tensors, alignment)
    return _header(metadata, reader.size, parameters, rearranged)


def _header(metadata: dict[str, Any], size: int, parameters: int, rearranged: int) -> GgufHeader:
    architecture = _text(metadata, "general.architecture")
    if not architecture:
        raise BrokenModel("The model file does not say which architecture it has.")
    of = architecture + "."
    blocks = _number(metadata, of + "block_count", 0, 0, MAX_BLOCKS)
    width = _number(metadata, of + "embedding_length", 0)
    heads = _per_block(metadata, of + "attention.head_count", blocks)
    heads_kv = _per_block(metadata, of + "attention.head_count_kv", blocks) or heads
    most = max(heads, default=0)
    if most > max(width, 1):            # none at all is right for recurrent models
        raise BrokenModel(f"The model claims {most:,} attention heads in a width of {width:,}.")
    head_width = width // most if most else 0
    key = _number(metadata, of + "attention.key_length", head_width)
    value = _number(metadata, of + "attention.value_length", head_width)
    tokens, merges = metadata.get("tokenizer.ggml.tokens"), metadata.get("tokenizer.ggml.merges")
    file_type = metadata.get("general.file_type")
    return GgufHeader(
        architecture=architecture,
        name=_text(metadata, "general.name"),
        file_size=size,
        parameters=parameters,
        quantisation=FILE_TYPES.get(file_type, "") if isinstance(file_type, int) else "",
        context_length=_number(metadata, of + "context_length", 0),
        block_count=blocks,
        embedding_length=width,
        head_count=most,
        head_count_kv=max(heads_kv, default=0),
        cache_values=sum(heads_kv) * (key + value),
        rearranged=rearranged,
        vocabulary=tokens.count if isinstance(tokens, Summary) else 0,
        merges=merges.count if isinstance(merges, Summary) else 0,
        tokenizer=_text(metadata, "tokenizer.ggml.model"),
        chat_template=_text(metadata, "tokenizer.chat_template"),
        begin=_token(metadata, "tokenizer.ggml.bos_token_id"),
        end=_token(metadata, "tokenizer.ggml.eos_token_id"),
        adapter=_text(metadata, "general.type") == "adapter" and _text(metadata, "adapter.type") == "lora",
    )


def _text(metadata: dict[str, Any], key: str) -> str:
    value = metadata.get(key, "")
    if not isinstance(value, str):
        raise BrokenModel(f"The metadata entry “{key[:80]}” is not a text.")
    return value


def _number(metadata: dict[str, Any], key: str, default: int, least: int = 0, most: int = MAX_SIZE) -> int:
    value = metadata.get(key, default)
    if isinstance(value, Summary) and value.numbers:        # some architectures give one number per layer
        value = max(value.numbers)
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BrokenModel(f"The metadata entry “{key[:80]}” has the impossible value {str(value)[:40]}.")
    return value


def _token(metadata: dict[str, Any], key: str) -> int:
    """A token's number; -1 where the file names none (some write 2³² − 1 for that)."""
    value = metadata.get(key, -1)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**32 - 1 else -1


def _per_block(metadata: dict[str, Any], key: str, blocks: int) -> list[int]:
    """One number per layer, whether the file gives one for all or one for each; empty when it gives none."""
    value = metadata.get(key)
    if value is None:
        return []
    if isinstance(value, Summary):
        if len(value.numbers) != blocks or not all(0 <= number <= MAX_SIZE for number in value.numbers):
            raise BrokenModel(f"The metadata entry “{key[:80]}” does not fit {blocks} layers.")
        return list(value.numbers)
    return [_number(metadata, key, 0)] * blocks
