"""Does a sentence want to go on, by the words it has so far? Pure; a rule, for the pause after “and …”."""

from __future__ import annotations

import re

# What leads on, and what people say while they look for a word. Not those that also end sentences: “turn it on”, “mach
# das Licht an”, “I think so”.
_OPEN_WORDS = """
    and or but because if when while without of from the a my your our their um uh er erm hmm
    und oder aber weil dass denn wenn als damit ohne für von zum zur im am der die das den dem des eine einen einem
    einer mein dein äh ähm öh hm
    et ou mais parce si quand sans pour de du des le les un une mon ma mes euh
    y o pero porque sin para el los las unos unas mi tu eh e perché che per il lo gli
"""
_OPEN = frozenset(_OPEN_WORDS.split())
_LAST_WORD = re.compile(r"([^\W\d_]+)[\s.…,;:–—-]*$")


def is_unfinished(text: str) -> bool:
    """True for “turn on the light and …”, “erstens,”, “I would like, um”; false for a question mark at the end."""
    text = text.strip()
    if not text or text[-1] in "?!？！。":
        return False
    if text.endswith((",", "…", "...", "-", "–", "—", ":", "，", "、")):
        return True
    last = _LAST_WORD.search(text)
    return last is not None and last[1].lower() in _OPEN
