"""Which specialists there are here and now, and how each is opened on this machine.

Joins what the library knows (catalogue, files), what the person set, and what the machine is. It starts nothing:
the fleet does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from router.errors import UserFacingError
from router.fitting import Fitting
from router.fleet.footprint import Shape, footprint
from router.fleet.speech_footprint import speech_footprint
from router.fleet.times import Model
from router.last_used import LastUsed
from router.library.files import size_in_all
from router.library.header import ModelFacts
from router.library.imports import gone
from router.library.library import Library
from router.library.naming import in_quantisation, quantisations
from router.library.record import InstalledModel
from router.machine import Machine
from router.model_views import CheckView, FitView, QuantisationView
from router.views import SpecialistView
from specialists.manifest import Manifest, Settings
from specialists.wire import Load, Sampling

MAX_TOKENS = 2048
ASSUMED_CONTEXT = 4096


@dataclass(frozen=True)
class Opening:
    """How to open and ask one specialist: the load, its expected bytes, its sampling, its words, its limit."""

    load: Load
    bytes_needed: int
    sampling: Sampling
    system_prompt: str
    max_tokens: int


class Roster:
    """The specialists of this machine.

    Attributes: `machine` is the computer they run on; `states` holds what the fleet said last of each (loading, ready,
    busy); absent means not in memory. `installing`, `checking`: ids of those that are being installed, or tried out.
    `last_used` says when each was asked. `fitting` knows what each needs of memory.
    """

    def __init__(self, library: Library, machine: Machine, settings_of: Callable[[str], Settings],
                 last_used: LastUsed | None = None) -> None:
        self._library = library
        self.machine = machine
        self._settings_of = settings_of
        self.last_used = last_used or LastUsed()
        self.states: dict[str, str] = {}
        self.installing: set[str] = set()
        self.checking: set[str] = set()
        self.fitting = Fitting(library, machine)

    def manifest(self, specialist: str) -> Manifest | None:
        """The specialist of that id, or None."""
        return self._library.manifests().get(specialist)

    def name(self, specialist: str) -> str:
        """What people call it; its id when nothing is known of it."""
        manifest = self.manifest(specialist)
        return manifest.name if manifest else specialist

    def answerers(self) -> tuple[Manifest, ...]:
        """The installed language specialists, in the catalogue's order, without those that are unsound or on trial."""
        installed = self._library.installed()
        return tuple(one for one in self._library.manifests().values()
                     if one.kind == "language" and one.id in installed and self.may_answer(one.id))

    def may_answer(self, specialist: str) -> bool:
        """Is an installed specialist neither refused by its check nor, just installed, waiting for its first one?"""
        checked = self.check(specialist).state == "passed"
        return self.refusal(specialist) is None and (checked or specialist not in self.installing)

    def check(self, specialist: str) -> CheckView:
        """What its check showed; `checking` while one is under way."""
        model = self._library.here(specialist)
        known = (model.check if model else None) or CheckView()
        return replace(known, state="checking") if specialist in self.checking else known

    def refusal(self, specialist: str) -> UserFacingError | None:
        """Why an installed specialist is never asked, and what to do; None when it may be."""
        manifest, check = self.manifest(specialist), self.check(specialist)
        if manifest is None or specialist not in self._library.installed():
            return None
        if manifest.base and (trouble := self._without_base(manifest)) is not None:
            return trouble
        if check.state != "refused":
            return None
        return UserFacingError(f"{manifest.name} failed its check, so it is not asked. {' '.join(check.problems[:1])}",
                               f"Check it again with `consort check {specialist}`, or remove it and install another.")

    def catalogue(self) -> tuple[Manifest, ...]:
        """All that Consort knows, installed or not."""
        return tuple(self._library.manifests().values())

    def starter(self) -> Manifest:
        """The small model that a first start offers."""
        return next(one for one in self._library.manifests().values() if one.starter)

    def lost(self, specialist: str) -> UserFacingError | None:
        """The sentence about an installed one whose file has gone or was changed; None for all others."""
        model = self._library.missing().get(specialist)
        return gone(model, self.name(specialist)) if model is not None else None

    def losses(self) -> tuple[UserFacingError, ...]:
        """A sentence for the disk with the models, if it is not there, and for each model that is lost."""
        return (*map(UserFacingError, self._library.absence()),
                *(gone(model, self.name(name)) for name, model in self._library.missing().items()))

    def effective(self, manifest: Manifest) -> Settings:
        """Every setting with its value here: the person's, else the manifest's, else the machine's."""
        mine = self._settings_of(manifest.id)
        trained = manifest.trained_context or self._facts(manifest.id).trained_context or ASSUMED_CONTEXT
        sampling = manifest.sampling
        default = Settings(
            system_prompt=manifest.system_prompt,
            context=self.machine.default_context(trained),
            threads=self.machine.default_threads(),
            gpu_layers=self.fitting.layers_on_card(manifest, self.machine.default_context(trained)),
            max_tokens=MAX_TOKENS,
            temperature=sampling.temperature, top_p=sampling.top_p, top_k=sampling.top_k, min_p=sampling.min_p,
            repeat_penalty=sampling.repeat_penalty, seed=sampling.seed,
        )
        chosen = {name: value for name in Settings.__dataclass_fields__ if (value := getattr(mine, name)) is not None}
        return replace(default, **chosen)

    def opening(self, manifest: Manifest) -> Opening:
        """How it is opened. Raises UserFacingError when its file is not there."""
        path, base = self._library.path(manifest.id), manifest.base
        use = self.effective(manifest)
        load = Load(engine=manifest.engine, path=str(self._library.path(base) if base else path),
                    adapter=str(path) if base else "", context=use.context or 0, threads=use.threads or 0,
                    gpu_layers=-1 if use.gpu_layers is None else use.gpu_layers)
        installed = self._library.here(manifest.id)
        load = replace(load, options=companion_paths(manifest, installed))
        size = installed.size_in_all if installed is not None else manifest.size
        needed = footprint(Shape.of(self._facts(base or manifest.id), size + self._size(base)), load.context)
        if manifest.kind.startswith("speech"):
            load, needed = self._for_speech(manifest, load), speech_footprint(manifest.kind, size)
        return Opening(
            load=load,
            bytes_needed=needed,
            sampling=Sampling(use.temperature or 0.0, use.top_p or 1.0, use.top_k or 0, use.min_p or 0.0,
                              use.repeat_penalty or 1.0, use.seed),
            system_prompt=use.system_prompt or "",
            max_tokens=use.max_tokens or MAX_TOKENS,
        )

    def first_installed(self, kind: str) -> Manifest | None:
        """The first specialist of that kind, in the catalogue's order, that is installed."""
        return next(iter(self.installed_of(kind)), None)

    def installed_of(self, kind: str) -> tuple[Manifest, ...]:
        """All installed specialists of that kind, in the catalogue's order."""
        installed = self._library.installed()
        return tuple(one for one in self._library.manifests().values() if one.kind == kind and one.id in installed)

    def _for_speech(self, manifest: Manifest, load: Load) -> Load:
        """A voice speaks on one core, which is quick enough; what hears also needs the detector of speech."""
        detector = self.first_installed("speech-activity")
        if manifest.kind == "speech-in" and detector is not None:
            load = replace(load, options=load.options | {"activity": str(self._library.path(detector.id))})
        if manifest.kind != "speech-in":
            load = replace(load, threads=self._settings_of(manifest.id).threads or 1, gpu_layers=0)
        return replace(load, context=0)

    def view(self, specialist: str) -> SpecialistView:
        """What a front-end shows of it."""
        manifest = self._library.manifests()[specialist]
        model = self._library.here(specialist) or self._library.recorded().get(specialist)
        return SpecialistView(
            id=manifest.id, name=manifest.name, description=manifest.description, kind=manifest.kind,
            skills=manifest.skills, state=self._state(specialist),  # type: ignore[arg-type]
            parameters=manifest.parameters,
            quantisation=(model.quantisation if model else "") or manifest.quantisation,
            size=model.size_in_all if model else size_in_all(manifest), trained_context=manifest.trained_context,
            licence=manifest.licence.name, licence_terms=manifest.licence.terms,
            licence_opt_in=manifest.licence.opt_in,
            sources=tuple(kind for kind in manifest.sources.order if getattr(manifest.sources, kind) is not None),
            served_by=model.source if model else "", path=str(model.path) if model else "",
            starter=manifest.starter, settings=self._settings_of(specialist), effective=self.effective(manifest),
            commit=model.commit if model else "", sha256=model.sha256 if model else "",
            in_place=model is not None and model.source == "import", last_used=self.last_used.of(specialist),
            lost=lost.text if (lost := self.lost(specialist)) is not None else "",
            check=self.check(specialist), base=manifest.base, fit=self.fit(self.as_it_is_here(manifest)),
            variants=self._ways_to_have(manifest, model), languages=manifest.languages, strengths=manifest.strengths,
            strengths_source=manifest.strengths_source, published=manifest.published,
            repo=manifest.sources.hub.repo if manifest.sources.hub is not None else "",
        )

    def views(self) -> tuple[SpecialistView, ...]:
        """All of them, installed or not."""
        return tuple(self.view(specialist) for specialist in self._library.manifests())

    def fit(self, manifest: Manifest, context: int = 0) -> FitView:
        """Would it run here with `context` tokens (0: as it is set), in the quantisation that `manifest` names?"""
        return self.fitting.fit(manifest, context or self.effective(manifest).context or ASSUMED_CONTEXT)

    def as_it_is_here(self, manifest: Manifest) -> Manifest:
        """With the file that is installed, which may be another quantisation's than the usual one."""
        model = self._library.here(manifest.id)
        return replace(manifest, file_name=model.path.name) if model is not None else manifest

    def _ways_to_have(self, manifest: Manifest, model: InstalledModel | None) -> tuple[QuantisationView, ...]:
        """Its quantisations, each with whether it fits."""
        return tuple(replace(one, fit=self.fit(in_quantisation(manifest, one.name)))
                     for one in ways_to_have(manifest, model))

    def model(self, specialist: str) -> Model:
        """What decides its speed here, for `router.fleet.times`."""
        manifest = self.manifest(specialist)
        if manifest is None:
            return Model()
        use, model = self.effective(manifest), self._library.here(specialist)
        return Model((model.size_in_all if model else size_in_all(manifest)) + self._size(manifest.base),
                     f"threads={use.threads} gpu_layers={use.gpu_layers}")

    def _without_base(self, adapter: Manifest) -> UserFacingError | None:
        """Why an adapter's base cannot be used, or None."""
        if self._library.here(adapter.base) is None:
            return UserFacingError(f"{adapter.name} is an adapter for {self.name(adapter.base)}, which is not there.",
                                   f"Install it again: consort install {adapter.base}")
        return self.refusal(adapter.base)

    def _size(self, base: str) -> int:
        """Bytes of the model that an adapter is attached to; 0 for no id."""
        model = self._library.here(base)
        return model.size_in_all if model else 0

    def _facts(self, specialist: str) -> ModelFacts:
        model = self._library.here(specialist)
        return (model.facts if model else None) or ModelFacts()

    def _state(self, specialist: str) -> str:
        if specialist in self.installing:
            return "installing"
        if specialist in self._library.missing():
            return "broken"
        if self._library.here(specialist) is None:
            return "partial" if self._library.partial(specialist) else "absent"
        if self.check(specialist).state == "refused":
            return "refused"
        if self.refusal(specialist) is not None:        # an adapter, and it is its base that is not there
            return "broken"
        return self.states.get(specialist, "installed")


def companion_paths(manifest: Manifest, installed: InstalledModel | None) -> dict[str, str]:
    """Role → path of what lies beside the model, for `Load.options`. The parts of a split file find themselves."""
    there = {one.name for one in installed.companions} if installed is not None else set()
    return {one.role: str(installed.path.with_name(one.file_name)) for one in manifest.companions
            if installed is not None and one.file_name in there and one.role != "part"}


def ways_to_have(manifest: Manifest, model: InstalledModel | None) -> tuple[QuantisationView, ...]:
    """Its quantisations, the usual one first; none where there is only one."""
    if not manifest.variants:
        return ()
    here = (model.quantisation or manifest.quantisation) if model is not None else ""
    views = []
    for name in quantisations(manifest):
        one = in_quantisation(manifest, name)
        files = (one.file_name, *(each.file_name for each in one.companions))
        views.append(QuantisationView(f"{manifest.id}:{name}", name, size_in_all(one), files, installed=name == here))
    return tuple(views)
