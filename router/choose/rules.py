"""Layer one of the choice: what the person said outright. Pure; under a millisecond.

Picked for this question, named in it ("@code …"), picked for the conversation, else the first that can answer.
It knows no model and no process; later layers (encoder, selector) refine its last rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from specialists.manifest import Manifest

MENTION = re.compile(r"^\s*@([\w.+-]+)[ \t]*[,:]?\s+(?=\S)")


@dataclass(frozen=True)
class Choice:
    """One specialist, why in words (a sentence a person reads), how sure (0…1) and which layer decided."""

    specialist: Manifest
    why: str
    confidence: float = 1.0
    layer: str = "rules"


class NobodyCanAnswer(Exception):
    """No installed specialist fits; `wanted` is what was asked for, empty when nothing at all is installed."""

    def __init__(self, wanted: str = "") -> None:
        super().__init__(wanted)
        self.wanted = wanted


def mentioned(text: str, installed: tuple[Manifest, ...]) -> tuple[Manifest | None, str]:
    """The specialist that `@name` or `@skill` at the start of `text` means, and the text without the mention."""
    match = MENTION.match(text)
    if match is None:
        return None, text
    wanted = match.group(1).lower()
    for specialist in installed:
        if wanted in (specialist.id.lower(), specialist.name.lower()):
            return specialist, text[match.end():]
    for specialist in installed:
        if wanted in specialist.skills:
            return specialist, text[match.end():]
    return None, text


def choose(text: str, installed: tuple[Manifest, ...], *, picked: str = "", conversation_pick: str = "",
           last: str = "") -> Choice:
    """Who answers `text`. `installed` are the language specialists on this machine, the preferred ones first.

    `last` is who answered before in this conversation: it stays unless someone else is named. Raises NobodyCanAnswer.
    """
    by_id = {specialist.id: specialist for specialist in installed}
    if picked:
        if picked not in by_id:
            raise NobodyCanAnswer(picked)
        return Choice(by_id[picked], "You picked it for this question.")
    named, _ = mentioned(text, installed)
    if named is not None:
        return Choice(named, "You named it at the start of your question.")
    if conversation_pick:
        if conversation_pick not in by_id:
            raise NobodyCanAnswer(conversation_pick)
        return Choice(by_id[conversation_pick], "You picked it for this conversation.")
    if not installed:
        raise NobodyCanAnswer
    if len(installed) == 1:
        return Choice(installed[0], "It is the only specialist installed.")
    if last in by_id:
        return Choice(by_id[last], "It answered before in this conversation.", 0.6)
    general = next((one for one in installed if "general" in one.skills and not one.starter), None)
    if general is not None:
        return Choice(general, "It is the general specialist on this computer.", 0.5)
    first = next((one for one in installed if "general" in one.skills), installed[0])
    return Choice(first, "It is the general specialist on this computer.", 0.5)
