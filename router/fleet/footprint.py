"""How much memory a model needs once it is open. Pure arithmetic; it opens no file.

    weights + rearranged weights + KV cache + logits + the process itself

Checked against the memory of real workers (CPU, contexts of 512 to 8,192): never below it. llama.cpp rearranges some
quantisations for the CPU's vector units and so holds them twice; both copies are counted although the first one is
clean file pages, because until the system drops those they take up memory like any other.
What a load then really took corrects the next footprint: `router.fleet.measured`.
"""

from __future__ import annotations

from dataclasses import dataclass

from router.library.header import ModelFacts

CACHE_BYTES = 2                 # per number: the KV cache is f16
BATCH = 128                     # tokens a worker evaluates at once; one row of logits (f32) for each
PROCESS = 64 * 2**20            # an interpreter, llama.cpp and its scratch space
ASSUMED_CONTEXT = 4096
ASSUMED_VOCABULARY = 152_000
ASSUMED_CACHE_VALUES = 12_288   # plus one for 80,000 bytes of weights: at or above the usual models with grouped
ASSUMED_BYTES_PER_VALUE = 80_000    # attention, from SmolLM2-135M (11,520) to Llama-3.1-8B (65,536 in 4.9 GB)


@dataclass(frozen=True)
class Shape:
    """What decides a model's size in memory. 0: not known, then the usual is assumed.

    file_bytes: the size of the file, which is that of the weights. cache_values: numbers in the KV cache per token
    over all layers; for a uniform model `cache_values(layers, kv_heads, key_length, value_length)`.
    vocabulary: number of tokens. rearranged: bytes of weights that the engine holds twice; its 0 means none.
    """

    file_bytes: int
    cache_values: int = 0
    vocabulary: int = 0
    rearranged: int = 0

    @classmethod
    def of(cls, facts: ModelFacts, file_bytes: int) -> Shape:
        """From what the header says of a file of `file_bytes`."""
        return cls(file_bytes, facts.cache_values, facts.vocabulary, facts.rearranged)


def cache_values(layers: int, kv_heads: int, key_length: int, value_length: int) -> int:
    """Numbers that one token takes in the KV cache: a key and a value for each KV head of each layer."""
    return layers * kv_heads * (key_length + value_length)


def footprint(shape: Shape, context: int) -> int:
    """Bytes that the model needs with room for `context` tokens (0: the engine's choice)."""
    values = shape.cache_values or ASSUMED_CACHE_VALUES + shape.file_bytes // ASSUMED_BYTES_PER_VALUE
    cache = (context or ASSUMED_CONTEXT) * values * CACHE_BYTES
    logits = BATCH * (shape.vocabulary or ASSUMED_VOCABULARY) * 4
    return shape.file_bytes + shape.rearranged + cache + logits + PROCESS
