"""One model as its page tells of it, whether it is in the catalogue, on this computer, or only on the Hub.

Plain Python, no Qt. A page is named by a key: `specialist:ID` or `repo:OWNER/NAME`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from desktop_app.catalogue_state import HERE, USABLE
from desktop_app.model_rows import fields_of
from desktop_app.model_words import KINDS, outside_text, popularity_in_words
from desktop_app.view_state import ViewState
from desktop_app.words import SOURCES, STATES, size_in_words, skills_in_words
from router.model_views import CheckView, FitView, HubModelDetail, QuantisationView
from router.views import SpecialistView


@dataclass(frozen=True)
class ModelFacts:
    """view: what the router knows of it as a specialist; detail: what the Hub said; either may be missing.

    order: what installing it as it is usually had orders, empty where a quantisation must be chosen. facts: a name and
    a value each; those with a long value to copy have it as the third. gated: the owner wants an agreement
    first, so nothing can be ordered.
    """

    key: str
    name: str
    line: str
    description: str = ""
    skill: str = "general"
    state: str = ""
    fit: FitView = FitView()
    order: str = ""
    quantisations: tuple[QuantisationView, ...] = ()
    check: CheckView = CheckView()
    facts: tuple[tuple[str, str, str], ...] = ()
    trouble: str = ""
    gated: bool = False
    card: str = ""
    view: SpecialistView | None = None
    detail: HubModelDetail | None = None

    @property
    def here(self) -> bool:
        """There is a file of it, or there should be."""
        return self.view is not None and self.view.state in HERE

    @property
    def usable(self) -> bool:
        """It can answer."""
        return self.view is not None and self.view.state in USABLE


def facts_about(state: ViewState, key: str) -> ModelFacts | None:
    """What is known of it now; None while nothing is."""
    kind, _, subject = key.partition(":")
    if kind == "specialist":
        view = state.specialists.get(subject)
        return _of_specialist(state, key, view) if view is not None else None
    detail = state.hub.opened.get(subject)
    return _of_repository(state, key, detail) if detail is not None else None


def _of_specialist(state: ViewState, key: str, view: SpecialistView) -> ModelFacts:
    licence = outside_text(view.licence, 60)
    line = " · ".join(filter(None, (
        skills_in_words(fields_of(view)), f"{view.parameters} parameters" if view.parameters else "", licence)))
    usual = QuantisationView(view.id, view.quantisation or "as published", view.size, (), view.fit,
                             view.state in USABLE)
    quantisations = view.variants or ((usual,) if view.sources else ())
    fit = state.hub.fits.get(view.id, view.fit)
    facts = (
        ("Kind", KINDS.get(view.kind, view.kind), ""),
        ("Context", f"up to {view.trained_context:,} tokens" if view.trained_context else "", ""),
        ("Languages", ", ".join(view.languages), ""),
        ("Licence", licence, ""),
        ("Its terms", outside_text(view.licence_terms), view.licence_terms),
        ("Size", size_in_words(view.size) if view.size else "", ""),
        ("Quantisation", view.quantisation, ""),
        ("Based on", state.name_of(view.base) if view.base else "", ""),
        ("From", SOURCES.get(view.served_by, view.served_by) if view.served_by else "", ""),
        ("Commit", view.commit[:12], view.commit),
        ("SHA-256", view.sha256[:12] + "…" if view.sha256 else "", view.sha256),
        ("File", outside_text(view.path), view.path),
    )
    return ModelFacts(key, outside_text(view.name, 160), line, outside_text(view.description, 1000),
                      next(iter(fields_of(view)), "general"), STATES[view.state], fit,
                      view.id if view.sources else "", quantisations, view.check, tuple(f for f in facts if f[1]),
                      card=read.card if (read := state.hub.opened.get(view.repo)) is not None else "", view=view)


def _of_repository(state: ViewState, key: str, detail: HubModelDetail) -> ModelFacts:
    model = detail.model
    owner, _, name = model.repo.rpartition("/")
    known = state.specialists.get(model.specialist or state.queue.became.get(model.repo, ""))
    line = " · ".join(filter(None, (
        f"by {outside_text(owner, 80)}" if owner else "", outside_text(model.parameters, 20),
        popularity_in_words(model, time.time()))))
    facts = (
        ("On the Hub", outside_text(model.repo, 160), model.repo),
        ("Licence", outside_text(model.licence, 60) or "It names none", ""),
        ("Context", f"up to {detail.trained_context:,} tokens" if detail.trained_context else "", ""),
        ("Architecture", outside_text(detail.architecture, 60), ""),
        ("Chat template", ("its own" if detail.has_template else "none: it only continues text")
         if detail.architecture else "", ""),
        ("Commit", outside_text(detail.commit[:12], 12), detail.commit),
        ("In the catalogue as", known.name if known is not None else "", ""),
    )
    here = known.quantisation if known is not None and known.state in USABLE else ""
    quantisations = tuple(replace(each, name=outside_text(each.name, 60), installed=each.installed or each.name == here)
                          for each in detail.quantisations)
    shut = model.gated and (bool(detail.trouble) or not quantisations)
    usual = next((each for each in quantisations if each.name == detail.usual), None)
    return ModelFacts(
        key, outside_text(name or model.repo, 160), line, outside_text(detail.why),
        model.skills[0] if model.skills else "general", fit=usual.fit if usual else FitView(),
        order=usual.id if usual and not shut else "", quantisations=quantisations,
        facts=tuple(fact for fact in facts if fact[1]), trouble="" if shut else outside_text(detail.trouble, 400),
        gated=shut, card=detail.card, detail=detail,
        view=known if known is not None and known.state in USABLE else None)
