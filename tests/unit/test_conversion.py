"""Conversion to GGUF: the same input gives the same file, every number lands where it belongs, bad input is said."""

from __future__ import annotations

import json
import math
from pathlib import Path

import gguf
import numpy as np
import pytest

from router.library.conversion import ConversionFailed, convert
from specialists.gguf_header import read_header
from tests.tiny_encoder import CONFIGURATION, VOCABULARY, WIDE, framed, published, safetensors, shapes, written


def converted(folder: Path, **changed: bytes) -> Path:
    names = {"weights": "model.safetensors", "vocabulary": "vocab.txt", "configuration": "config.json"}
    files = published() | {names[what]: content for what, content in changed.items()}
    convert("bert-encoder", written(folder / "in", files), folder / "out.gguf")
    return folder / "out.gguf"


def test_the_same_files_give_the_same_bytes_and_a_sound_header(tmp_path: Path) -> None:
    one, again = converted(tmp_path / "one"), converted(tmp_path / "again")
    assert one.read_bytes() == again.read_bytes()
    header = read_header(one)
    assert (header.architecture, header.block_count, header.context_length) == ("bert", 2, 16)
    assert (header.embedding_length, header.parameters) == (WIDE, sum(map(math.prod, _kept().values())))
    assert (header.vocabulary, header.tokenizer, header.quantisation) == (len(VOCABULARY), "bert", "Q8_0")
    assert [path.name for path in one.parent.iterdir() if path.is_file()] == ["out.gguf"]


def _kept() -> dict[str, tuple[int, ...]]:
    return {name: shape for name, shape in shapes().items() if not name.startswith("pooler")}


def test_matrices_become_eight_bits_or_four_and_norms_biases_and_positions_stay_as_they_are(tmp_path: Path) -> None:
    tensors = {one.name: one for one in gguf.GGUFReader(converted(tmp_path)).tensors}
    source = published()["model.safetensors"]
    begin = 8 + int.from_bytes(source[:8], "little")
    places = {name: place for name, place in json.loads(source[8:begin]).items() if name != "__metadata__"}

    def original(name: str) -> np.ndarray:
        first, last = places[name]["data_offsets"]
        return np.frombuffer(source[begin + first:begin + last], "<f4").reshape(places[name]["shape"])

    assert set(tensors) == {
        "token_embd.weight", "position_embd.weight", "token_types.weight", "token_embd_norm.weight",
        "token_embd_norm.bias"} | {f"blk.{layer}.{name}.{part}" for layer in (0, 1) for part in ("weight", "bias")
        for name in ("attn_q", "attn_k", "attn_v", "attn_output", "attn_output_norm", "ffn_up", "ffn_down",
                     "layer_output_norm")}
    for ours, theirs in (("position_embd.weight", "embeddings.position_embeddings.weight"),
                         ("blk.1.attn_k.bias", "encoder.layer.1.attention.self.key.bias"),
                         ("blk.1.layer_output_norm.weight", "encoder.layer.1.output.LayerNorm.weight"),
                         ("blk.0.attn_output_norm.bias", "encoder.layer.0.attention.output.LayerNorm.bias")):
        assert tensors[ours].tensor_type == gguf.GGMLQuantizationType.F32
        assert (tensors[ours].data == original(theirs)).all(), ours
    q8, q4 = gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.Q4_0
    for ours, theirs, kind, steps in (("token_embd.weight", "embeddings.word_embeddings.weight", q8, 127),
                                      ("blk.1.attn_v.weight", "encoder.layer.1.attention.self.value.weight", q8, 127),
                                      ("blk.0.ffn_down.weight", "encoder.layer.0.output.dense.weight", q4, 8),
                                      ("blk.1.ffn_up.weight", "encoder.layer.1.intermediate.dense.weight", q4, 8)):
        assert tensors[ours].tensor_type == kind
        back, wanted = gguf.dequantize(tensors[ours].data, kind), original(theirs)
        assert back.shape == wanted.shape and abs(back - wanted).max() < 1.01 * abs(wanted).max() / steps, ours


def test_the_vocabulary_marks_where_words_begin(tmp_path: Path) -> None:
    reader = gguf.GGUFReader(converted(tmp_path))
    assert reader.fields["tokenizer.ggml.tokens"].contents() == [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "▁the", "▁cat", "s", "▁##", "▁é", "▁[", "▁猫"]
    assert reader.fields["tokenizer.ggml.token_type"].contents() == [3] * 5 + [1] * 7
    assert reader.fields["tokenizer.ggml.seperator_token_id"].contents() == 3
    assert reader.fields["bert.pooling_type"].contents() == gguf.PoolingType.MEAN
    assert reader.fields["bert.attention.causal"].contents() is False


