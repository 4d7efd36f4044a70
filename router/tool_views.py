"""How tools are shown. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ToolView:
    """parameters: JSON Schema of the arguments, as JSON. capabilities: what it may do, sorted; empty: it only computes.
    rule: what happens when a specialist asks for it: `run`, `ask` or `refuse`; why: in a sentence."""

    name: str
    description: str
    parameters: str
    capabilities: tuple[str, ...] = ()
    rule: str = "run"
    why: str = ""
