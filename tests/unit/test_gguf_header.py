"""A model file's header is read strictly: either it makes sense, or a sentence says why not."""

from __future__ import annotations

import struct
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specialists.gguf_header import BrokenModel, read_header
from tests.gguf_files import ARRAY, F32, I32, TEXT, U32, gguf, metadata, text, value, written

SOUND = gguf()


def test_a_sound_file_says_what_it_is(tmp_path: Path) -> None:
    header = read_header(written(tmp_path, SOUND))
    assert (header.architecture, header.name, header.quantisation, header.tokenizer) == ("llama", "Tiny", "F32", "gpt2")
    assert (header.context_length, header.block_count, header.embedding_length) == (64, 2, 32)
    assert (header.head_count, header.head_count_kv, header.vocabulary) == (4, 2, 3)
    assert header.parameters == 128 and header.file_size == len(SOUND)
    assert header.cache_values == 2 * 2 * (8 + 8), "layers × key-value heads × (key + value width)"
    assert header.chat_template.startswith("{% for")


def test_heads_may_differ_from_layer_to_layer(tmp_path: Path) -> None:
    header = read_header(written(tmp_path, gguf(metadata(llama__attention__head_count_kv=[4, 0]))))
    assert header.head_count_kv == 4 and header.cache_values == 4 * (8 + 8)


def test_key_and_value_widths_count_when_they_are_given(tmp_path: Path) -> None:
    header = read_header(written(tmp_path, gguf(metadata(llama__attention__key_length=64))))
    assert header.cache_values == 2 * 2 * (64 + 8)


def test_a_model_without_template_or_tokens_is_still_read(tmp_path: Path) -> None:
    header = read_header(written(tmp_path, gguf({"general.architecture": "mamba"}, tensors=[])))
    assert replace(header, file_size=0, parameters=0).chat_template == "" and header.vocabulary == 0


def test_the_vocabulary_is_walked_over_and_not_kept(tmp_path: Path) -> None:
    path = written(tmp_path, gguf(metadata(tokenizer__ggml__tokens=[f"token {n}" for n in range(20_000)])))
    tracemalloc.start()
    try:
        assert read_header(path).vocabulary == 20_000
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


TENSOR = ("t", (32, 2), 0, 0)


