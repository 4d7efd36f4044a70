"""The table of tensors in a GGUF header: every one must lie inside the file. Knows sizes, not what a tensor is for."""

from __future__ import annotations

from specialists.gguf_reader import BrokenModel, Reader

MAX_NAME = 64                   # GGML_MAX_NAME
MAX_DIMENSIONS = 4              # GGML_MAX_DIMS

BLOCKS: dict[int, tuple[int, int]] = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40), 10: (256, 84),
    11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74),
    18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
    40: (64, 36), 41: (128, 18),
}
"""enum ggml_type → values per block, bytes per block (the `gguf` package's GGML_QUANT_SIZES)."""

REARRANGED_TYPES = (2, 12, 20)  # Q4_0, Q4_K, IQ4_NL
REARRANGED_ROWS = 8
LOOKED_UP = b"token_embd.weight"


def read_tensors(reader: Reader, count: int, alignment: int) -> tuple[int, int]:
    """Walk over `count` tensor entries. Raises BrokenModel.

    Returns the number of parameters, and the bytes of those tensors that llama.cpp puts in another order, apart from
    the file, on a CPU with vector units: matrices of REARRANGED_TYPES in rows by the eight, but for the table that
    tokens are looked up in
    (ggml/src/ggml-cpu/repack.cpp, `ggml_repack_get_optimal_repack_type`, as it is for AVX2 and for NEON).
    """
    parameters = rearranged = end = 0
    names: set[bytes] = set()
    for _ in range(count):
        name, values, size, offset, twice = _tensor(reader)
        if name in names:
            raise BrokenModel("The model file holds two tensors of the same name.")
        if offset % alignment:
            raise BrokenModel("A tensor of the model file begins at an odd place.")
        names.add(name)
        parameters += values
        rearranged += size if twice else 0
        end = max(end, offset + size)
    data = reader.offset + -reader.offset % alignment
    if count and data + end > reader.size:
        raise BrokenModel(f"The model file is cut off: it should be {data + end:,} bytes long and is {reader.size:,}.")
    return parameters, rearranged


def _tensor(reader: Reader) -> tuple[bytes, int, int, int, bool]:
    """Name, number of values, bytes and offset of the next entry; is it one that is rearranged?"""
    length = reader.u64()
    if length >= MAX_NAME:
        raise BrokenModel(f"A tensor name in the model file claims to be {length:,} bytes long.")
    name = reader.take(length)
    if b"\0" in name:                       # llama.cpp's names end there, ours would not
        raise BrokenModel("A tensor name in the model file holds a zero byte.")
    dimensions = reader.u32()
    if not 0 < dimensions <= MAX_DIMENSIONS:
        raise BrokenModel(f"A tensor of the model file claims {dimensions:,} dimensions.")
    shape = [reader.u64() for _ in range(dimensions)]
    kind, offset = reader.u32(), reader.u64()
    if kind not in BLOCKS:
        raise BrokenModel(f"A tensor of the model file has the unknown type {kind}.")
    per_block, block_bytes = BLOCKS[kind]
    if shape[0] % per_block:
        raise BrokenModel("A row of a tensor in the model file does not hold whole blocks.")
    values = 1
    for side in shape:
        values *= side
        if not 0 < values <= reader.size * 256:         # no type packs more than 256 values into a byte
            raise BrokenModel("A tensor of the model file is larger than the file.")
    size = values // per_block * block_bytes
    if offset + size > reader.size:
        raise BrokenModel("The model file is cut off: a tensor reaches past its end.")
    twice = (kind in REARRANGED_TYPES and dimensions > 1 and shape[1] % REARRANGED_ROWS == 0 and name != LOOKED_UP)
    return name, values, size, offset, twice
