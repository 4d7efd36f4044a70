"""Dates, times, amounts, units and the like in the words of a language. Pure.

Digits stay digits: espeak-ng, which every Piper voice pronounces with, says numbers well in a hundred languages. What
it says badly was found by listening to its phonemes: `€5`, `10–20`, `2026-11-25`, `5 km`, `3. Oktober`, `Henry VIII`,
the year 1999.
"""

from __future__ import annotations

import re

from router.voice.spoken_words import Words

_NUMBER = r"\d{1,3}(?:[.,\u202f\u00a0 ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*"
_ISO_DATE = re.compile(r"\b(1\d{3}|20\d{2})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\b")
_DOT_DATE = re.compile(r"\b(0?[1-9]|[12]\d|3[01])\.\s?(0?[1-9]|1[0-2])\.\s?(1\d{3}|20\d{2})\b")
_TIME = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(\s*(?:Uhr|[ap]\.?m\.?))?(?![\d:])", re.IGNORECASE)
_RANGE = re.compile(r"(?<![\w.,-])(\d[\d.,]*)\s?[–—-]\s?(\d[\d.,]*)(?![\w-])")
_MINUS = re.compile(r"(?<![\w.,)\]])[-−](?=\d)")
_ABOUT = re.compile(r"~\s?(?=\d)")
_VERSION = re.compile(r"\b(v(?:ersion)?\s?)?(\d+(?:\.\d+){2,})\b", re.IGNORECASE)
_MONEY = re.compile(rf"([$€£¥])\s?({_NUMBER})(\s?(?:million|billion|trillion|thousand|[kKmMbB]n?)\b)?")
_MONEY_BEHIND = re.compile(rf"({_NUMBER})\s?([$€£¥])")
_HASH = re.compile(r"#(?=\d)")
_ROMAN = re.compile(r"\b(?=[IVXLC]{1,7}\b)(?:C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))\b\.?")
_BEFORE_ROMAN = re.compile(r"(?:[A-ZÄÖÜ][a-zäöüß]{2,}|[Cc]hapter|[Kk]apitel)\s$")
_YEAR = re.compile(r"\b(?:(im Jahre?|seit|von|bis|in|anno)\s)(1[1-9]\d{2})\b")
_ORDINAL_DE = re.compile(r"\b(\d{1,2})\.(?=\s(?:\w))")
_DATIVE = re.compile(r"\b(?:am|im|vom|zum|beim|dem|den|des|seit|ab|bis|jedem|einem|diesem)\s+$", re.IGNORECASE)
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_BIG = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion"}


def in_words(text: str, words: Words, language: str) -> str:
    """The text with what a voice says badly in words."""
    for short, long in words.abbreviations.items():
        if short in text:
            text = re.sub(rf"(?<![\w.]){re.escape(short)}", long, text)
    text = _ISO_DATE.sub(lambda found: _date(int(found[3]), int(found[2]), found[1], words), text)
    if language == "de":
        text = _DOT_DATE.sub(lambda found: _date(int(found[1]), int(found[2]), found[3], words,
                                                 dative=bool(_DATIVE.search(text[:found.start()]))), text)
    text = _TIME.sub(lambda found: _time(found, words), text)
    text = _RANGE.sub(rf"\1 {words.to} \2", text)
    text = _MONEY.sub(lambda found: _money(found[1], found[2], words, found[3] or ""), text)
    text = _MONEY_BEHIND.sub(lambda found: _money(found[2], found[1], words), text)
    text = _VERSION.sub(lambda found: (found[1] or "") + f" {words.point} ".join(found[2].split("."))
                        if language == "en" or found[1] else found[0], text)
    text = _ABOUT.sub(f"{words.about} ", _MINUS.sub(f"{words.minus} ", text))
    text = _units(text, words)
    text = _HASH.sub(f"{'number' if language == 'en' else 'Nummer'} ", text)
    text = _ROMAN.sub(lambda found: _roman(found, text, words, language), text)
    if words.ordinals:
        text = _ORDINAL_DE.sub(lambda found: _ordinal(found, text, words), text)
        text = _YEAR.sub(lambda found: f"{found[1]} {_year(found[2])}", text)
    for sign, word in words.symbols.items():
        if sign in text:
            text = text.replace(sign, f" {word} ")
    return text


