"""How good a specialist is at each skill: what was measured, else a prior from what it says of itself. Pure."""

from __future__ import annotations

import math
import re

from router.choose.request import SKILLS
from specialists.manifest import Manifest

# The prior, where nothing was measured: a logistic curve over the logarithm of the parameters, through what the mixed
# set measured (consort bench router --mixed): 0.18 at 135M, 0.88 at 1.5B. So both are on one scale.
AT_ONE_BILLION, PER_DECADE = 1.4, 3.35      # log-odds
LOWEST, HIGHEST = 0.05, 0.95
OUTSIDE = 0.9               # of its strength is left at a skill a specialist does not name (one coder kept 0.95)
GENERAL = ("reasoning", "writing", "documents")     # what a general specialist is made for as well
BLIND = 0.02                # without the skill “vision” a model sees nothing
BITS_PER_WEIGHT = 5.0       # of the usual 4-bit quantisations, overhead included
UNKNOWN_BILLIONS = 1.0

_PARAMETERS = re.compile(r"([\d.]+)\s*([MB])", re.IGNORECASE)


def strength(manifest: Manifest, skill: str) -> float:
    """0…1: the share of requests of this skill it answers well."""
    measured = manifest.strengths.get(skill)
    if measured is not None:
        return min(1.0, max(0.0, measured))
    if skill == "vision" and "vision" not in manifest.skills:
        return BLIND
    usual = 1 / (1 + math.exp(-(AT_ONE_BILLION + PER_DECADE * math.log10(billions(manifest)))))
    named = skill in manifest.skills or (skill in GENERAL and "general" in manifest.skills)
    return min(HIGHEST, max(LOWEST, usual)) * (1.0 if named else OUTSIDE)


def strengths(manifest: Manifest) -> dict[str, float]:
    """Of every skill."""
    return {skill: strength(manifest, skill) for skill in SKILLS}


def billions(manifest: Manifest) -> float:
    """Its parameters in billions: as it says, else by its file's size. Never 0."""
    said = _PARAMETERS.search(manifest.parameters)
    if said and float(said.group(1)) > 0:
        return float(said.group(1)) * (1.0 if said.group(2).upper() == "B" else 0.001)
    if manifest.size:
        return manifest.size * 8 / BITS_PER_WEIGHT / 1e9
    return UNKNOWN_BILLIONS
