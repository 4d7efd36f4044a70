"""The choice in words that a person reads: why this one, why not the others. Pure."""

from __future__ import annotations

from router.choose.selector import Ranked

KINDS = {
    "general": "a general question", "code": "a question for a programmer", "math": "mathematics",
    "reasoning": "a puzzle to think through", "writing": "something to write",
    "documents": "a question about documents",
    "vision": "a question about a picture",
}
AT = {"general": "general questions", "code": "code", "math": "mathematics", "reasoning": "reasoning",
      "writing": "writing", "documents": "documents", "vision": "pictures"}
NOTICEABLE = 0.02           # of quality; less is no difference that anyone could see
NOTICEABLE_SECONDS = 2.0


def why_this(skill: str, probability: float, ranked: tuple[Ranked, ...], name: str, last: str) -> str:
    """One sentence or two for the one that stands first."""
    best = ranked[0]
    if best.option.taught > 0.3:
        return f"You taught Consort that requests like this belong to {name}."
    if best.option.own_kind > 0.3:
        return f"It is like the requests that {name} is made for."
    kind = f"It looks like {KINDS.get(skill, skill)} ({100 * probability:.0f} %)"
    others = ranked[1:]
    at = AT.get(skill, skill)
    strongest = max(ranked, key=lambda one: one.option.strengths.get(skill, 0.0))
    if strongest is best or not others:
        return f"{kind}, and {name} is the best at {at} here."
    if best.option.specialist == last:
        return f"{kind}; {name} answered before, and no other is clearly better."
    return f"{kind}; {name} answers it well enough, and much sooner than the others."


def why_not(one: Ranked, best: Ranked, skill: str, last: str) -> str:
    """One sentence for somebody who was not chosen."""
    weaker = best.quality - one.quality
    later = one.option.seconds - best.option.seconds
    if best.option.taught > 0.3 and best.option.taught > one.option.taught:
        return "You taught Consort otherwise."
    if weaker > NOTICEABLE:
        slower = f" and about {later:.0f} s later" if later > NOTICEABLE_SECONDS else ""
        return f"Weaker at {AT.get(skill, skill)}{slower}."
    if later > NOTICEABLE_SECONDS:
        return f"Its answer would be there about {later:.0f} s later."
    if best.option.specialist == last:
        return "Not better enough to switch within the conversation."
    return "About as good; the other comes first in your list."
