"""Specialists of other people: catalogue files that the person puts into the data folder, beside Consort's own.

They bring what makes a specialist routable at once: strengths, and example requests. A file is never a reason not to
start: what is wrong in it is left out, as little as possible, and said in a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Container
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from router.errors import UserFacingError
from router.library import catalogue, manifest_rules
from specialists.manifest import Manifest, Published

FOLDER = "catalog"              # in the data folder
MOST_FILES = 64
MOST_EXAMPLES = 64              # of one specialist: each is a vector to make
LONGEST_EXAMPLE = 2_000         # characters
LONGEST_SKILL = 60

CLAIMS: dict[str, Any] = {"strengths": dict[str, float], "examples": dict[str, tuple[str, ...]],
                          "strengths_source": str, "published": tuple[Published, ...]}


def load_own(folder: Path, taken: Container[str]) -> tuple[dict[str, Manifest], tuple[str, ...]]:
    """Id → manifest from the TOML files in `folder`, which need not exist, and a sentence for all that was left out.

    taken: ids that are Consort's own, which nobody else may use.
    """
    found: dict[str, Manifest] = {}
    sentences: list[str] = []
    for file in sorted(folder.glob("*.toml"))[:MOST_FILES]:
        try:
            entries = catalogue.entries(file)
        except UserFacingError as error:
            sentences.append(f"{error.text} It is left out.")
            continue
        for number, entry in enumerate(entries, 1):
            entry, complaints = without_nonsense(entry)
            sentences += [f"The specialist “{_name(entry, number)}” in {file.name} is used without its {complaint}."
                          for complaint in complaints]
            try:
                manifest = catalogue.as_manifest(file.name, number, entry)
            except UserFacingError as error:
                sentences.append(f"{error.text} This specialist is left out.")
                continue
            if manifest.id in taken or manifest.id in found:
                sentences.append(f"The specialist “{manifest.id}” in {file.name} is left out: the name is taken.")
                continue
            found[manifest.id] = replace(manifest, starter=False)
    return found, tuple(sentences)


def without_nonsense(entry: Any) -> tuple[Any, list[str]]:
    """The entry without claims that mean nothing, and for each of them its name and why."""
    if not isinstance(entry, dict):
        return entry, []
    wrong = {name: why for name, kind in CLAIMS.items() if name in entry and (why := _wrong(entry[name], kind))}
    return ({key: value for key, value in entry.items() if key not in wrong},
            [f"“{name}”, because {why}" for name, why in wrong.items()])


def _wrong(value: Any, kind: Any) -> str:
    """Why a claim means nothing, or an empty text."""
    try:
        claim = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        return catalogue.plain(str(error))
    if isinstance(claim, tuple):
        return "" if manifest_rules.are_sound(claim) else "a figure has no name, no number or no page"
    if not isinstance(claim, dict):
        return ""
    if not all(0 < len(skill) <= LONGEST_SKILL for skill in claim):
        return "a skill has no usable name"
    values = list(claim.values())
    if all(isinstance(one, float) for one in values):
        return "" if all(math.isfinite(one) and 0 <= one <= 1 for one in values) else "a number is not between 0 and 1"
    texts = [text for example in values for text in example]
    if not all(text.strip() and len(text) <= LONGEST_EXAMPLE for text in texts):
        return f"an example is empty or longer than {LONGEST_EXAMPLE:,} characters"
    return "" if len(texts) <= MOST_EXAMPLES else f"there are more than {MOST_EXAMPLES} examples"


def _name(entry: Any, number: int) -> str:
    return str(entry.get("id", f"number {number}")) if isinstance(entry, dict) else f"number {number}"