ONE = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}


@pytest.mark.parametrize(("weights", "complaint"), [
    (b"", "header is longer"),
    (b"\xff" * 64, "header is longer"),
    (framed(b"{]", b""), "header cannot be read"),
    (framed(b"[" * 5000, b""), "header cannot be read"),
    (framed({"x": {"dtype": "F32"}}, b""), "header cannot be read"),
    (framed({"x": ONE | {"more": 1}}, bytes(4)), "header cannot be read"),
    (framed({"x": ONE | {"dtype": "Q9"}}, bytes(4)), "unknown type “Q9”"),
    (framed({"x": ONE | {"shape": [-1]}}, bytes(4)), "impossible shape"),
    (framed({"x": ONE | {"shape": []}}, bytes(4)), "impossible shape"),
    (framed({"x": ONE | {"shape": [2**31 - 1, 2**31 - 1]}}, bytes(4)), "does not fit its bytes"),
    (framed({"x": ONE | {"data_offsets": [-4, 0]}}, bytes(4)), "does not fit its bytes"),
    (framed({"x": ONE | {"data_offsets": [4, 8]}}, bytes(8)), "overlap or leave holes"),
    (framed({"x": ONE, "y": ONE}, bytes(4)), "overlap or leave holes"),
    (framed({"x": ONE}, bytes(3)), "cut off or has something added"),
    (framed({"x": ONE}, bytes(5)), "cut off or has something added"),
    (framed({"x": ONE}, bytes(4)), "“x” that no BERT encoder has"),
    (safetensors({name: shape for name, shape in shapes().items() if "layer.1" not in name}), "weight” is missing"),
    (safetensors(shapes() | {"embeddings.LayerNorm.bias": (WIDE + 1,)}), "does not fit the configuration"),
])
def test_weights_that_are_not_what_they_should_be_are_refused(tmp_path: Path, weights: bytes, complaint: str) -> None:
    with pytest.raises(ConversionFailed, match=complaint):
        converted(tmp_path, weights=weights)
    assert not list(tmp_path.glob("out.gguf*"))


def test_a_number_that_is_not_finite_is_refused(tmp_path: Path) -> None:
    whole = safetensors(shapes())
    start = 8 + int.from_bytes(whole[:8], "little")
    with pytest.raises(ConversionFailed, match=r"word_embeddings\.weight” holds numbers that are not finite"):
        converted(tmp_path, weights=whole[:start] + b"\x00\x00\xc0\x7f" + whole[start + 4:])
    assert not list(tmp_path.glob("out.gguf*"))


@pytest.mark.parametrize(("vocabulary", "complaint"), [
    (b"\xff\xfe", "not UTF-8"),
    (b"[PAD]\n\n[UNK]", "empty or an impossibly long"),
    (b"a" * 300, "empty or an impossibly long"),
    (b"a\na\n", "occurs twice"),
    (b"[PAD]\n[UNK]\n[CLS]\n[SEP]\n", r"lacks the token \[MASK\]"),
    (b"[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nx\n", "has 6 tokens, the weights 12"),
    ("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nx\n##▁x\n".encode(), "written alike"),
])
def test_a_vocabulary_that_no_tokenizer_could_use_is_refused(tmp_path: Path, vocabulary: bytes, complaint: str) -> None:
    with pytest.raises(ConversionFailed, match=complaint):
        converted(tmp_path, vocabulary=vocabulary)


@pytest.mark.parametrize(("changes", "complaint"), [
    ({"model_type": "roberta"}, "not a plain BERT"),
    ({"hidden_act": "relu"}, "not a plain BERT"),
    ({"hidden_size": "32"}, "configuration cannot be read"),
    ({"num_hidden_layers": 10**6}, "impossible sizes"),
    ({"vocab_size": -1}, "impossible sizes"),
    ({"num_attention_heads": 5}, "do not divide evenly"),
    ({"intermediate_size": 63}, "do not divide evenly"),
    ({"layer_norm_eps": 2.0}, "epsilon is impossible"),
])
def test_a_configuration_that_makes_no_model_is_refused(tmp_path: Path, changes: dict[str, object],
                                                        complaint: str) -> None:
    with pytest.raises(ConversionFailed, match=complaint):
        converted(tmp_path, configuration=json.dumps(CONFIGURATION | changes).encode())


def test_a_conversion_nobody_knows_or_that_lacks_a_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConversionFailed, match="no conversion called “magic”"):
        convert("magic", [], tmp_path / "out.gguf")
    with pytest.raises(ConversionFailed, match=r"the file config\.json is missing"):
        convert("bert-encoder", written(tmp_path, published())[:2], tmp_path / "out.gguf")
