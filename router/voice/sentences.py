"""Where a sentence or a clause ends in text that is still growing. Pure; it knows no Markdown blocks and no voice.

A first clause is let go early, so that the voice can begin; later ones are whole sentences. Nothing is longer than a
voice can say in one go.
"""

from __future__ import annotations

import re

FIRST_CHARACTERS = 18           # from here on the first piece may end at a comma
FIRST_WORDS = 12
MOST_CHARACTERS = 220           # of a later piece; what a voice takes of memory grows with it
WAIT = 160                      # characters that an opened `code`, [link] or $formula$ is waited for

_CLOSERS = "\"'”’»)]}*_`~」』）】"
_ENDS = ".!?…。！？；｡"
_WIDE = "。！？；｡"              # no space follows these
_CLAUSES = ",;:，、：–—"
_WIDE_CLAUSES = "，、："
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[„“\"'])(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|Mt|vs|etc|e\.?g|i\.?e|cf|al|approx|no|vol|fig|pp?|ed|est|dept|inc|"
    r"ltd|co|corp|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|z|z\.\s?B|d|d\.\s?h|u|u\.\s?a|u\.\s?U|bzw|ca|usw|Nr|Abs|"
    r"Art|Bd|Hrsg|Jh|Mio|Mrd|evtl|ggf|inkl|zzgl|vgl|sog|Str|Hr|Fr|Tel|bspw|o|o\.\s?ä|i|i\.\s?d|s|M|Mme|Sra|Ud|"
    r"[A-ZÄÖÜ])\.$",
    re.IGNORECASE)
_ENDS_AFTER_ALL = re.compile(r"\b(?:etc|usw|al|co|inc|ltd|corp)\.$", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.$")
_JUMPS = (re.compile(r"(`+)(?:(?!\1).)*\1(?!`)", re.DOTALL), re.compile(r"!?\[[^\]\n]*\]\([^)\n]*\)"),
          re.compile(r"\\\(.*?\\\)|\$(?=\S)[^$\n]+(?<=\S)\$(?!\d)", re.DOTALL), re.compile(r"https?://[^\s)>\]]+"))
_OPENERS = "`[!\\$h"
_LINK_WORDS = re.compile(
    r"\s(?:and|or|but|because|which|that|when|where|while|if|so|to|of|in|on|at|for|with|from|by|than|"
    r"und|oder|aber|weil|die|der|das|den|wenn|als|damit|mit|von|für|auf|zu|bei|nach)\s", re.IGNORECASE)


def next_end(text: str, begin: int, limit: int, *, complete: bool, first: bool) -> int | None:
    """Behind the last character of the piece that begins at `begin`; None when more text is needed to tell.

    limit: where the text that is known ends. complete: the paragraph ends there. first: it is the first piece of all.
    """
    place, clause, words = begin, 0, 0
    while place < limit:
        jump = _jump(text, place, limit, complete)
        if jump is None:
            return None
        if jump > place:
            place = jump
            continue
        letter = text[place]
        if letter in _ENDS:
            behind = _behind(text, place, limit)
            if behind >= limit:
                if not complete:
                    return None
            elif not (letter in _WIDE or text[behind].isspace()):
                place = behind
                continue
            if letter not in _WIDE and not complete and not text[behind:limit].strip():
                return None         # only the next word tells an abbreviation from an end
            if _is_end(text, begin, behind, limit):
                return behind
            place = behind
            continue
        if letter in _CLAUSES and place + 1 < limit and (letter in _WIDE_CLAUSES or text[place + 1].isspace()):
            clause = place + 1
            if first and clause - begin >= FIRST_CHARACTERS:
                return clause
        if letter.isspace() and place > begin and not text[place - 1].isspace():
            words += 1
            if first and words >= FIRST_WORDS:
                return _at_a_word(text, begin, place)
        if place - begin >= MOST_CHARACTERS:
            return clause if clause - begin > MOST_CHARACTERS // 3 else _at_a_word(text, begin, place)
        place += 1
    return limit if complete else None


def _is_end(text: str, begin: int, behind: int, limit: int) -> bool:
    """Does the full stop (or its like) before `behind` end the sentence?"""
    said = text[begin:behind].rstrip(_CLOSERS)
    following = re.match(r"\s*([\"'“„»«(\[*_]*)(\S)", text[behind:limit])
    if following is None or not said.endswith((".", "…")):
        return True
    lower = following[2].islower()
    if said.endswith(("...", "…")) or lower:
        return not lower
    if _ENDS_AFTER_ALL.search(said):
        return True
    return not (_ABBREVIATION.search(said) or (_ORDINAL.search(said) and not following[2].isdigit()
                                               and len(said) < len(text[begin:limit])))


def _behind(text: str, place: int, limit: int) -> int:
    """Behind a run of full stops and what closes with them."""
    while place < limit and text[place] in _ENDS:
        place += 1
    while place < limit and text[place] in _CLOSERS:
        place += 1
    return place


def _jump(text: str, place: int, limit: int, complete: bool) -> int | None:
    """Behind the code, link, formula or address that begins here; the same place for none; None while it is open."""
    if text[place] not in _OPENERS:
        return place
    for form in _JUMPS:
        if (found := form.match(text, place, limit)) is not None:
            return None if found.end() == limit and not complete and text[place] == "h" else found.end()
    opened = text[place] in "`[$" or text.startswith("\\(", place)
    return None if opened and not complete and limit - place < WAIT else place


def _at_a_word(text: str, begin: int, place: int) -> int:
    """The place before the last linking word that is not too near the beginning, or at least between two words."""
    links = [found.start() for found in _LINK_WORDS.finditer(text, begin, place) if found.start() - begin > place // 2
             - begin // 2]
    if links:
        return links[-1]
    space = max(text.rfind(" ", begin + 1, place + 1), text.rfind("\n", begin + 1, place + 1))
    return space if space > begin else place
