"""In which language a text is written, from its script and its smallest words. Pure.

Enough to choose a voice. A text that does not say is an empty answer, never a guess.
"""

from __future__ import annotations

import re
from collections import Counter

LOOKED_AT = 2_000               # characters
LEAST_SHARE = 20                # one word in so many must be one of the smallest
LEAST_WORDS = 2                 # different ones: a single “on” or “do” stands in several languages
_SCRIPTS = (("ja", "\u3040-\u30ff"), ("ko", "\uac00-\ud7af"), ("zh", "\u4e00-\u9fff"), ("el", "\u0370-\u03ff"),
            ("he", "\u0590-\u05ff"), ("ar", "\u0600-\u06ff"), ("hi", "\u0900-\u097f"), ("th", "\u0e00-\u0e7f"),
            ("ka", "\u10a0-\u10ff"), ("hy", "\u0530-\u058f"), ("bn", "\u0980-\u09ff"), ("pa", "\u0a00-\u0a7f"),
            ("gu", "\u0a80-\u0aff"), ("ta", "\u0b80-\u0bff"), ("te", "\u0c00-\u0c7f"), ("kn", "\u0c80-\u0cff"),
            ("ml", "\u0d00-\u0d7f"), ("si", "\u0d80-\u0dff"), ("lo", "\u0e80-\u0eff"), ("my", "\u1000-\u109f"),
            ("am", "\u1200-\u137f"), ("km", "\u1780-\u17ff"))
_WORDS = {
    "en": "the and is of to in that it for with was are this you have be not what on at he they will went i do",
    "de": "der die das und ist nicht ein eine zu mit von den dem sich auch auf wie wir ich",
    "fr": "le la les et est des une dans que pour pas sur avec nous vous qui ce il",
    "es": "el los las y es una que para con por no se del como pero su más",
    "it": "il lo gli è una che per con non si del della sono come ma più di",
    "pt": "o os as é uma que para com não se do da em como mas mais você",
    "nl": "de het een en is van niet dat op te met voor zijn maar ook wij ik",
    "sv": "och att det är en ett som på inte för med av den jag vi har",
    "pl": "i nie się jest na do to że w z jak ale czy tak co",
    "cs": "a je se na že to v s ale jak není pro jsem co",
    "tr": "ve bir bu için ile de da çok ne değil gibi olan var",
    "ru": "и не на что в с это как я он по но мы вы",
    "uk": "і не на що в з це як я він та але ми ви є",
    "fi": "ja on ei se että hän oli mutta kun niin myös ovat",
    "ca": "els les i és una que per amb no es del com però",
}
_KNOWN = {word: [language for language, words in _WORDS.items() if word in words.split()]
          for words in _WORDS.values() for word in words.split()}


def language_of(text: str) -> str:
    """ISO 639-1; empty where the text is too short to tell or in a language not listed here."""
    text = text[:LOOKED_AT].rpartition(" ")[0].lower() if len(text) > LOOKED_AT else text.lower()
    letters = sum(one.isalpha() for one in text) or 1
    for language, letters_of in _SCRIPTS:
        if len(re.findall(f"[{letters_of}]", text)) > letters / (10 if language == "ja" else 3):
            return language
    votes: Counter[str] = Counter()
    seen: dict[str, set[str]] = {}
    words = re.findall(r"[^\W\d_]+", text)
    for word in words:
        for language in _KNOWN.get(word, ()):
            votes[language] += 1
            seen.setdefault(language, set()).add(word)
    ranked = votes.most_common(2)
    if not ranked or ranked[0][1] * LEAST_SHARE < len(words) or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return ""
    return ranked[0][0] if len(seen[ranked[0][0]]) >= LEAST_WORDS else ""
