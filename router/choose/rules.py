"""Layer one of the choice: what the person said outright. Pure; under a millisecond.

Picked for this question, named in it ("@code …"), picked for the conversation, always the same one, the only one; and
what an attached picture says. It knows no model and no process. `by_default` is what is left when no layer knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from router.choose.choice import Choice, NobodyCanAnswer
from router.choose.request import Request
from router.choose.strengths import strength
from router.views import Routing
from specialists.manifest import Manifest

MENTION = re.compile(r"^\s*@([\w.+-]+)[ \t]*[,:]?\s+(?=\S)")
PICTURE = re.compile(r"\.(png|jpe?g|gif|webp|bmp|tiff?|heic|avif)$", re.IGNORECASE)


@dataclass(frozen=True)
class Situation:
    """What is known beside the request's words. All ids; empty: nothing.

    picked: for this question. conversation_pick: for the conversation. always: for everything (a setting).
    last: who answered before in this conversation. conversation: its id. prompt_characters: of all that a specialist
    would have to read, the request included. read_tokens, read_characters: how many tokens the conversation was for
    who answered last, and of how many characters; 0: nobody did.
    """

    picked: str = ""
    conversation_pick: str = ""
    always: str = ""
    last: str = ""
    conversation: str = ""
    prompt_characters: int = 0
    read_tokens: int = 0
    read_characters: int = 0


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


def by_rule(request: Request, installed: tuple[Manifest, ...], situation: Situation) -> Choice | None:
    """Who must answer, or None when nothing was said outright.

    `installed` are the language specialists on this machine. Raises NobodyCanAnswer.
    """
    by_id = {specialist.id: specialist for specialist in installed}
    named, _ = mentioned(request.text, installed)
    for wanted, why in ((situation.picked, "You picked it for this question."),
                        (named.id if named else "", "You named it at the start of your question."),
                        (situation.conversation_pick, "You picked it for this conversation.")):
        if wanted and wanted not in by_id:
            raise NobodyCanAnswer(wanted)
        if wanted:
            return Choice(by_id[wanted], why, Routing("person"))
    if not installed:
        raise NobodyCanAnswer
    if situation.always in by_id:
        return Choice(by_id[situation.always], "You set it to answer everything.", Routing("person"))
    if len(installed) == 1:
        return Choice(installed[0], "It is the only specialist installed.")
    seeing = next((one for one in installed if "vision" in one.skills), None)
    if seeing is not None and any(PICTURE.search(name) for name in request.attached):
        return Choice(seeing, "It can look at the picture you attached.", Routing(skill="vision"))
    return None


def by_default(installed: tuple[Manifest, ...], last: str = "") -> Choice:
    """Who answers when no layer knows better: who did before, else the best at general questions, the first of equals.

    Raises NobodyCanAnswer.
    """
    if not installed:
        raise NobodyCanAnswer
    by_id = {specialist.id: specialist for specialist in installed}
    if last in by_id:
        return Choice(by_id[last], "It answered before in this conversation.", Routing("fallback", 0.6))
    best = max(installed, key=lambda one: strength(one, "general"))
    return Choice(best, "It is the best for general questions on this computer.", Routing("fallback", 0.5))
