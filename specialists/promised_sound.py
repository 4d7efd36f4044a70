"""How much sound a file says it holds, where its form says so: what comes short of that was cut off. Pure.

FFmpeg takes a WAV file's length from where it ends, and Ogg has none; so these two are looked at here.
"""

from __future__ import annotations

import struct

HEAD = 1 << 18                  # bytes from the beginning that are looked at
TAIL = 1 << 17                  # bytes from the end; an Ogg page is at most half of it
UNKNOWN = 0x7FFF0000            # a size from here on says that the writer did not know it
_EXACT_MP3 = (b"Xing", b"Info", b"VBRI")
_LAST_PAGE = 0x04               # RFC 3533, header_type_flag: end of stream


def wave_seconds(head: bytes) -> float:
    """What a WAV file's header promises; 0 when it is none, or does not say."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return 0.0
    at, bytes_per_second = 12, 0
    while at + 8 <= len(head):
        name, size = head[at:at + 4], int.from_bytes(head[at + 4:at + 8], "little")
        if name == b"fmt " and at + 20 <= len(head):
            bytes_per_second = struct.unpack_from("<I", head, at + 16)[0]
        if name == b"data":
            return size / bytes_per_second if bytes_per_second and size < UNKNOWN else 0.0
        at += 8 + size + size % 2
    return 0.0


def ogg_is_cut(tail: bytes) -> bool:
    """Does an Ogg file end without a last page, or in the middle of one?"""
    at = tail.rfind(b"OggS")
    if at < 0 or at + 27 > len(tail):
        return True
    segments = tail[at + 26]
    whole = at + 27 + segments + sum(tail[at + 27:at + 27 + segments])
    return not tail[at + 5] & _LAST_PAGE or len(tail) < whole


def knows_its_length(form: str, head: bytes) -> bool:
    """Is the length that FFmpeg tells of such a file its own, and no estimate from its size? form: FFmpeg's name."""
    if form == "mp3":
        return any(mark in head for mark in _EXACT_MP3)
    return form not in ("aac", "ogg", "wav", "mpegts", "mpeg", "ac3", "dts", "amr")
