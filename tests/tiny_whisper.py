"""A Whisper model as CTranslate2 holds it, as small as the checks allow and with numbers from a seed: for tests."""

from __future__ import annotations

import struct

import numpy as np

VOCABULARY, STATE, MELS, LAYERS = 51_864, 32, 80, 1
TYPES = {"float16": 4, "float32": 0, "int8": 1, "int16": 2}


def text(words: str) -> bytes:
    return struct.pack("<H", len(words) + 1) + words.encode() + b"\0"


def variables(seed: int = 1) -> dict[str, np.ndarray]:
    """Name → numbers, of all that a Whisper model has."""
    random = np.random.default_rng(seed)

    def some(*shape: int) -> np.ndarray:
        return random.standard_normal(shape).astype(np.float16)

    found: dict[str, np.ndarray] = {"decoder/embeddings/weight": some(VOCABULARY, STATE)}
    for side, context in (("encoder", 1500), ("decoder", 64)):
        found[f"{side}/num_heads"] = np.array(2, np.int16)
        found[f"{side}/position_encodings/encodings"] = some(context, STATE)
        found |= {f"{side}/layer_norm/{part}": some(STATE) for part in ("gamma", "beta")}
        for place in range(LAYERS):
            layer = f"{side}/layer_{place}"
            blocks = ["self_attention", "ffn", *(["attention"] if side == "decoder" else [])]
            found |= {f"{layer}/{block}/layer_norm/{part}": some(STATE)
                      for block in blocks for part in ("gamma", "beta")}
            linears = {"self_attention/linear_0": (3 * STATE, STATE), "self_attention/linear_1": (STATE, STATE),
                       "ffn/linear_0": (4 * STATE, STATE), "ffn/linear_1": (STATE, 4 * STATE)}
            if side == "decoder":
                linears |= {"attention/linear_0": (STATE, STATE), "attention/linear_1": (2 * STATE, STATE),
                            "attention/linear_2": (STATE, STATE)}
            for name, shape in linears.items():
                found[f"{layer}/{name}/weight"], found[f"{layer}/{name}/bias"] = some(*shape), some(shape[0])
            found[f"{layer}/self_attention/linear_0/bias"][STATE:2 * STATE] = 0        # keys have no bias
            if side == "decoder":
                found[f"{layer}/attention/linear_1/bias"][:STATE] = 0
    for number, width in ((1, MELS), (2, STATE)):
        found[f"encoder/conv{number}/weight"], found[f"encoder/conv{number}/bias"] = some(STATE, width, 3), some(STATE)
    return found


def model(found: dict[str, np.ndarray], specification: str = "WhisperSpec", version: int = 6) -> bytes:
    """The file."""
    pieces = [struct.pack("<I", version), text(specification), struct.pack("<II", 3, len(found))]
    for name, numbers in found.items():
        raw = numbers.tobytes()
        pieces += [text(name), struct.pack("<B", numbers.ndim), struct.pack(f"<{numbers.ndim}I", *numbers.shape),
                   struct.pack("<BI", TYPES[str(numbers.dtype)], len(raw)), raw]
    return b"".join([*pieces, struct.pack("<I", 1), text("decoder/projection/weight"),
                     text("decoder/embeddings/weight")])


def vocabulary() -> bytes:
    """A token a line: bytes as GPT-2 writes them, then what marks the end, then the special ones."""
    words = ["!", "Ġthe", "Ã¤", *(f"w{number}" for number in range(100)), "<|endoftext|>"]
    return "\n".join([*words, *(f"<|{number}|>" for number in range(VOCABULARY - len(words)))]).encode() + b"\n"
