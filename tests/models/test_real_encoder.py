"""The real sentence encoder, converted here: its vectors are near those of the published float32 weights.

The reference values come from an independent forward pass in numpy (float64, Hugging Face's tokenizer) over the same
safetensors file; Q8_0 differs from them in the third digit, with feed-forward layers in Q4_0 in the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from specialists.engine import EngineError
from specialists.engines.llama import LlamaEngine
from specialists.engines.llama_encoder import LlamaEncoder
from specialists.wire import Counted, CountTokens, Embed, Embedded, Failed, Generate, Load, Ready
from tests.worker_pipe import worker

pytestmark = pytest.mark.models

CAT, KITTEN, RATES = "a cat sits on the mat", "a kitten rests on a rug", "interest rates rose"
VIENNA = "Was ist die Hauptstadt von Österreich?"
CLOSE = 0.07


@pytest.fixture(scope="module")
def encoder(minilm: Path) -> Iterator[LlamaEncoder]:
    engine = LlamaEncoder()
    ready = engine.open(Load("llama-encoder", str(minilm)), lambda _: None)
    assert (ready.architecture, ready.context, ready.threads) == ("bert", 512, 1)
    yield engine
    engine.close()


def vectors(encoder: LlamaEncoder, *texts: str) -> tuple[tuple[float, ...], ...]:
    told = encoder.perform(Embed("e", texts), lambda: False)
    assert isinstance(told, Embedded)
    return told.vectors


def likeness(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(("one", "other", "reference"), [
    (CAT, KITTEN, 0.6601),
    (CAT, RATES, 0.0232),
    (KITTEN, RATES, -0.0133),
    ("Write a Python function that reverses a list.", "def f(x):\n    return x**2  # squared\n", 0.3809),
    ("Schreibe eine Funktion, die eine Liste umkehrt.", VIENNA, 0.4248),
    ("日本語の文章を要約してください", "Schreibe eine Funktion, die eine Liste umkehrt.", 0.2604),
])
def test_texts_are_as_near_to_each_other_as_in_float32(encoder: LlamaEncoder, one: str, other: str,
                                                       reference: float) -> None:
    assert likeness(*vectors(encoder, one, other)) == pytest.approx(reference, abs=CLOSE)


@pytest.mark.parametrize(("text", "reference"), [
    (CAT, (0.1287, -0.0327, -0.0229, 0.0402, -0.0355, 0.0316, 0.05, 0.028)),
    (VIENNA, (0.0206, 0.0409, -0.0549, 0.045, -0.0311, 0.0122, -0.0429, 0.0705)),
])
def test_the_numbers_themselves_are_near_those_of_float32(encoder: LlamaEncoder, text: str,
                                                     reference: tuple[float, ...]) -> None:
    (vector,) = vectors(encoder, text)
    assert len(vector) == 384 and vector[:8] == pytest.approx(reference, abs=0.025)


def test_of_a_text_that_is_too_long_both_ends_count(encoder: LlamaEncoder) -> None:
    order, filling = "Translate this report into German.", "The board met and noted the figures of the quarter. " * 80
    asked, first, last, never = vectors(encoder, "translate into German", f"{order} {filling}", f"{filling}{order}",
                                        filling)
    assert likeness(asked, first) == pytest.approx(0.3723, abs=CLOSE)
    assert likeness(asked, last) == pytest.approx(0.2735, abs=CLOSE)
    assert likeness(asked, never) == pytest.approx(0.1123, abs=CLOSE)
    assert encoder.perform(CountTokens("c", (filling, order, "")), lambda: False) == Counted("c", (80 * 11, 6, 0))


def test_nothing_strange_is_an_error(encoder: LlamaEncoder) -> None:
    texts = ("", " \n\t", "\0", "😀" * 3000, "x" * 100_000, "word " * 200_000, "[CLS] [SEP]", "\ud800", "ﷺ" * 999)
    for text, vector in zip(texts, vectors(encoder, *texts), strict=True):
        assert likeness(vector, vector) == pytest.approx(1.0), text[:20]


def test_many_texts_at_once_are_each_encoded_as_if_alone(encoder: LlamaEncoder) -> None:
    texts = [f"{CAT} {'and purrs ' * (number % 40)}" for number in range(50)]
    together = vectors(encoder, *texts)
    for number in (0, 1, 17, 39, 49):
        assert likeness(together[number], vectors(encoder, texts[number])[0]) > 0.999


def test_a_model_of_the_wrong_kind_is_unsupported_both_ways(smollm2: Path, minilm: Path) -> None:
    for engine, path in ((LlamaEncoder(), smollm2), (LlamaEngine(), minilm)):
        with pytest.raises(EngineError) as raised:
            engine.open(Load("", str(path)), lambda _: None)
        assert raised.value.failed.code == "unsupported"


def test_a_file_cut_off_in_the_weights_is_refused(minilm: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.gguf").write_bytes(minilm.read_bytes()[:-1000])
    with pytest.raises(EngineError) as raised:
        LlamaEncoder().open(Load("", str(tmp_path / "cut.gguf")), lambda _: None)
    assert raised.value.failed.code == "bad_model"


def test_through_a_real_worker(minilm: Path) -> None:
    with worker() as pipe:
        assert isinstance(pipe.ask(Load("llama-encoder", str(minilm)))[-1], Ready)
        told = pipe.ask(Embed("e", (CAT, KITTEN, RATES)))[-1]
        assert isinstance(told, Embedded) and told.request == "e"
        cat, kitten, rates = told.vectors
        assert likeness(cat, kitten) > 0.6 > 0.1 > likeness(cat, rates)
        refused = pipe.ask(Generate("g", ()))[-1]
        assert isinstance(refused, Failed) and refused.code == "bad_request"
