"""A transcript as a file that other programs read: plain text, SubRip (srt) and WebVTT. Pure.

SubRip: https://en.wikipedia.org/wiki/SubRip#Format; WebVTT: https://www.w3.org/TR/webvtt1/.
"""

from __future__ import annotations

from collections.abc import Sequence

from router.messages import Segment

FORMS = ("txt", "srt", "vtt")


def in_form(form: str, segments: Sequence[Segment]) -> str:
    """The transcript in one of FORMS."""
    if form == "txt":
        return "".join(f"{one.text}\n" for one in segments)
    if form == "vtt":
        return "WEBVTT\n\n" + "".join(f"{_clock(one.begin, '.')} --> {_clock(one.end, '.')}\n{_escaped(one.text)}\n\n"
                                      for one in segments)
    return "".join(f"{number}\n{_clock(one.begin, ',')} --> {_clock(one.end, ',')}\n{one.text}\n\n"
                   for number, one in enumerate(segments, 1))


def _clock(seconds: float, mark: str) -> str:
    thousandths = round(seconds * 1000)
    hours, rest = divmod(thousandths, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{mark}{rest % 1000:03}"


def _escaped(text: str) -> str:
    """Signs that mean something in WebVTT."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
