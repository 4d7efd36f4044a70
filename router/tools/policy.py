"""May a tool run now? Decided by what it can do, what the person granted, and whose words are in the context. Pure.

No model has a say here, and nothing that was read can change the answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from router.tools.tool import Capability

Rule = Literal["never", "ask", "conversation", "always"]
ACTS: frozenset[Capability] = frozenset({"write", "execute", "network", "outward"})
IN_WORDS: dict[Capability, str] = {
    "read": "read your files", "write": "change files", "execute": "run a program", "network": "use the network",
    "outward": "hand something to another program", "speak": "speak aloud"}


@dataclass(frozen=True)
class Grant:
    """What the person allowed or forbade. folder: only there and below; empty: everywhere. conversation: only in it,
    for the rule `conversation`."""

    capability: Capability
    rule: Rule
    folder: str = ""
    conversation: str = ""


@dataclass(frozen=True)
class Decision:
    """What happens with a call, and why, as a sentence for the person."""

    verdict: Literal["run", "ask", "refuse"]
    why: str


def decide(capabilities: frozenset[Capability], grants: Iterable[Grant], conversation: str, untrusted: bool,
           path: str = "") -> Decision:
    """untrusted: the context holds text of a document or of a tool's result. path: absolute; what it is about, if it
    is about a file. The strictest capability decides; `never` always wins."""
    grants = tuple(grants)
    if not capabilities:
        return Decision("run", "It only computes.")
    asking = []
    for capability in sorted(capabilities):
        fitting = [one for one in grants if one.capability == capability and _covers(one, conversation, path)]
        if any(one.rule == "never" for one in fitting):
            return Decision("refuse", f"You do not want tools to {IN_WORDS[capability]}.")
        if untrusted and capability in ACTS:
            asking.append(f"Text that you did not write was read for this question, and it wants to "
                          f"{IN_WORDS[capability]}.")
        elif not any(one.rule in ("conversation", "always") for one in fitting):
            asking.append(f"It wants to {IN_WORDS[capability]}, which you have not allowed for good.")
    return Decision("ask", " ".join(asking)) if asking else Decision("run", "You allowed it.")


def _covers(grant: Grant, conversation: str, path: str) -> bool:
    if grant.rule == "conversation" and grant.conversation != conversation:
        return False
    if not grant.folder:
        return True
    return bool(path) and Path(path).resolve().is_relative_to(Path(grant.folder).resolve())
