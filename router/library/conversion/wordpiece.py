"""A BERT vocabulary (vocab.txt, one token a line) as llama.cpp takes it.

WordPiece marks what continues a word with `##`; llama.cpp marks what begins one with U+2581 instead
(`convert_hf_to_gguf.py`, BertModel.set_vocab). It knows no weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from router.library.conversion.failure import ConversionFailed

MAX_BYTES = 16 * 2**20
MAX_TOKEN = 256                 # characters
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORD_START = "\u2581"


@dataclass(frozen=True)
class WordPieces:
    """tokens: as llama.cpp wants them, in the order of their numbers. special: the five of SPECIAL → number."""

    tokens: tuple[str, ...]
    special: dict[str, int]


def read_vocabulary(path: Path) -> WordPieces:
    """The vocabulary in `path`. Raises ConversionFailed for one that no tokenizer could use, and OSError."""
    if path.stat().st_size > MAX_BYTES:
        raise ConversionFailed("the vocabulary is larger than any real one")
    try:
        lines = path.read_bytes().decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ConversionFailed("the vocabulary is not UTF-8 text") from error
    words = [line.removesuffix("\r") for line in (lines[:-1] if lines[-1] == "" else lines)]
    if any(not 0 < len(word) <= MAX_TOKEN for word in words):
        raise ConversionFailed("the vocabulary holds an empty or an impossibly long token")
    if len(set(words)) != len(words):
        raise ConversionFailed("a token occurs twice in the vocabulary")
    numbers = {word: number for number, word in enumerate(words)}
    missing = [word for word in SPECIAL if word not in numbers]
    if missing:
        raise ConversionFailed(f"the vocabulary lacks the token {missing[0]}")
    tokens = tuple(_marked(word) for word in words)
    if len(set(tokens)) != len(tokens):
        raise ConversionFailed("two tokens of the vocabulary are written alike")
    return WordPieces(tokens, {word: numbers[word] for word in SPECIAL})


def _marked(word: str) -> str:
    if word.startswith("[") and word.endswith("]"):
        return word
    return word[2:] if word.startswith("##") and len(word) > 2 else WORD_START + word
