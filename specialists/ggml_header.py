"""Reading the header of a Whisper model (whisper.cpp's ggml file) strictly, before any C++ does.

whisper.cpp does not survive a file that is none: it ends its process. So everything it would rely on is checked here,
down to the last tensor's last byte. Layout: see `whisper_model_load` in whisper.cpp. It loads nothing.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from specialists.gguf_header import BrokenModel

MAGIC = 0x67676D6C              # "ggml"
ENGLISH_ONLY = 51_864           # tokens; every other Whisper knows more languages and has more tokens
MOST_TOKENS = 60_000
MOST_TENSORS = 4_096
MOST_LETTERS = 128              # of a tensor's name
BLOCKS = {0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 10: (256, 84),
          11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210)}   # tensor type → numbers and bytes of a block
LIMITS = {"vocabulary": (51_864, MOST_TOKENS), "audio_context": (1500, 1500), "audio_state": (1, 8192),
          "audio_heads": (1, 128), "audio_layers": (1, 128), "text_context": (1, 4096), "text_state": (1, 8192),
          "text_heads": (1, 128), "text_layers": (1, 128), "mels": (80, 128), "file_type": (0, 3000)}


@dataclass(frozen=True)
class WhisperHeader:
    """The eleven numbers of a Whisper model. Counts; contexts in positions (audio: 50 a second) and tokens."""

    vocabulary: int
    audio_context: int
    audio_state: int
    audio_heads: int
    audio_layers: int
    text_context: int
    text_state: int
    text_heads: int
    text_layers: int
    mels: int
    file_type: int

    @property
    def english_only(self) -> bool:
        return self.vocabulary == ENGLISH_ONLY


def read_whisper_header(path: str) -> WhisperHeader:
    """Raises BrokenModel for anything that whisper.cpp should not be given; OSError becomes it, too."""
    try:
        with Path(path).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            return _read(file, size)
    except (OSError, struct.error) as error:
        raise BrokenModel(f"the file is cut off or cannot be read ({error})") from error


def _read(file: BinaryIO, size: int) -> WhisperHeader:
    if _numbers(file, "I")[0] != MAGIC:
        raise BrokenModel("this is no Whisper model in whisper.cpp’s form")
    header = WhisperHeader(*_numbers(file, "11i"))
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(header, name) <= most:
            raise BrokenModel(f"its header says {name} {getattr(header, name)}, which cannot be")
    if _numbers(file, "2i") != (header.mels, 201):
        raise BrokenModel("its sound filters do not fit its header")
    file.seek(4 * header.mels * 201, 1)
    for _ in range(_within(_numbers(file, "i")[0], MOST_TOKENS, "tokens")):
        file.seek(_within(_numbers(file, "I")[0], 1024, "letters in a token"), 1)
    for _ in range(MOST_TENSORS):
        if file.tell() == size:
            return header
        _skip_tensor(file, size)
    raise BrokenModel("it has too many tensors")


def _skip_tensor(file: BinaryIO, size: int) -> None:
    dimensions, letters, kind = _numbers(file, "3i")
    if not 1 <= dimensions <= 3 or not 1 <= letters <= MOST_LETTERS or kind not in BLOCKS:
        raise BrokenModel("it holds a tensor of an impossible kind")
    shape = _numbers(file, f"{dimensions}i")
    per_block, bytes_per_block = BLOCKS[kind]
    if min(shape) < 1 or shape[0] % per_block:
        raise BrokenModel("it holds a tensor of an impossible shape")
    end = file.seek(letters + math.prod(shape) // per_block * bytes_per_block, 1)
    if end > size:
        raise BrokenModel("the file is cut off")


def _within(number: int, most: int, what: str) -> int:
    if not 0 <= number <= most:
        raise BrokenModel(f"it claims {number:,} {what}")
    return number


def _numbers(file: BinaryIO, form: str) -> tuple[int, ...]:
    form = f"<{form}"
    return struct.unpack(form, file.read(struct.calcsize(form)))
