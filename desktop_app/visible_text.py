"""Text from models and files made fit to show: no endless runs, no hidden characters, addresses as they really are.

Knows no Qt. Bidirectional controls as listed in Unicode Standard Annex 9 (https://www.unicode.org/reports/tr9/); the
attack they allow is described in CVE-2021-42574.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

LONGEST_RUN = 10_000    # characters without a space that Qt's line breaking still takes in its stride
SCHEMES = ("http", "https", "mailto")

_NAMES = {
    "\u061c": "ALM", "\u200e": "LRM", "\u200f": "RLM", "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF",
    "\u202d": "LRO", "\u202e": "RLO", "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI",
    "\u200b": "ZWSP", "\u2060": "WJ", "\ufeff": "BOM", "\u00ad": "SHY",
}
_HIDDEN = re.compile("[" + "".join(_NAMES) + "\U000e0000-\U000e007f\u0000-\u0008\u000b-\u001f\u007f]")
_BAD = re.compile("[\x00\ud800-\udfff]")
_RUN = re.compile(rf"\S{{{LONGEST_RUN},}}")


def clean(text: str) -> str:
    """Without what Qt or UTF-8 cannot carry: NUL and lone surrogates become U+FFFD, line ends become newlines."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _BAD.sub("\ufffd", text)


def show_hidden(text: str) -> str:
    """The same text with direction controls and other invisible characters written out, e.g. ⟨RLO⟩."""
    return _HIDDEN.sub(lambda found: f"⟨{_NAMES.get(found[0], f'U+{ord(found[0]):04X}')}⟩", text)


def tooltip(text: str) -> str:
    """The text for a tooltip, shown as it is written: Qt reads markup in tooltips, and pictures with it."""
    return f"<span>{html.escape(text)}</span>".replace("\n", "<br>") if "<" in text else text


def break_runs(text: str, every: int = 1_000) -> str:
    """The same text with line breaks every `every` characters in runs without a space that are too long to lay out."""
    if len(text) < LONGEST_RUN:
        return text

    def cut(found: re.Match[str]) -> str:
        run = found[0]
        return "\n".join(run[at : at + every] for at in range(0, len(run), every))

    return _RUN.sub(cut, text)


def may_open(address: str) -> bool:
    """Whether a person may be offered to open it at all: http, https and mailto only."""
    return scheme_of(address) in SCHEMES


def scheme_of(address: str) -> str:
    """The scheme in small letters; empty for an address that has none or cannot be read."""
    try:
        return urlsplit(address.strip()).scheme.lower()
    except ValueError:
        return ""


def host_of(address: str) -> str:
    """The host an address really leads to, in its ASCII (punycode) form; the mail domain of a mailto; may be empty."""
    try:
        parts = urlsplit(address.strip())
        host = parts.path.rpartition("@")[2] if parts.scheme.lower() == "mailto" else parts.hostname or ""
    except ValueError:
        return ""
    try:
        return host.encode("idna").decode() if not host.isascii() else host.lower()
    except UnicodeError:
        return show_hidden(host)


def shown_address(address: str) -> str:
    """The whole address with nothing hidden: controls written out and the host in its ASCII form."""
    shown = show_hidden(address)
    host = host_of(address)
    try:
        written = urlsplit(address.strip()).hostname or ""
    except ValueError:
        written = ""
    if written and not written.isascii():
        start = shown.lower().find(show_hidden(written).lower())
        if start >= 0:
            shown = shown[:start] + host + shown[start + len(show_hidden(written)) :]
    return shown