@pytest.mark.parametrize(("content", "why"), [
    (b"", "empty"),
    (b"GG", "not a GGUF"),
    (b"<html>no model here", "not a GGUF"),
    (b"GGUF", "cut off"),
    (gguf(version=1), "version 1"),
    (gguf(version=0x03000000), "version"),
    (gguf(n_entries=10_001), "10,001 metadata"),
    (gguf(n_tensors=2**63), "tensors"),
    (gguf(n_entries=3), "architecture|unknown|impossible|cut off|claims"),
    (SOUND[:-1], "cut off"),
    (SOUND[:200], "cut off"),
    (gguf(data=bytes(100)), "cut off"),
    (gguf(metadata(general__architecture=None)), "architecture"),
    (gguf(metadata(general__architecture=7)), "not a text"),
    (gguf(metadata(llama__block_count=100_000)), "block_count"),
    (gguf(metadata(llama__block_count=-1 & 0xFFFFFFFF)), "block_count"),
    (gguf(metadata(llama__block_count="two")), "block_count"),
    (gguf(metadata(llama__block_count=True)), "block_count"),
    (gguf(metadata(llama__context_length=float("nan"))), "context_length"),
    (gguf(metadata(llama__context_length=0xFFFFFFFF)), "context_length"),
    (gguf(metadata(llama__attention__head_count=33)), "33 attention heads"),
    (gguf(metadata(llama__attention__head_count_kv=[1, 1, 1])), "layers"),
    (gguf(metadata(general__alignment=2**21)), "alignment"),
    (gguf(metadata(general__alignment=0)), "alignment"),
    (gguf(metadata(general__alignment=33)), "power of two"),
    (gguf({"x" * 2000: 1}), "metadata name"),
    (gguf(metadata(x=struct.pack("<IQ", TEXT, 2**60))), "bytes long"),
    (gguf(metadata(x=struct.pack("<IQ", TEXT, 2**20))), "cut off"),
    (gguf(metadata(tokenizer__chat_template="x" * 600_000)), "600,000 bytes"),
    (gguf(metadata(x=struct.pack("<I", 99))), "unknown type 99"),
    (gguf(metadata(x=struct.pack("<IIQ", ARRAY, U32, 10_000_001))), "10,000,001 items"),
    (gguf(metadata(x=struct.pack("<IIQ", ARRAY, F32, 9_000_000))), "cut off"),
    (gguf(metadata(x=struct.pack("<IIQ", ARRAY, TEXT, 9_000_000))), "cut off"),
    (gguf(metadata(x=struct.pack("<IIQ", ARRAY, TEXT, 1) + struct.pack("<Q", 2**40))), "bytes long"),
    (gguf(metadata(x=struct.pack("<IIQ", ARRAY, ARRAY, 1) + value([1]))), "unknown type 9"),
    (gguf(tensors=[TENSOR, TENSOR]), "same name"),
    (gguf(tensors=[("token_embd.weight\0", *TENSOR[1:])]), "tensor name in the model file holds a zero byte"),
    (gguf(metadata() | {"general.name\0": "x"}), "metadata name in the model file holds a zero byte"),
    (gguf(tensors=[("t" * 64, (32,), 0, 0)]), "tensor name"),
    (gguf(tensors=[("t", (), 0, 0)]), "0 dimensions"),
    (gguf(tensors=[("t", (1,) * 5, 0, 0)]), "5 dimensions"),
    (gguf(tensors=[("t", (0,), 0, 0)]), "larger|dimension"),
    (gguf(tensors=[("t", (2**62, 2**62), 0, 0)]), "larger than the file"),
    (gguf(tensors=[("t", (32,), 5, 0)]), "unknown type 5"),
    (gguf(tensors=[("t", (33,), 2, 0)]), "whole blocks"),
    (gguf(tensors=[("t", (32,), 0, 7)]), "odd place"),
    (gguf(tensors=[("t", (32,), 0, 2**40)]), "cut off"),
    (gguf(tensors=[("t", (200,), 0, 0)]), "cut off"),
])
def test_what_cannot_be_true_is_refused_with_a_sentence(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(BrokenModel, match=why) as caught:
        read_header(written(tmp_path, content))
    sentence = str(caught.value)
    assert sentence[0].isupper() and sentence.endswith(".") and len(sentence) < 200


def test_an_entry_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    entries = metadata()
    head = gguf(entries, tensors=[], data=b"", n_entries=len(entries) + 1).rstrip(b"\0")
    with pytest.raises(BrokenModel, match="twice"):
        read_header(written(tmp_path, head + text("general.name") + value("again")))


def test_a_file_that_is_not_there_or_a_folder_is_a_sentence_too(tmp_path: Path) -> None:
    for path in (tmp_path / "none.gguf", tmp_path):
        with pytest.raises(BrokenModel, match="could not be read"):
            read_header(path)


def damaged(draw: st.DrawFn) -> Any:
    """The sound file with a few bytes overwritten, and perhaps cut."""
    content = bytearray(SOUND)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content) - 9))
        patch = draw(st.one_of(st.binary(min_size=1, max_size=8),
                               st.sampled_from([0, 1, 2**16, 2**31, 2**32 - 1, 2**63, 2**64 - 1]).map(
                                   lambda number: struct.pack("<Q", number)),
                               st.sampled_from([TEXT, ARRAY, I32, 12, 13]).map(lambda kind: struct.pack("<I", kind))))
        content[at:at + len(patch)] = patch
    return bytes(content[:draw(st.integers(0, len(content)))] if draw(st.booleans()) else content)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.composite(damaged)())
def test_a_damaged_file_is_read_or_refused_and_costs_little_memory(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, content)
    tracemalloc.start()
    try:
        read_header(path)
    except BrokenModel as error:
        assert str(error).endswith(".")
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 2 * 2**20


@pytest.mark.parametrize(("name", "shape", "kind", "held_twice"), [
    ("blk.0.ffn_up.weight", (32, 8), 2, 8 * 18), ("blk.0.ffn_up.weight", (32, 7), 2, 0),
    ("blk.0.ffn_up.weight", (32, 8), 8, 0), ("token_embd.weight", (32, 8), 2, 0), ("blk.0.bias", (32,), 2, 0)])
def test_weights_that_llama_cpp_holds_twice_are_counted(tmp_path: Path, name: str, shape: tuple[int, ...], kind: int,
                                                        held_twice: int) -> None:
    file = written(tmp_path, gguf(tensors=[(name, shape, kind, 0)], data=bytes(512)))
    assert read_header(file).rearranged == held_twice
