"""A made-up BERT encoder as its makers would publish it: some kilobytes of weights, a vocabulary, a configuration."""

from __future__ import annotations

import json
import random
import struct
from pathlib import Path

VOCABULARY = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "##", "é", "[", "猫")
WIDE, INNER, LAYERS, PLACES = 32, 64, 2, 16
CONFIGURATION = {"model_type": "bert", "hidden_size": WIDE, "num_hidden_layers": LAYERS, "num_attention_heads": 4,
                 "intermediate_size": INNER, "max_position_embeddings": PLACES, "vocab_size": len(VOCABULARY),
                 "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu", "architectures": ["BertModel"]}


def shapes() -> dict[str, tuple[int, ...]]:
    """Every tensor's name and shape, those included that a conversion leaves out."""
    found: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(VOCABULARY), WIDE),
        "embeddings.position_embeddings.weight": (PLACES, WIDE), "embeddings.token_type_embeddings.weight": (2, WIDE),
        "embeddings.LayerNorm.weight": (WIDE,), "embeddings.LayerNorm.bias": (WIDE,),
        "pooler.dense.weight": (WIDE, WIDE), "pooler.dense.bias": (WIDE,)}
    for layer in range(LAYERS):
        for name, (rows, columns) in {
                "attention.self.query": (WIDE, WIDE), "attention.self.key": (WIDE, WIDE),
                "attention.self.value": (WIDE, WIDE), "attention.output.dense": (WIDE, WIDE),
                "intermediate.dense": (INNER, WIDE), "output.dense": (WIDE, INNER)}.items():
            found[f"encoder.layer.{layer}.{name}.weight"] = (rows, columns)
            found[f"encoder.layer.{layer}.{name}.bias"] = (rows,)
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            found |= {f"encoder.layer.{layer}.{name}.{part}": (WIDE,) for part in ("weight", "bias")}
    return found


def safetensors(tensors: dict[str, tuple[int, ...]]) -> bytes:
    """Random weights of these shapes, always the same."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    data, numbers = b"", random.Random(5)
    for name, shape in tensors.items():
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        begin, data = len(data), data + struct.pack(f"<{count}f", *(numbers.uniform(-1, 1) for _ in range(count)))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, len(data)]}
    return framed(header, data)


def framed(header: object, data: bytes) -> bytes:
    """A safetensors file with this header, right or wrong."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def published() -> dict[str, bytes]:
    """File name → content."""
    return {"model.safetensors": safetensors(shapes()), "vocab.txt": ("\n".join(VOCABULARY) + "\n").encode(),
            "config.json": json.dumps(CONFIGURATION).encode()}


def written(folder: Path, files: dict[str, bytes]) -> list[Path]:
    """The files in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]
