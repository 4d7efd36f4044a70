"""The text rule at the door of the store, and how a title is made from first words. Pure; knows no database.

Whatever a keyboard, a clipboard or a file hands us becomes text that every later step can encode. Nothing that a
person could mean is changed: right-to-left marks, emoji sequences and unusual spaces stay as they are.
"""

from __future__ import annotations

import msgspec

from router.parts import DocumentsPart, Part, PlanPart, TextResult, ToolPart

TITLE_LENGTH = 60


def clean_text(text: str) -> str:
    """The same text without NUL and without lone surrogates; idempotent, always encodable as UTF-8.

    Halves of a surrogate pair that stand side by side (JavaScript, some clipboards) become the character they mean,
    a half alone becomes U+FFFD, the Unicode replacement character (Unicode 16, section 3.9).
    """
    text = text.replace("\0", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def clean_part(part: Part) -> Part:
    """The part with every text in it cleaned."""
    fields = msgspec.structs.asdict(part).items()
    changes: dict[str, object] = {name: clean_text(value) for name, value in fields if isinstance(value, str)}
    if isinstance(part, PlanPart):
        return PlanPart(tuple(msgspec.structs.replace(step, do=clean_text(step.do), skill=clean_text(step.skill))
                              for step in part.steps))
    if isinstance(part, DocumentsPart):
        return DocumentsPart(tuple(map(clean_text, part.paths)))
    if isinstance(part, ToolPart):
        changes["parts"] = tuple(TextResult(clean_text(one.text)) if isinstance(one, TextResult) else one
                                 for one in part.parts)
    return msgspec.structs.replace(part, **changes)


def clean_parts(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """All parts cleaned, in order."""
    return tuple(clean_part(part) for part in parts)


def one_line(text: str) -> str:
    """The text cleaned and on one line: what a title or the name of a folder may be."""
    return " ".join(clean_text(text).split())


def first_words(text: str, limit: int = TITLE_LENGTH) -> str:
    """The beginning of `text` on one line, at most `limit` characters, cut between words where there are any."""
    line = one_line(text[: limit * 20])
    if len(line) <= limit:
        return line
    head, _, _ = line[:limit].rpartition(" ")
    return (head if len(head) >= limit // 2 else line[: limit - 1]).rstrip() + "…"
