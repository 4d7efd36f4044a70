"""A Whisper model (CTranslate2 weights and vocabulary) as whisper.cpp's own ggml file, in f16 or Q8_0.

Layout as whisper.cpp's `convert-pt-to-ggml.py` writes it: a header of eleven numbers, mel filters, the vocabulary in
bytes, then the tensors. Matrices are f16 (or 8 bits and one f16 scale per 32 numbers), all else f32. CTranslate2 has
query, key and value in one matrix; they are taken apart here. It knows no network and no catalogue.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import gguf
import numpy as np
from numpy.typing import NDArray

from router.library.conversion.ctranslate2 import CTranslate2Model
from router.library.conversion.failure import ConversionFailed
from router.library.conversion.mel import mel_filters

MAGIC = 0x67676D6C              # "ggml"
F32, F16, Q8_0 = 0, 1, 8        # tensor types
FILE_F16, FILE_Q8_0 = 1, 2007   # file types; the second says quantisation version 2, most tensors Q8_0 (7)
BLOCK = 32                      # numbers per Q8_0 block
END_OF_TEXT = "<|endoftext|>"
MAX_VOCABULARY = 2**22          # bytes
NEVER_PACKED = ("encoder.conv1.bias", "encoder.conv2.bias", "encoder.positional_embedding",
                "decoder.positional_embedding")
Named = tuple[str, NDArray[np.float32]]


def convert_whisper(weights: Path, vocabulary: Path, target: Path, *, quantised: bool = False) -> None:
    """Write `target`. The same input gives the same bytes. Raises ConversionFailed, and OSError for the disk."""
    tokens = read_tokens(vocabulary)
    with CTranslate2Model(weights) as model, target.open("wb") as file:
        if model.specification != "WhisperSpec":
            raise ConversionFailed("the weights are of another kind of model")
        layers = {side: sum(name.startswith(f"{side}/layer_") and name.endswith("/ffn/linear_0/bias")
                            for name in model.variables) for side in ("encoder", "decoder")}
        words, mels, sound, text = (model.shape(name) for name in (
            "decoder/embeddings/weight", "encoder/conv1/weight", "encoder/position_encodings/encodings",
            "decoder/position_encodings/encodings"))
        file.write(struct.pack("<I11i", MAGIC, words[0], *sound, model.integer("encoder/num_heads"), layers["encoder"],
                               *text, model.integer("decoder/num_heads"), layers["decoder"], mels[1],
                               FILE_Q8_0 if quantised else FILE_F16))
        filters = mel_filters(mels[1])
        file.write(struct.pack("<2i", *filters.shape) + filters.tobytes())
        file.write(struct.pack("<i", len(tokens)))
        for token in tokens:
            file.write(struct.pack("<i", len(token)) + token)
        for name, numbers in _tensors(model, layers):
            _write(file, name, numbers, quantised)


def read_tokens(path: Path) -> list[bytes]:
    """The ordinary tokens, as the bytes they stand for; whisper.cpp adds the special ones. Raises ConversionFailed."""
    if path.stat().st_size > MAX_VOCABULARY:
        raise ConversionFailed("the vocabulary is larger than any real one")
    try:
        words = path.read_bytes().decode("utf-8").split("\n")
        ordinary = words[:words.index(END_OF_TEXT)]
        return [bytes(_BYTE_OF[letter] for letter in word) for word in ordinary]
    except (UnicodeDecodeError, ValueError, KeyError) as error:
        raise ConversionFailed("the vocabulary is not Whisper’s") from error


def _byte_of_letter() -> dict[str, int]:
    """GPT-2 writes each byte as a letter that can be seen: printable ones as they are, the others from U+0100 on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + place): byte for place, byte in enumerate(hidden)}


_BYTE_OF = _byte_of_letter()


def _tensors(model: CTranslate2Model, layers: dict[str, int]) -> Iterator[Named]:
    for number in (1, 2):
        yield f"encoder.conv{number}.weight", model.array(f"encoder/conv{number}/weight")
        yield f"encoder.conv{number}.bias", model.array(f"encoder/conv{number}/bias")[:, None]
    yield "decoder.token_embedding.weight", model.array("decoder/embeddings/weight")
    for side, last in (("encoder", "ln_post"), ("decoder", "ln")):
        yield f"{side}.positional_embedding", model.array(f"{side}/position_encodings/encodings")
        for number in range(layers[side]):
            theirs, ours = f"{side}/layer_{number}", f"{side}.blocks.{number}"
            yield from _norm(model, f"{theirs}/self_attention/layer_norm", f"{ours}.attn_ln")
            yield from _attention(model, f"{theirs}/self_attention", f"{ours}.attn", fused=True)
            if side == "decoder":
                yield from _norm(model, f"{theirs}/attention/layer_norm", f"{ours}.cross_attn_ln")
                yield from _attention(model, f"{theirs}/attention", f"{ours}.cross_attn", fused=False)
            yield from _norm(model, f"{theirs}/ffn/layer_norm", f"{ours}.mlp_ln")
            for place in (0, 1):
                yield from _linear(model, f"{theirs}/ffn/linear_{place}", f"{ours}.mlp.{2 * place}")
        yield from _norm(model, f"{side}/layer_norm", f"{side}.{last}")


def _norm(model: CTranslate2Model, theirs: str, ours: str) -> Iterator[Named]:
    yield f"{ours}.weight", model.array(f"{theirs}/gamma")
    yield f"{ours}.bias", model.array(f"{theirs}/beta")


def _linear(model: CTranslate2Model, theirs: str, ours: str) -> Iterator[Named]:
    yield f"{ours}.weight", model.array(f"{theirs}/weight")
    yield f"{ours}.bias", model.array(f"{theirs}/bias")


def _attention(model: CTranslate2Model, theirs: str, ours: str, *, fused: bool) -> Iterator[Named]:
    """fused: query, key and value are one matrix (self attention); else query is apart (cross attention)."""
    if fused:
        weights = np.split(model.array(f"{theirs}/linear_0/weight"), 3)
        biases = np.split(model.array(f"{theirs}/linear_0/bias"), 3)
    else:
        weights = [model.array(f"{theirs}/linear_0/weight"), *np.split(model.array(f"{theirs}/linear_1/weight"), 2)]
        biases = [model.array(f"{theirs}/linear_0/bias"), *np.split(model.array(f"{theirs}/linear_1/bias"), 2)]
    if biases[1].any():
        raise ConversionFailed("its keys have a bias, which Whisper’s have not")
    for name, weight, bias in zip(("query", "key", "value"), weights, biases, strict=True):
        yield f"{ours}.{name}.weight", weight
        if name != "key":
            yield f"{ours}.{name}.bias", bias
    yield from _linear(model, f"{theirs}/linear_{1 if fused else 2}", f"{ours}.out")


def _write(file: BinaryIO, name: str, numbers: NDArray[np.float32], quantised: bool) -> None:
    packed = numbers.ndim > 1 and name not in NEVER_PACKED
    if packed and quantised and numbers.ndim == 2 and numbers.shape[1] % BLOCK == 0:
        kind, data = Q8_0, gguf.quantize(numbers, gguf.GGMLQuantizationType.Q8_0).tobytes()
    elif packed:
        kind, data = F16, numbers.astype("<f2").tobytes()
    else:
        kind, data = F32, numbers.astype("<f4").tobytes()
    letters = name.encode()
    file.write(struct.pack(f"<3i{numbers.ndim}i", numbers.ndim, len(letters), kind, *reversed(numbers.shape)))
    file.write(letters + data)