def _date(day: int, month: int, year: str, words: Words, dative: bool = False) -> str:
    spoken_day = words.ordinals[day] + ("n" if dative else "") if words.ordinals else str(day)
    return words.date.format(day=spoken_day, month=words.months[month - 1],
                             year=_year(year) if words.ordinals and year < "2000" else year)


def _year(year: str) -> str:
    """1999 as German says it: neunzehnhundert neunundneunzig. Digits are left to the voice."""
    hundreds, rest = int(year) // 100, int(year) % 100
    return f"{hundreds}hundert {rest}" if rest else f"{hundreds}hundert"


def _time(found: re.Match[str], words: Words) -> str:
    hour, minute = int(found[1]), int(found[2])
    behind = found[3] or ""
    if words.half_hours:
        return f"{hour}{words.half_hours}{minute}" if minute else f"{hour} Uhr"
    minutes = f"oh {minute}" if minute < 10 else str(minute)
    if minute == 0:
        minutes = "" if behind else "o'clock"
    return f"{hour} {minutes}".strip() + behind


def _money(sign: str, amount: str, words: Words, big: str = "") -> str:
    one, many, cent, cents = words.currencies[sign]
    if big.strip():
        return f"{amount} {_BIG.get(big.strip().lower(), big.strip())} {many}"
    whole, mark, part = amount.rpartition(words.decimal)
    if mark and len(part) == 2:
        name = one if whole == "1" else many
        if part == "00":
            return f"{whole} {name}"
        if not cent:
            return f"{whole} {name} {int(part)}"
        joint = "and " if words.decimal == "." else ""
        return f"{whole} {name} {joint}{int(part)} {cent if part == '01' else cents}"
    return f"{amount} {one if amount == '1' else many}"


def _units(text: str, words: Words) -> str:
    signs = "|".join(sorted(map(re.escape, words.units), key=len, reverse=True))
    per = re.compile(rf"({_NUMBER})\s?({signs})/({signs})(?!\w)")
    text = per.sub(lambda found: f"{found[1]} {words.units[found[2]][found[1] != '1']} {words.per} "
                                 f"{words.units[found[3]][0]}", text)
    plain = re.compile(rf"(?<![\w.,])({_NUMBER})\s?({signs})(?![\w/²³])")
    return plain.sub(lambda found: f"{found[1]} {words.units[found[2]][found[1] != '1']}", text)


def _roman(found: re.Match[str], text: str, words: Words, language: str) -> str:
    """A numeral behind a name or a chapter; `I` alone is a word."""
    letters = found[0].rstrip(".")
    before = _BEFORE_ROMAN.search(text[:found.start()])
    if before is None or (len(letters) < 2 and letters not in ("V", "X")):
        return found[0]
    values = [_VALUES[letter] for letter in letters]
    number = sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))
    if language == "de" and found[0].endswith(".") and number < len(words.ordinals):
        return f"der {words.ordinals[number]}"
    regnal = language == "en" and not re.search(r"(?:War|Chapter|chapter|Part|Section|Type|Phase|Volume)\s$",
                                                text[:found.start()])
    stop = "." if found[0].endswith(".") else ""
    return f"the {number}{_english_ending(number)}{stop}" if regnal else f"{number}{stop}"


def _english_ending(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _ordinal(found: re.Match[str], text: str, words: Words) -> str:
    number = int(found[1])
    if not 0 < number < len(words.ordinals) or found.start() == 0:
        return found[0]
    return words.ordinals[number] + ("n" if _DATIVE.search(text[:found.start()]) else "")
