"""Does a source support the sentence it is named for? Marks read, checked, dropped, added. Pure.

A sentence is supported by the sentence of a source that shares its numbers, its names and enough of its words, or that
means nearly the same. Sharing decides about numbers: 30 days are not 60 days however near the vectors lie. The bounds
were chosen on the questions of tests/benchmarks/cited_answers.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from router.documents.self_contained import telling_words
from router.parts import Citation, Source

NEAR = 0.55             # cosine from which a sentence is said by another, where numbers agree
SAME = 0.75             # … whatever its words are
SHARED = 0.6            # share of a sentence's telling words from which it is said by another
SURELY = 0.6            # … from which a source is named where the specialist named none
SUBJECT = 0.5           # share of what a sentence takes over from the question that its source must know
LEAST_SAID = 5          # characters of a sentence that claims something
_MARKS = re.compile(r"[ \t]*\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
_END = re.compile(r"(?<=[.!?。！？])[\"'”’)\]]*\s+|\n+")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")

Near = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Sentence:
    """A stretch of a text, and the sources that are named in or right behind it."""

    start: int
    end: int
    text: str
    marks: tuple[int, ...] = ()


def sentences_of(text: str, offset: int = 0) -> tuple[Sentence, ...]:
    """The sentences of `text`; their places are counted from `offset`."""
    begin, found = 0, list[Sentence]()
    for end in (*(match.start() for match in _END.finditer(text)), len(text)):
        piece = text[begin:end]
        left = len(piece) - len(piece.lstrip())
        if piece.strip():
            found.append(Sentence(offset + begin + left, offset + begin + left + len(piece.strip()), piece.strip()))
        begin = end
    return tuple(found)


def read_marks(answer: str, known: int) -> tuple[str, tuple[Sentence, ...]]:
    """The answer without any mark, and its sentences with the marks 1 to `known` that stood in them.

    A mark behind a full stop belongs to the sentence before it.
    """
    places: list[tuple[int, int]] = []              # where in the bare text, which source
    bare, last = "", 0
    for match in _MARKS.finditer(answer):
        bare += answer[last:match.start()]
        last = match.end()
        places += [(len(bare.rstrip()), number) for number in map(int, re.findall(r"\d+", match[1]))
                   if 1 <= number <= known]
    bare = (bare + answer[last:]).rstrip()
    if begin := len(bare) - len(bare.lstrip(" \n.,;:")):       # what a mark before the first word leaves behind
        bare, places = bare[begin:], [(max(1, at - begin), number) for at, number in places]
    marked = [Sentence(one.start, one.end, one.text,
                       tuple(dict.fromkeys(number for at, number in places if one.start < at <= one.end)))
              for one in sentences_of(bare)]
    return bare, tuple(marked)


def texts_to_compare(sentences: Sequence[Sentence], sources: Sequence[Source]) -> tuple[str, ...]:
    """All sentences whose vectors `cited` wants."""
    quoted = (one.text for source in sources for one in sentences_of(source.text))
    return tuple(dict.fromkeys((*(one.text for one in sentences), *quoted)))


def cited(sentences: Sequence[Sentence], sources: Sequence[Source], near: Near,
          question: str = "") -> tuple[Citation, ...]:
    """A citation for each sentence and source named for it, and where none is named, for the one that clearly says it.

    near: cosine of (sentence, sentence of a source); what is missing counts as 0. What a sentence takes over from the
    `question` has to stand in the source too: "the salary is 38 euros" is not said by "the allowance is 38 euros".
    """
    made: list[Citation] = []
    by_number = {source.number: source for source in sources}
    for one in sentences:
        if len(one.text) < LEAST_SAID:
            continue
        named = [_citation(one, by_number[number], near, question) for number in one.marks]
        right = [citation for citation in named if citation.supported]
        if not right:
            others = [_citation(one, source, near, question, added=True)
                      for source in sources if source.number not in one.marks]
            sure = [(_score(one.text, _quoted(by_number[other.source], other), near), other)
                    for other in others if other.supported]
            right = [max(sure, key=lambda pair: pair[0])[1]] if sure else []
        made += right or named
    return tuple(made)


def with_marks(bare: str, citations: Sequence[Citation]) -> tuple[str, tuple[Citation, ...]]:
    """The answer with a mark behind each cited sentence, and the citations with their places in it."""
    text, last, moved = "", 0, list[Citation]()
    for end in sorted({citation.end for citation in citations}):
        here = [citation for citation in citations if citation.end == end]
        numbers = sorted({citation.source for citation in here})
        stop = end - 1 if bare[end - 1:end] in ".!?" else end
        begin = len(text) + here[0].start - last
        text += bare[last:stop] + "".join(f" [{number}]" if not place else f"[{number}]"
                                          for place, number in enumerate(numbers)) + bare[stop:end]
        moved += [Citation(begin, len(text), one.source, one.quote_start, one.quote_end, one.supported, one.added)
                  for one in here]
        last = end
    return text + bare[last:], tuple(moved)


def _citation(sentence: Sentence, source: Source, near: Near, question: str, *, added: bool = False) -> Citation:
    quotes = sentences_of(source.text, source.start) or (Sentence(source.start, source.end, source.text),)
    best = max(quotes, key=lambda quote: _score(sentence.text, quote.text, near))
    supported = (_agrees(sentence.text, best.text, source, near, SURELY if added else SHARED)
                 and _has_subject(sentence.text, source, question))
    return Citation(sentence.start, sentence.end, source.number, best.start, best.end, supported, added)


def _agrees(said: str, quote: str, source: Source, near: Near, enough: float) -> bool:
    numbers = set(_NUMBER.findall(said))
    if not numbers <= set(_NUMBER.findall(" ".join((*source.headings, source.text)))):
        return False
    close = near.get((said, quote), 0.0)
    if close > SAME:
        return True
    return share(said, " ".join((*source.headings, source.text))) >= enough and (
        share(said, quote) >= enough / 2 or close >= NEAR)


def _has_subject(said: str, source: Source, question: str) -> bool:
    taken = _stems(said) & _stems(question)
    known = _stems(" ".join((source.title, *source.headings, source.text)))
    return not taken or len(taken & known) / len(taken) >= SUBJECT


def _score(said: str, quote: str, near: Near) -> float:
    numbers = set(_NUMBER.findall(said))
    agreeing = len(numbers & set(_NUMBER.findall(quote))) / len(numbers) if numbers else 0.0
    return share(said, quote) + near.get((said, quote), 0.0) + agreeing


def _quoted(source: Source, citation: Citation) -> str:
    return source.text[citation.quote_start - source.start:citation.quote_end - source.start]


def share(said: str, quote: str) -> float:
    """The share of the telling words of `said` that stand in `quote`."""
    words = _stems(said)
    return len(words & _stems(quote)) / len(words) if words else 0.0


def _stems(text: str) -> set[str]:
    """Telling words without a plural s, by their first five letters: crude, but the same for both sides."""
    return {word.casefold().removesuffix("'s").removesuffix("’s").removesuffix("s")[:5] for word in telling_words(text)}
