"""A BERT sentence encoder (safetensors, vocabulary, configuration) as GGUF in Q8_0 and Q4_0, for llama.cpp.

Matrices become Q8_0 (8 bits and one f16 scale per 32 numbers), those of the feed-forward layers Q4_0 (4 bits): two
thirds of the time are spent there, and llama.cpp computes Q4_0 fastest, also faster than F16. Measured with MiniLM L6:
0.7 of the time, vectors at a cosine of 0.98 to those of float32. Norms, biases, positions and token types stay f32, as
llama.cpp's own converter has it (`convert_hf_to_gguf.py`, BertModel). The pooler is left out: the mean of the token
vectors is the sentence's (sentence-transformers' `1_Pooling`). It knows no network and no catalogue.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import msgspec
import numpy as np
from numpy.typing import NDArray

from router.library.conversion.failure import ConversionFailed
from router.library.conversion.safetensors import Safetensors
from router.library.conversion.wordpiece import WordPieces, read_vocabulary

MAX_CONFIGURATION = 2**20       # bytes
Q8_0, Q4_0, F32 = gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.Q4_0, gguf.GGMLQuantizationType.F32
BLOCK = 32                      # numbers per block of both

OUTSIDE = {
    "embeddings.word_embeddings.weight": "token_embd.weight",
    "embeddings.position_embeddings.weight": "position_embd.weight",
    "embeddings.token_type_embeddings.weight": "token_types.weight",
    "embeddings.LayerNorm.weight": "token_embd_norm.weight",
    "embeddings.LayerNorm.bias": "token_embd_norm.bias",
}
IN_A_LAYER = {
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
UNUSED = ("embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias")
KEPT_F32 = ("position_embd.weight", "token_types.weight")
FEED_FORWARD = ("ffn_up.weight", "ffn_down.weight")


class Configuration(msgspec.Struct):
    """What is needed of config.json; the names are transformers' BertConfig's."""

    model_type: str
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int
    vocab_size: int
    type_vocab_size: int
    layer_norm_eps: float = 1e-12
    hidden_act: str = "gelu"
    position_embedding_type: str = "absolute"


def convert_encoder(weights: Path, vocabulary: Path, configuration: Path, target: Path) -> None:
    """Write `target`, which gets its name only when it is whole. Raises ConversionFailed or OSError."""
    shape = _configuration(configuration)
    words = read_vocabulary(vocabulary)
    if len(words.tokens) != shape.vocab_size:
        raise ConversionFailed(f"the vocabulary has {len(words.tokens):,} tokens, the weights {shape.vocab_size:,}")
    unfinished = target.with_name(target.name + ".new")
    writer = gguf.GGUFWriter(unfinished, "bert")
    try:
        with Safetensors(weights) as source:
            _describe(writer, shape, words)
            names = _names(shape)
            _require_shapes(source, _expected_shapes(shape), names)
            for theirs, ours in names.items():
                _add(writer, source, theirs, ours)
            writer.write_header_to_file()
            writer.write_kv_data_to_file()
            writer.write_tensors_to_file()
        writer.close()
        unfinished.replace(target)
    finally:
        writer.close()
        unfinished.unlink(missing_ok=True)


def _configuration(path: Path) -> Configuration:
    if path.stat().st_size > MAX_CONFIGURATION:
        raise ConversionFailed("the configuration is larger than any real one")
    try:
        shape = msgspec.json.decode(path.read_bytes(), type=Configuration)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConversionFailed("the configuration cannot be read") from error
    sizes = (shape.hidden_size, shape.num_hidden_layers, shape.num_attention_heads, shape.intermediate_size,
             shape.max_position_embeddings, shape.vocab_size, shape.type_vocab_size)
    if (shape.model_type, shape.hidden_act, shape.position_embedding_type) != ("bert", "gelu", "absolute"):
        raise ConversionFailed("the model is not a plain BERT encoder")
    if any(not 0 < size <= 2**20 for size in sizes) or shape.num_hidden_layers > 128:
        raise ConversionFailed("the configuration holds impossible sizes")
    if shape.hidden_size % shape.num_attention_heads or shape.hidden_size % BLOCK or shape.intermediate_size % BLOCK:
        raise ConversionFailed("the configuration's sizes do not divide evenly")
    if not 0 < shape.layer_norm_eps < 1:
        raise ConversionFailed("the configuration's epsilon is impossible")
    return shape


def _names(shape: Configuration) -> dict[str, str]:
    """Their name → ours, in the order of the file."""
    layers = {f"encoder.layer.{layer}.{theirs}.{part}": f"blk.{layer}.{ours}.{part}"
              for layer in range(shape.num_hidden_layers) for theirs, ours in IN_A_LAYER.items()
              for part in ("weight", "bias")}
    return OUTSIDE | layers


def _expected_shapes(shape: Configuration) -> dict[str, tuple[int, ...]]:
    """Their name → the one shape that is right."""
    wide, inner = shape.hidden_size, shape.intermediate_size
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (shape.vocab_size, wide),
        "embeddings.position_embeddings.weight": (shape.max_position_embeddings, wide),
        "embeddings.token_type_embeddings.weight": (shape.type_vocab_size, wide),
    }
    for theirs in _names(shape):
        if theirs.endswith(".intermediate.dense.weight"):
            shapes[theirs] = (inner, wide)
        elif theirs.endswith(".intermediate.dense.bias"):
            shapes[theirs] = (inner,)
        elif theirs.endswith(".output.dense.weight") and ".attention." not in theirs:
            shapes[theirs] = (wide, inner)
        elif theirs.endswith(".weight") and "LayerNorm" not in theirs:
            shapes.setdefault(theirs, (wide, wide))
        else:
            shapes[theirs] = (wide,)
    return shapes


def _require_shapes(source: Safetensors, expected: dict[str, tuple[int, ...]], names: dict[str, str]) -> None:
    stray = sorted(set(source.tensors) - set(names) - set(UNUSED))
    if stray:
        raise ConversionFailed(f"there is a tensor “{stray[0][:80]}” that no BERT encoder has")
    for theirs, wanted in expected.items():
        tensor = source.tensors.get(theirs)
        if tensor is None:
            raise ConversionFailed(f"the tensor “{theirs}” is missing")
        if tensor.shape != wanted or tensor.type not in ("F32", "F16"):
            raise ConversionFailed(f"the tensor “{theirs}” is {tensor.type} {tensor.shape}, which does not fit the "
                                   "configuration")


def _describe(writer: gguf.GGUFWriter, shape: Configuration, words: WordPieces) -> None:
    """The metadata, in one fixed order: the same input makes the same file."""
    writer.add_block_count(shape.num_hidden_layers)
    writer.add_context_length(shape.max_position_embeddings)
    writer.add_embedding_length(shape.hidden_size)
    writer.add_feed_forward_length(shape.intermediate_size)
    writer.add_head_count(shape.num_attention_heads)
    writer.add_layer_norm_eps(shape.layer_norm_eps)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_tokenizer_model("bert")
    writer.add_token_type_count(shape.type_vocab_size)
    writer.add_token_list(words.tokens)
    control = set(words.special.values())
    writer.add_token_types([gguf.TokenType.CONTROL if number in control else gguf.TokenType.NORMAL
                            for number in range(len(words.tokens))])
    writer.add_bos_token_id(words.special["[CLS]"])
    writer.add_sep_token_id(words.special["[SEP]"])
    writer.add_unk_token_id(words.special["[UNK]"])
    writer.add_pad_token_id(words.special["[PAD]"])
    writer.add_mask_token_id(words.special["[MASK]"])


def _add(writer: gguf.GGUFWriter, source: Safetensors, theirs: str, ours: str) -> None:
    """One tensor, quantised some rows at a time: the whole embedding table as float32 takes several times its size."""
    matrix = len(source.tensors[theirs].shape) > 1 and ours not in KEPT_F32
    kind = F32 if not matrix else Q4_0 if ours.endswith(FEED_FORWARD) else Q8_0
    parts: list[NDArray[np.float32] | NDArray[np.uint8]] = [gguf.quantize(rows, kind) for rows in source.rows(theirs)]
    writer.add_tensor(ours, np.concatenate(parts), raw_dtype=kind)
