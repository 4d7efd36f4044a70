"""A question that leans on the ones before it, made whole for a search, without a model. Pure: texts in, text out.

What a follow-up leaves out is what the conversation is about, so the words of the question it leans on are put beside
its own. A ranking by words and meaning needs no grammar. Words are of English, German, French and Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

SHORT = 3               # telling words from which a question stands by itself
MOST_BORROWED = 12      # words of earlier questions
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LEANS = re.compile(
    r"^\s*(and|or|but|what about|how about|und|oder|aber|und was|et|mais|y|pero)\b"
    r"|\b(it|its|they|them|their|this|that|these|those|he|she|him|her|his|the (first|second|third|fourth|last|next|"
    r"other|same|former|latter)( ones?)?|one|es|sie|ihr|deren|dessen|davon|dies\w*|jene\w*|der (erste|zweite|dritte|"
    r"letzte)|il|elle|ils|elles|celui|celle|ceux|ello|ellos|ese|esa|eso)\b", re.IGNORECASE)
_EMPTY = frozenset(re.findall(r"\w+", """
    a an and are as at be been but by can could did do does for from had has have he her him his how i if in
    is it its me must my no not of on one ones or our please say says she should so tell that the their them there
    these they this those to us was we were what when where which who whom whose why will with would you your
    about first second third last next other same also again und oder aber der die das den dem ein eine ist
    sind war was wer wie wo wann warum et ou le la les un une des est sont que qui quoi comment y o el los las
    es son"""))


def leans(question: str) -> bool:
    """Does the question need the ones before it to be understood?"""
    return bool(_LEANS.search(question)) or len(telling_words(question)) < SHORT


def self_contained(question: str, earlier: Sequence[str]) -> str:
    """`question` with the words it leaves out. earlier: the person's questions before it, oldest first."""
    if not earlier or not leans(question):
        return question
    own = {word.casefold() for word in telling_words(question)}
    borrowed: list[str] = []
    for asked in reversed(earlier):
        borrowed += [word for word in telling_words(asked) if word.casefold() not in own]
        own.update(word.casefold() for word in borrowed)
        if not leans(asked):
            break
    return f"{question} ({' '.join(borrowed[:MOST_BORROWED])})" if borrowed else question


def telling_words(text: str) -> list[str]:
    """The words that say what a text is about, in order, each once."""
    found = (word for word in _WORD.findall(text) if word.casefold() not in _EMPTY)
    return list({word.casefold(): word for word in found}.values())
