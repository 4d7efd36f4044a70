"""Looking into models on the Hub before they are fetched: what is there, what its header says, whether it fits here.

Reads some megabytes at most. What it learns of a header is remembered by `router.fitting`, and a repository that is to
be installed becomes a specialist of this library. It knows no front-end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from router.errors import UserFacingError
from router.fitting import Fitting
from router.library.engine_build import EngineBuild
from router.library.from_hub import manifest_of, usual
from router.library.header import ModelFacts, NoHeader
from router.library.hub import Hub
from router.library.hub_answers import HubFile, HubModel
from router.library.hub_files import Quantisation
from router.library.hub_header import facts_of
from router.library.hub_models import Opened, open_model
from router.library.hub_search import parameters_in_words, skills_of
from router.library.hub_session import HubSession
from router.library.library import Library
from router.library.naming import ModelName, id_of_repository, in_quantisation, of_repository, parse, resolve
from router.library.sources import SourceFailed
from router.model_views import FitView, HubModelDetail, HubModelView, QuantisationView
from router.roster import Roster
from specialists.manifest import Manifest

NOTHING = "There is no GGUF file in this repository that Consort can use."


class Looking:
    """Every method raises UserFacingError when the Hub cannot be asked. Attributes: `engine` runs the models."""

    def __init__(self, library: Library, roster: Roster, engine: EngineBuild) -> None:
        self._library = library
        self._roster = roster
        self.engine = engine

    @property
    def _hub(self) -> Hub:
        return self._library.fetching.hub

    @property
    def _fitting(self) -> Fitting:
        return self._roster.fitting

    async def open(self, repo: str) -> HubModelDetail:
        """A repository with its card, its quantisations and whether they fit."""
        async with self._hub.session() as session:
            opened = await open_model(session, repo)
            facts, trouble = await self._look(session, opened)
        ways = opened.quantisations
        if not ways:
            return HubModelDetail(self.view(opened.model), opened.model.commit, opened.card, trouble=NOTHING)
        manifest = manifest_of(opened.model, ways, ways[0], facts)
        fits = self._fits(manifest, ways, facts)
        best, why = usual(ways, fits)
        return HubModelDetail(
            self.view(opened.model), opened.model.commit, opened.card,
            tuple(self._way(opened.model.repo, one, fits[one.name]) for one in ways), facts.architecture,
            facts.trained_context, facts.has_template, f"{trouble.text} {trouble.hint}".strip() if trouble else "",
            best.name, why)

    async def fit(self, name: str, context: int) -> FitView:
        """Would it run here with `context` tokens (0: the usual)? From its header, on the Hub where it is not here."""
        manifest = await self.manifest(name)
        if not self._fitting.knows(manifest) and self._library.here(manifest.id) is None \
                and manifest.sources.hub is not None and manifest.kind == "language":
            try:
                manifest = await self._learn(manifest)
            except UserFacingError:
                if not manifest.size:
                    raise
        return self._roster.fit(manifest, context)

    async def manifest(self, name: str) -> Manifest:
        """What `name` means, in its quantisation; a repository that nobody has adopted is looked at, not adopted."""
        wanted = parse(name)
        if not wanted.is_repository or of_repository(wanted, self._library.manifests()) is not None:
            found = resolve(name, self._library.manifests())
            return found if wanted.quantisation else self._roster.as_it_is_here(found)
        found, _ = await self._describe(wanted.base)
        return in_quantisation(found, wanted.quantisation)

    async def adopt(self, name: str) -> str:
        """Make a repository that is to be installed a specialist; why this quantisation, where nobody said which."""
        wanted = parse(name)
        known = of_repository(wanted, self._library.manifests())
        if known is not None:
            try:
                in_quantisation(known, wanted.quantisation)
                return ""
            except UserFacingError:
                pass                    # it may have been added since
        manifest, why = await self._describe(wanted.base)
        in_quantisation(manifest, wanted.quantisation)
        self._library.adopt(manifest)
        return "" if wanted.quantisation else why

    def view(self, model: HubModel) -> HubModelView:
        """A repository as a result."""
        known = next((one.id for one in self._library.manifests().values()
                      if one.sources.hub is not None and one.sources.hub.repo.lower() == model.repo.lower()), "")
        return HubModelView(model.repo, model.licence, model.downloads, model.likes, model.updated, model.gated,
                            model.private, skills_of(model), parameters_in_words(model.parameters), known)

    async def _describe(self, repo: str) -> tuple[Manifest, str]:
        async with self._hub.session() as session:
            opened = await open_model(session, repo, with_card=False)
            facts, trouble = await self._look(session, opened)
        if trouble is not None:
            raise trouble
        first = opened.quantisations[:1]
        fits = self._fits(manifest_of(opened.model, opened.quantisations, first[0], facts), opened.quantisations,
                          facts) if first else {}
        best, why = usual(opened.quantisations, fits)
        return manifest_of(opened.model, opened.quantisations, best, facts), why

    async def _look(self, session: HubSession, opened: Opened) -> tuple[ModelFacts, UserFacingError | None]:
        """What the header of the smallest file says, and why it would not run here."""
        if not opened.quantisations:
            return ModelFacts(), None
        await self.engine.look()
        smallest = opened.quantisations[0].parts[0]
        try:
            facts = await facts_of(session, opened.model.repo, opened.model.commit, smallest)
        except NoHeader as error:
            return ModelFacts(), UserFacingError(f"It would not run here. {error}".strip())
        except UserFacingError as error:        # an agreement is missing; its card and files are public all the same
            return ModelFacts(), error
        if not await self.engine.knows(facts.architecture):
            return facts, UserFacingError(f"It would not run here: the model engine of this Consort does not know its "
                                          f"architecture, “{facts.architecture[:60]}”.")
        return facts, None

    async def _learn(self, manifest: Manifest) -> Manifest:
        """Read the header of the manifest's file on the Hub; the manifest with its size."""
        source = manifest.sources.hub
        assert source is not None
        try:
            found = await self._hub.find(source)
        except SourceFailed as error:
            raise UserFacingError(f"The Hugging Face Hub cannot say more of {manifest.name}: {error}.") from error
        sized = manifest if manifest.size else replace(manifest, size=found.size)
        async with self._hub.session() as session:
            try:
                facts = await facts_of(session, source.repo, found.commit or source.revision,
                                       HubFile(source.file, found.size, found.sha256))
            except NoHeader as error:
                raise UserFacingError(f"{manifest.name} would not run here. {error}".strip()) from error
        self._fitting.learn(sized, facts)
        return sized

    def _fits(self, manifest: Manifest, ways: Sequence[Quantisation], facts: ModelFacts) -> dict[str, FitView]:
        """For each way; exact for the file whose header was read, and near for the others, which are the same model."""
        if facts.architecture:
            self._fitting.learn(manifest, facts)
        return {one.name: self._roster.fit(in_quantisation(manifest, one.name)) for one in ways}

    def _way(self, repo: str, one: Quantisation, fit: FitView) -> QuantisationView:
        known = of_repository(ModelName(repo, one.name), self._library.manifests())
        is_catalogues = known is not None and known.id != id_of_repository(repo)
        base = known.id if known is not None and is_catalogues else repo
        model = self._library.here(known.id) if known is not None else None
        return QuantisationView(f"{base}:{one.name}", one.name, one.size, tuple(file.path for file in one.files), fit,
                                installed=model is not None and model.sha256 == one.parts[0].sha256 != "")
