"""A small LoRA adapter for a real model: random matrices of low rank on some of its projections."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np


def write_adapter(path: Path, base: Path, *, architecture: str = "", rank: int = 4, wider: int = 0,
                  strength: float = 0.1) -> Path:
    """An adapter for the model in `base`, or (architecture, wider) one that does not fit it."""
    model = gguf.GGUFReader(base)
    name = str(model.fields["general.architecture"].contents())
    random = np.random.default_rng(7)
    writer = gguf.GGUFWriter(path, architecture or name)
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(rank))
    for tensor in model.tensors:
        if tensor.name.endswith(("attn_q.weight", "attn_v.weight")):
            width, height = (int(side) + wider for side in tensor.shape)
            first = random.normal(0, strength, (rank, width)).astype(np.float32)
            second = random.normal(0, strength, (height, rank)).astype(np.float32)
            writer.add_tensor(f"{tensor.name}.lora_a", first)
            writer.add_tensor(f"{tensor.name}.lora_b", second)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
