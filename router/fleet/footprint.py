"""How much memory a model needs once it is open and has answered with a full context. Pure; it opens no file.

    weights + KV cache and its mask + vocabulary + the process itself

Checked against real workers (CPU, contexts of 512 to 8,192): 0.9 to 1.15 of what they took
(`tests/benchmarks/memory_estimate.py`). Weights count once: a file whose weights llama.cpp rearranges is not mapped
(`specialists.engines.llama_model`). Logits count little: only the last token's are made. A vocabulary is not small:
llama.cpp keeps a text, a number and an entry in a table for each token, and a pair of texts for each merge.
What a load then really took corrects the next footprint: `router.fleet.measured`.
"""

from __future__ import annotations

from dataclasses import dataclass

from router.library.header import ModelFacts

CACHE_BYTES = 2                 # per number: the KV cache is f16
PROCESS = 64 * 2**20            # an interpreter, llama.cpp and its scratch space
BATCH = 128                     # tokens a worker evaluates at once
MASK_BYTES = BATCH * (4 + 2)    # for each token of context: who may see it in a batch, as f32 and as f16
TOKEN_BYTES, MERGE_BYTES = 162, 145     # of a vocabulary's entry, solved from the three models of the benchmark
ASSUMED_CONTEXT = 4096
ASSUMED_VOCABULARY = 152_000
ASSUMED_CACHE_VALUES = 12_288   # plus one for 80,000 bytes of weights: at or above the usual models with grouped
ASSUMED_BYTES_PER_VALUE = 80_000    # attention, from SmolLM2-135M (11,520) to Llama-3.1-8B (65,536 in 4.9 GB)


@dataclass(frozen=True)
class Shape:
    """What decides a model's size in memory. 0: not known, then the usual is assumed.

    file_bytes: the size of the file, which is that of the weights. cache_values: numbers in the KV cache per token
    over all layers; for a uniform model `cache_values(layers, kv_heads, key_length, value_length)`.
    vocabulary: number of tokens. merges: pairs of tokens that the tokenizer joins; 0 means none where the vocabulary is
    known.
    """

    file_bytes: int
    cache_values: int = 0
    vocabulary: int = 0
    merges: int = 0

    @classmethod
    def of(cls, facts: ModelFacts, file_bytes: int) -> Shape:
        """From what the header says of a file of `file_bytes`."""
        return cls(file_bytes, facts.cache_values, facts.vocabulary, facts.merges)


def cache_values(layers: int, kv_heads: int, key_length: int, value_length: int) -> int:
    """Numbers that one token takes in the KV cache: a key and a value for each KV head of each layer."""
    return layers * kv_heads * (key_length + value_length)


def footprint(shape: Shape, context: int) -> int:
    """Bytes that the model needs with room for `context` tokens (0: the engine's choice)."""
    values = shape.cache_values or ASSUMED_CACHE_VALUES + shape.file_bytes // ASSUMED_BYTES_PER_VALUE
    cache = (context or ASSUMED_CONTEXT) * (values * CACHE_BYTES + MASK_BYTES)
    vocabulary = (shape.vocabulary * TOKEN_BYTES + shape.merges * MERGE_BYTES if shape.vocabulary
                  else ASSUMED_VOCABULARY * (TOKEN_BYTES + MERGE_BYTES))
    return shape.file_bytes + cache + vocabulary + PROCESS
