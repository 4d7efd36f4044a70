"""Whether what a model file brings along can be trusted to work: its tokenizer and its chat template.

Asked for by `wire.Examine`, before anybody is offered the model. Nothing is generated here. It knows no library: the
vocabulary is passed in.
"""

from __future__ import annotations

import re
from typing import Protocol

from jinja2 import TemplateError

from specialists.chat_template import MAX_MEMORY, BadTemplate, ChatTemplate
from specialists.gguf_header import GgufHeader
from specialists.limited import LimitExceeded, limited
from specialists.template_rules import suspicions
from specialists.template_trial import conversation_troubles, trigger_troubles

MAX_SECONDS = 20.0              # for reading and trying one template; real ones take under two
KNOWN_TEXTS = {"English": "The quick brown fox, 42 of them.", "French": "Où est l’été à Nîmes ?",
               "Russian": "Съешь ещё этих мягких булок.", "Greek": "Ξεσκεπάζω την ψυχή.", "Arabic": "نص للتجربة",
               "Hindi": "यह एक परीक्षा है", "Chinese": "快速的棕色狐狸", "Japanese": "いろはにほへと",
               "Korean": "다람쥐 헌 쳇바퀴", "emoji": "🙂🚀"}
MARK = re.compile(r"<[|｜]\w+[|｜]>|<\w+_of_\w+>")

Findings = tuple[tuple[str, ...], tuple[str, ...]]
"""Sentences: reasons not to use the model, and what is worth knowing."""


class Words(Protocol):
    """What is needed of a vocabulary."""

    def tokens(self, text: str, control: bool) -> list[int]: ...
    def data(self, token: int) -> bytes: ...
    def control_text(self, token: int) -> str: ...


def examine_tokenizer(words: Words, header: GgufHeader, *, lossy: bool = False) -> Findings:
    """Known texts must come back as they were. lossy: what an encoder reads need not (case, accents)."""
    for name, token in (("beginning", header.begin), ("end", header.end)):
        if header.vocabulary and token >= header.vocabulary:
            return (f"Its tokenizer names token {token:,} as the {name} of a text, and has only "
                    f"{header.vocabulary:,}.",), ()
    strange = [script for script, text in KNOWN_TEXTS.items() if not _survives(words, text, lossy)]
    if "English" in strange:
        return ("Its tokenizer does not give back the text that it was given.",), ()
    return (), (f"Its tokenizer cannot write {', '.join(strange)} exactly.",) if strange else ()


def _survives(words: Words, text: str, lossy: bool) -> bool:
    tokens = words.tokens(text, False)
    if lossy:
        return len(tokens) > 0
    return b"".join(map(words.data, tokens)).decode("utf-8", "replace").strip() == text


def examine_template(template: ChatTemplate, source: str, words: Words) -> Findings:
    """What is suspicious or wrong about the template; nothing, where the file brings none."""
    if not template.given:
        return (), ()
    try:
        with limited(MAX_SECONDS, MAX_MEMORY):
            found = suspicions(source) or conversation_troubles(template) or trigger_troubles(template, source)
    except BadTemplate as error:
        return (unusable(error),), ()
    except (LimitExceeded, TemplateError, ValueError, RecursionError, MemoryError) as error:
        return (f"Its chat template could not be examined ({type(error).__name__}).",), ()
    marks = MARK.findall(source)
    unknown = marks and not any(words.control_text(token) for token in words.tokens("".join(marks), True))
    return found, ("Its chat template uses marks that its tokenizer does not know.",) if unknown else ()


def unusable(error: BadTemplate) -> str:
    """The sentence for a template that cannot be rendered at all."""
    return f"Its chat template cannot be used: {str(error).removeprefix('the chat template ')}."
