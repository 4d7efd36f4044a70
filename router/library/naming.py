"""What a person calls a model, and which manifest that is: `id`, `id:QUANTISATION`, `owner/repository[:QUANTISATION]`.

Pure: a repository of the Hub must have become a manifest (`Library.adopt`) before it is found here. No network.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from router.errors import UserFacingError
from router.library.paths import is_safe_id
from specialists.manifest import Manifest, Sources, Variant

LONGEST_NAME = 96               # characters of an owner or a repository, as the Hub limits them
_PART = re.compile(rf"(?![-.])[A-Za-z0-9._-]{{1,{LONGEST_NAME}}}(?<![-.])")
_QUANTISATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True)
class ModelName:
    """A name taken apart. base: an id, or `owner/repository`. quantisation: empty for the usual one."""

    base: str
    quantisation: str = ""

    @property
    def is_repository(self) -> bool:
        return "/" in self.base


def parse(name: str) -> ModelName:
    """The parts of a name. Raises UserFacingError for what cannot be one."""
    base, colon, quantisation = name.strip().partition(":")
    plain = is_repository(base) if "/" in base else is_safe_id(base)
    if not plain or (colon and not _QUANTISATION.fullmatch(quantisation)):
        raise UserFacingError(f"“{name[:120]}” is no name of a specialist.",
                              "Write an id as `consort list` shows it, or owner/repository for one of the Hub.")
    return ModelName(base, quantisation)


def is_repository(name: str) -> bool:
    """Is it `owner/repository` as the Hub allows them?"""
    parts = name.split("/")
    return len(parts) == 2 and all(_PART.fullmatch(part) and ".." not in part and "--" not in part for part in parts)


def id_of_repository(repo: str) -> str:
    """The id of the specialist that a repository becomes: `owner--repository` in small letters.

    The Hub allows no `--` in names and tells none apart by capitals, so two repositories never share an id.
    """
    plain = repo.lower().replace("/", "--")
    if is_safe_id(plain):
        return plain
    return f"hub-{hashlib.sha256(plain.encode()).hexdigest()[:24]}"


def resolve(name: str, manifests: Mapping[str, Manifest]) -> Manifest:
    """The manifest of what `name` means, in its quantisation. Raises UserFacingError when there is none.

    A repository that the catalogue has means the catalogue's specialist, if it has that quantisation.
    """
    wanted = parse(name)
    if not wanted.is_repository:
        if wanted.base not in manifests:
            raise unknown(wanted.base)
        return in_quantisation(manifests[wanted.base], wanted.quantisation)
    found = of_repository(wanted, manifests)
    if found is None:
        raise UserFacingError(f"Consort has not looked into {wanted.base} yet.", f"`consort info {wanted.base}` does.")
    return in_quantisation(found, wanted.quantisation)


def of_repository(name: ModelName, manifests: Mapping[str, Manifest]) -> Manifest | None:
    """The manifest that stands for the repository, in any quantisation, or None."""
    own = manifests.get(id_of_repository(name.base))
    for one in manifests.values():
        hub = one.sources.hub
        if hub is not None and one is not own and hub.repo.lower() == name.base.lower() \
                and (not name.quantisation or _variant(one, name.quantisation) is not None):
            return one
    return own


def in_quantisation(manifest: Manifest, quantisation: str) -> Manifest:
    """The same specialist with the file of that quantisation (empty: the usual one). Raises UserFacingError."""
    variant = _variant(manifest, quantisation)
    if variant is None:
        known = ", ".join(quantisations(manifest)) or "only one, which has no name"
        raise UserFacingError(f"{manifest.name} cannot be had as {quantisation}.", f"There is: {known}.")
    if variant.file_name == manifest.file_name:
        return manifest
    hub = variant.hub
    if hub is None and manifest.sources.hub is not None:
        beside = PurePosixPath(manifest.sources.hub.file).with_name(variant.file_name)
        hub = replace(manifest.sources.hub, file=str(beside))
    return replace(manifest, quantisation=variant.quantisation, file_name=variant.file_name, size=variant.size,
                   sha256=variant.sha256, companions=variant.companions or manifest.companions,
                   sources=Sources(hub=hub, order=("hub",)))


def quantisations(manifest: Manifest) -> tuple[str, ...]:
    """All the ways to have it, the usual one first."""
    others = (one.quantisation for one in manifest.variants)
    return tuple(dict.fromkeys(one for one in (manifest.quantisation, *others) if one))


def unknown(specialist: str) -> UserFacingError:
    """The sentence for an id that nobody has."""
    return UserFacingError(f"There is no specialist called “{specialist}”.", "`consort list` shows them all.")


def _variant(manifest: Manifest, quantisation: str) -> Variant | None:
    usual = Variant(manifest.quantisation, manifest.file_name, manifest.size, manifest.sha256)
    wanted = quantisation.lower()
    return next((one for one in (usual, *manifest.variants) if wanted in ("", one.quantisation.lower())), None)
