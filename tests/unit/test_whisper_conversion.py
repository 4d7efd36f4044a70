"""Whisper weights to whisper.cpp's form: every number lands where it belongs, and a bad file never reaches C++."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from router.library.conversion import ConversionFailed, convert
from router.library.conversion.mel import mel_filters
from specialists.ggml_header import read_whisper_header
from specialists.gguf_header import BrokenModel
from tests.tiny_whisper import LAYERS, MELS, STATE, VOCABULARY, model, variables, vocabulary

VARIABLES = variables()


def converted(folder: Path, weights: bytes, how: str = "whisper", words: bytes = b"", parts: int = 1) -> Path:
    folder.mkdir(exist_ok=True)
    step = -(-len(weights) // parts)
    names = ["model.bin"] if parts == 1 else [f"model.bin.part{number}" for number in range(1, parts + 1)]
    files = [folder / name for name in names]
    for number, file in enumerate(files):
        file.write_bytes(weights[number * step:(number + 1) * step])
    (folder / "vocabulary.txt").write_bytes(words or vocabulary())
    convert(how, [*reversed(files), folder / "vocabulary.txt"], folder / "out.bin")
    return folder / "out.bin"


@pytest.fixture(scope="module")
def weights() -> bytes:
    return model(VARIABLES)


@pytest.fixture(scope="module")
def made(weights: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return converted(tmp_path_factory.mktemp("made"), weights)


def tensors(path: Path) -> tuple[list[bytes], dict[str, tuple[int, np.ndarray]]]:
    """The vocabulary, and name → type and numbers (f16 and f32 only) of a ggml file."""
    data = path.read_bytes()
    place = 4 + 44
    rows, width = struct.unpack_from("<2i", data, place)
    place += 8 + 4 * rows * width
    words = []
    count, = struct.unpack_from("<i", data, place)
    place += 4
    for _ in range(count):
        length, = struct.unpack_from("<i", data, place)
        words.append(data[place + 4:place + 4 + length])
        place += 4 + length
    found = {}
    while place < len(data):
        dimensions, letters, kind = struct.unpack_from("<3i", data, place)
        shape = struct.unpack_from(f"<{dimensions}i", data, place + 12)
        place += 12 + 4 * dimensions
        name = data[place:place + letters].decode()
        place += letters
        if kind == 8:
            length, numbers = int(np.prod(shape)) // 32 * 34, np.zeros(0)
        else:
            kinds = np.dtype("<f4" if kind == 0 else "<f2")
            length = int(np.prod(shape)) * kinds.itemsize
            numbers = np.frombuffer(data[place:place + length], kinds).reshape(shape[::-1])
        found[name] = kind, numbers
        place += length
    return words, found


def test_the_header_says_what_the_weights_are(made: Path) -> None:
    header = read_whisper_header(str(made))
    assert (header.vocabulary, header.audio_context, header.text_context, header.mels) == (VOCABULARY, 1500, 64, MELS)
    assert (header.audio_state, header.audio_layers, header.text_layers) == (STATE, LAYERS, LAYERS)
    assert (header.audio_heads, header.text_heads) == (2, 2)
    assert header.english_only


def test_numbers_land_where_they_belong_and_the_fused_ones_are_taken_apart(made: Path) -> None:
    words, found = tensors(made)
    assert words[:3] == [b"!", b" the", "ä".encode()] and len(words) == 103
    fused = VARIABLES["decoder/layer_0/self_attention/linear_0/weight"]
    for place, name in enumerate(("query", "key", "value")):
        kind, numbers = found[f"decoder.blocks.0.attn.{name}.weight"]
        assert kind == 1 and (numbers == fused[place * STATE:(place + 1) * STATE]).all()
    assert (found["decoder.blocks.0.cross_attn.value.weight"][1]
            == VARIABLES["decoder/layer_0/attention/linear_1/weight"][STATE:]).all()
    assert (found["decoder.blocks.0.cross_attn.out.bias"][1]
            == VARIABLES["decoder/layer_0/attention/linear_2/bias"]).all()
    assert (found["encoder.ln_post.weight"][1] == VARIABLES["encoder/layer_norm/gamma"]).all()
    assert found["encoder.conv1.bias"][1].shape == (STATE, 1)
    assert found["encoder.positional_embedding"][0] == found["encoder.blocks.0.mlp.2.bias"][0] == 0
    assert "encoder.blocks.0.attn.key.bias" not in found and "decoder.projection.weight" not in found


def test_parts_are_joined_and_the_same_files_give_the_same_bytes(made: Path, weights: bytes, tmp_path: Path) -> None:
    assert converted(tmp_path, weights, parts=11).read_bytes() == made.read_bytes()


def test_eight_bits_take_half_the_room(made: Path, weights: bytes, tmp_path: Path) -> None:
    packed = converted(tmp_path, weights, "whisper-q8_0")
    assert read_whisper_header(str(packed)).file_type == 2007
    assert packed.stat().st_size < 0.65 * made.stat().st_size
    assert tensors(packed)[1]["encoder.conv1.weight"][0] == 1, "only plain matrices are packed"


def test_the_filters_are_triangles_of_one_area() -> None:
    filters = mel_filters(80)
    assert filters.shape == (80, 201) and (filters >= 0).all()
    assert filters[1:].sum(axis=1) * 40 == pytest.approx(1.0, abs=0.35)     # 40 Hz between two frequencies
    assert [int(row.argmax()) for row in filters] == sorted(int(row.argmax()) for row in filters)


@pytest.mark.parametrize(("spoil", "says"), [
    (lambda found: model(found)[:-100], "cut off"),
    (lambda found: model(found, specification="TransformerSpec"), "another kind"),
    (lambda found: model(found, version=3), "version"),
    (lambda found: model({name: one for name, one in found.items() if name != "encoder/num_heads"}), "missing"),
    (lambda found: model(found | {"encoder/layer_norm/beta": np.full(STATE, np.nan, np.float16)}), "not finite"),
    (lambda found: model(found | {"encoder/layer_norm/beta": np.zeros(STATE, np.int8)}), "quantised"),
    (lambda found: model(found | {"encoder/layer_0/self_attention/linear_0/bias": np.ones(3 * STATE, np.float16)}),
     "bias"),
    (lambda found: b"PK\3\4 what is this?", "version"),
])
def test_weights_that_are_not_whispers_are_refused_in_words(spoil, says: str, tmp_path: Path) -> None:     # type: ignore[no-untyped-def]
    with pytest.raises(ConversionFailed, match=says):
        converted(tmp_path, spoil(VARIABLES))


def test_a_vocabulary_that_is_none_is_refused(weights: bytes, tmp_path: Path) -> None:
    for words in (b"a\nb\n", b"\xff\xfe", "日本\n<|endoftext|>\n".encode()):
        with pytest.raises(ConversionFailed, match="vocabulary"):
            converted(tmp_path, weights, words=words)


@pytest.mark.parametrize("spoil", [
    lambda data: b"", lambda data: data[:3], lambda data: data[:40], lambda data: data[:-1], lambda data: data + b"\0",
    lambda data: b"GGUF" + data[4:], lambda data: data[:4] + struct.pack("<i", 2**31 - 1) + data[8:],
    lambda data: data[:len(data) // 2], lambda data: data[:4 + 36] + struct.pack("<i", -80) + data[4 + 40:],
])
def test_a_file_that_would_end_whisper_cpp_is_refused_before_it_is_opened(spoil, made: Path, tmp_path: Path) -> None:     # type: ignore[no-untyped-def]
    (tmp_path / "bad.bin").write_bytes(spoil(made.read_bytes()))
    with pytest.raises(BrokenModel):
        read_whisper_header(str(tmp_path / "bad.bin"))
