"""The rows of the lists of models: what stands in each, made from what the router told. Plain Python, no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop_app.catalogue_state import HERE, USABLE
from desktop_app.model_words import (
    outside_text,
    popularity_in_words,
    share_in_words,
    speed_in_words,
    verdict,
)
from desktop_app.words import STATES, size_in_words, skills_in_words
from router.model_views import HubModelView, QueuedInstall, SharedModel
from router.views import SpecialistView

FIELDS = ("general", "code", "math", "reasoning", "writing", "vision", "translate", "speech-in", "speech-out",
          "encoder")


@dataclass(frozen=True)
class ModelRow:
    """One model in a list.

    key: what opening it opens. beside: quiet words after the title. aside: at the far side, above and below; token: the
    colour of the one below, icon: before it. action: the words of its button. skill: the dot's. lock: see the tooltip.
    """

    key: str
    title: str
    detail: str = ""
    beside: str = ""
    aside: str = ""
    below: str = ""
    token: str = "muted"
    icon: str = ""
    action: str = ""
    skill: str = ""
    lock: str = ""

    @property
    def spoken(self) -> str:
        """The row as a screen reader says it."""
        parts = (self.title, self.beside, self.aside, self.below, self.lock, self.detail)
        return ". ".join(part.rstrip(".") for part in parts if part)


@dataclass(frozen=True)
class CatalogueFilter:
    """What the person wants to see of the catalogue. skill: empty for all. fitting: only what runs here. open: only
    licences that ask for no agreement."""

    text: str = ""
    skill: str = ""
    fitting: bool = False
    open: bool = False

    def takes(self, view: SpecialistView) -> bool:
        """Whether a specialist is shown."""
        if self.skill and self.skill not in fields_of(view):
            return False
        if (self.fitting and view.fit.level == "no") or (self.open and view.licence_opt_in):
            return False
        words = " ".join((view.name, view.id, view.description, view.licence, view.parameters,
                          skills_in_words(fields_of(view)), *view.languages)).casefold()
        return all(piece in words for piece in self.text.casefold().split())


def fields_of(view: SpecialistView) -> tuple[str, ...]:
    """What it is for: its skills, or what its kind does where it does not answer."""
    return view.skills or {"language": (), "speech-activity": ("speech-in",)}.get(view.kind, (view.kind,))


def _field_number(view: SpecialistView) -> int:
    first = next(iter(fields_of(view)), "")
    return FIELDS.index(first) if first in FIELDS else len(FIELDS)


def catalogue_rows(views: Iterable[SpecialistView], lines: dict[str, QueuedInstall],
                   wanted: CatalogueFilter) -> list[ModelRow]:
    """The catalogue as it is offered: by field, what does not fit here last, else in its own, curated order."""
    shown = sorted((each for each in views if wanted.takes(each)),
                   key=lambda each: (each.fit.level == "no", _field_number(each)))
    return [_offered(each, lines.get(each.id)) for each in shown]


def installed_rows(views: Iterable[SpecialistView]) -> list[ModelRow]:
    """What is on this computer and can be used."""
    return [_installed(each) for each in views if each.state in USABLE]


def hub_rows(models: Iterable[HubModelView], now: float) -> list[ModelRow]:
    """What a search of the Hub found. `now` in seconds since the epoch."""
    rows = []
    for each in models:
        owner, _, name = each.repo.rpartition("/")
        lock = "Its owner wants an agreement first" if each.gated else "Private" if each.private else ""
        rows.append(ModelRow(
            f"repo:{each.repo}", outside_text(name or each.repo, 120), popularity_in_words(each, now),
            outside_text(owner, 60), outside_text(each.parameters, 20), "In the catalogue" if each.specialist else "",
            skill=each.skills[0] if each.skills else "", lock=lock))
    return rows


def _offered(view: SpecialistView, line: QueuedInstall | None) -> ModelRow:
    size = size_in_words(view.size) if view.size else ""
    below, token, icon, action = "", "muted", "", ""
    if line is not None and line.state in ("running", "waiting"):
        below, token, icon = (share_in_words(line) if line.done else STATES["installing"]), "accent", "download"
    elif view.state in HERE:
        good = view.state in USABLE
        below, token = "Installed" if good else STATES[view.state], "positive" if good else "danger"
        icon = "check" if good else "warning"
    else:
        said = verdict(view.fit)
        below, token, icon = said.words, said.token, said.icon
        if view.sources:
            action = "Continue" if view.state == "partial" or line is not None else "Install"
    return ModelRow(f"specialist:{view.id}", outside_text(view.name, 120), outside_text(view.description),
                    _kind_of(view), size, below, token, icon, action, _dot(view))


def _installed(view: SpecialistView) -> ModelRow:
    facts = (size_in_words(view.size) if view.size else "", view.quantisation, speed_in_words(view.check),
             "your own file" if view.in_place else "")
    checking = view.check.state == "checking"
    state = "Being checked" if checking else STATES[view.state]
    return ModelRow(f"specialist:{view.id}", outside_text(view.name, 120), " · ".join(filter(None, facts)),
                    _kind_of(view), "", state, "accent" if view.state in ("ready", "busy", "loading") else "muted", "",
                    "", _dot(view))


def _kind_of(view: SpecialistView) -> str:
    return " · ".join(filter(None, (skills_in_words(fields_of(view)), view.parameters)))


def _dot(view: SpecialistView) -> str:
    return next(iter(fields_of(view)), "general")


def shared_rows(models: Iterable[SharedModel]) -> list[ModelRow]:
    """What other programs keep here."""
    return [ModelRow(f"path:{each.path}", outside_text(each.name, 120), outside_text(each.path), f"in {each.program}",
                     size_in_words(each.size) if each.size else "", "In use" if each.specialist else "",
                     "positive" if each.specialist else "muted", "check" if each.specialist else "",
                     "" if each.specialist else "Use", "general") for each in models]
