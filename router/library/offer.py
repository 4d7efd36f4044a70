"""What a person is told before they install something: what it is, how big, from where, under which terms."""

from __future__ import annotations

from dataclasses import dataclass

from router.errors import UserFacingError
from router.library.conversion import FILES
from router.library.disk import gigabytes
from router.library.files import size_in_all
from router.library.sources import SOURCE_WORDS
from specialists.manifest import Manifest


@dataclass(frozen=True)
class Offer:
    """Everything the first-start page and `consort ask` say. size in bytes, 0 when only the source knows it."""

    id: str
    name: str
    description: str
    size: int
    size_text: str
    sources: tuple[str, ...]
    licence: str
    terms: str
    opt_in: bool

    @property
    def sentence(self) -> str:
        """The offer in one sentence."""
        return (f"{self.name} ({self.size_text}) from {' or, if that cannot serve, '.join(self.sources)}, "
                f"under {self.licence}.")


def offer(manifest: Manifest) -> Offer:
    """The offer for a specialist of the catalogue."""
    size = size_in_all(manifest)
    return Offer(manifest.id, manifest.name, manifest.description, size,
                 gigabytes(size) if size else "size not known yet",
                 tuple(where(manifest, kind) for kind in source_order(manifest)),
                 manifest.licence.name, manifest.licence.terms, manifest.licence.opt_in)


def source_order(manifest: Manifest) -> tuple[str, ...]:
    """The names of the sources that the manifest really has, in the order to try them."""
    return tuple(kind for kind in manifest.sources.order if getattr(manifest.sources, kind) is not None)


def where(manifest: Manifest, kind: str) -> str:
    """A source in words, with the repository or package."""
    hub, index = manifest.sources.hub, manifest.sources.index
    if kind == "hub" and hub is not None:
        return f"{SOURCE_WORDS['hub']} ({hub.repo})"
    if kind == "index" and index is not None:
        first = index.packages[0].partition("==")[0]
        more = " …" if len(set(index.packages)) > 1 else ""
        converted = f", {gigabytes(index.fetch_size)}, converted here" if index.conversion not in ("", FILES) else ""
        return f"{SOURCE_WORDS['index']} ({first}{more}{converted})"
    return SOURCE_WORDS.get(kind, kind)


def require_agreement(manifest: Manifest, agreed: bool) -> None:
    """Raises UserFacingError when terms must be accepted first and were not."""
    if manifest.licence.opt_in and not agreed:
        raise UserFacingError(
            f"{manifest.name} comes under the {manifest.licence.name}, which you must accept first: "
            f"{manifest.licence.terms}",
            f"Read the terms, then accept them in the window or with `consort install {manifest.id} --yes`.")
