"""The installed models written down for another computer, and the same bytes installed from such a list.

A list is read as a whole before anything happens. What is here already is left alone; a file that the list knows by
another checksum than its source has today is refused, never taken for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from router.errors import UserFacingError
from router.library.durable import write_durably
from router.library.library import Library
from router.library.model_list import HEAD, LONGEST, ListedFile, ListedModel, read_list, write_list
from router.library.naming import id_of_repository, in_quantisation
from router.library.record import InstalledModel
from router.memory.store import Store
from router.messages import (
    Event,
    Install,
    Installed,
    InstallPaused,
    LockModels,
    ModelsLocked,
    ModelsSynced,
    Noticed,
    PauseInstall,
    Refused,
    SpecialistChanged,
    SyncModels,
)
from router.roster import Roster
from router.updating import Updating
from specialists.manifest import Companion, HubSource, Licence, Manifest, Settings, Sources

Subscribe = Callable[[Callable[[Event], None]], Callable[[], None]]


class AlreadyTold(UserFacingError):
    """A refusal that whoever waits has heard from the queue."""


class Syncing:
    """Answers LockModels and SyncModels. order: gives an order to the queue; subscribe: hears what comes of it."""

    def __init__(self, library: Library, roster: Roster, store: Store, updating: Updating,
                 order: Callable[[Install | PauseInstall], None], subscribe: Subscribe,
                 tell: Callable[[Event], None]) -> None:
        self._library = library
        self._roster = roster
        self._store = store
        self._updating = updating
        self._order = order
        self._subscribe = subscribe
        self._tell = tell

    async def lock(self, command: LockModels) -> None:
        """Write the list. Raises UserFacingError."""
        models = tuple(self._listed(model) for model in self._library.installed().values())
        path = Path(command.path)
        try:
            await asyncio.to_thread(_write, path, write_list(models))
        except (OSError, ValueError) as error:
            raise UserFacingError(f"The list could not be written to {path} ({getattr(error, 'strerror', error)}).",
                                  "Choose another place.") from error
        self._tell(ModelsLocked(str(path), len(models), command.request))

    async def sync(self, command: SyncModels) -> None:
        """Install what the list names and this computer lacks, one after the other. Raises UserFacingError."""
        listed = await asyncio.to_thread(_read, Path(command.path))
        outcome: dict[str, list[str]] = {"installed": [], "present": [], "refused": []}
        for one in listed:
            here = self._same_bytes(one)
            try:
                if here is None:
                    here = await self._bring(one, command)
                    outcome["installed"].append(here)
                else:
                    outcome["present"].append(here)
                self._keep_settings(here, one.settings)
            except UserFacingError as error:
                outcome["refused"].append(one.id)
                if not isinstance(error, AlreadyTold):
                    self._tell(Refused(error.text, error.hint, command.request, one.id))
        self._tell(ModelsSynced(tuple(outcome["installed"]), tuple(outcome["present"]), tuple(outcome["refused"]),
                                command.request))

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def _listed(self, model: InstalledModel) -> ListedModel:
        manifest = in_quantisation(self._library.manifests()[model.id], model.quantisation)
        hub = manifest.sources.hub if model.source == "hub" else None
        companions = {one.file_name: one for one in manifest.companions}
        return ListedModel(
            model.id, model.sha256, _plain(manifest.name), manifest.quantisation,
            model.source,  # type: ignore[arg-type]
            hub.repo if hub else "", hub.file if hub else "", model.commit, model.path.name, model.size,
            _plain(manifest.licence.name), _plain(manifest.licence.terms), manifest.licence.opt_in,
            tuple(ListedFile(one.name, one.sha256, one.size,
                             companions[one.name].role if one.name in companions else "part",
                             companions[one.name].file if one.name in companions else "") for one in model.companions),
            self._store.settings(model.id))

    # ── installing ──────────────────────────────────────────────────────────────────────────────────────────────────
    def _same_bytes(self, listed: ListedModel) -> str | None:
        """The id of the model here that is the listed one, byte for byte."""
        wanted = [listed.sha256, *sorted(one.sha256 for one in listed.companions)]
        return next((name for name, one in self._library.installed().items()
                     if [one.sha256, *sorted(file.sha256 for file in one.companions)] == wanted), None)

    async def _bring(self, listed: ListedModel, command: SyncModels) -> str:
        """Have the listed bytes; the id under which they are here. Raises UserFacingError."""
        known = self._library.shipped().get(listed.id)
        if known is not None and (name := _as_the_catalogue_has_it(known, listed)):
            return await self._through_the_queue(Install(name, command.agreed, request=command.request), listed.id)
        if known is not None and listed.source == "index" and _is_converted(known):
            order = Install(known.id, command.agreed, "index", command.request)
            specialist = await self._through_the_queue(order, listed.id)
            if self._library.recorded()[specialist].sha256 != listed.sha256:
                self._tell(Noticed(f"{known.name} was converted here from the same published weights into other bytes "
                                   "than those on the list. It is as good."))
            return specialist
        if listed.source == "import":
            raise UserFacingError(f"{listed.name or listed.id} was a file of its owner's, which no source has.",
                                  "If you have it here too: consort install PATH. It is known by its checksum.")
        manifest = _described(listed, known)
        if manifest.licence.opt_in and not command.agreed:
            raise UserFacingError(f"{manifest.name} comes under the {manifest.licence.name}, which you must accept "
                                  f"first: {manifest.licence.terms}", "Read the terms, then agree: --yes.")
        adopted = known is None and manifest.id not in self._library.manifests()
        if adopted:
            self._library.adopt(manifest)
        try:
            await self._updating.bring(manifest, command.request)
        finally:
            if adopted and manifest.id not in self._library.recorded():
                self._library.disown(manifest.id)
        return manifest.id

    async def _through_the_queue(self, install: Install, specialist: str) -> str:
        """Wait for what comes of an install, which may have begun before. Raises UserFacingError."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Event] = loop.create_future()

        def settle(event: Event) -> None:
            begun_again = isinstance(event, InstallPaused) and specialist in self._roster.installing
            if not outcome.done() and not begun_again:
                outcome.set_result(event)

        def heard(event: Event) -> None:
            about = event.subject if isinstance(event, Refused) else getattr(event, "specialist", "")
            if isinstance(event, Installed | InstallPaused | Refused) and about == specialist:
                loop.call_soon(settle, event)       # a pause that was on its way may be followed by our order

        leave = self._subscribe(heard)
        try:
            self._order(install)
            event = await outcome
        except asyncio.CancelledError:
            self._order(PauseInstall(specialist))
            raise
        finally:
            leave()
        if isinstance(event, Refused):
            raise AlreadyTold(event.text, event.hint)
        if isinstance(event, InstallPaused):
            raise UserFacingError(f"{self._roster.name(specialist)} was paused.", "The same list goes on from there.")
        return specialist

    def _keep_settings(self, specialist: str, settings: Settings) -> None:
        """What was set on the other computer, where nothing is set here."""
        if settings != Settings() and self._store.settings(specialist) == Settings():
            self._store.set_settings(specialist, settings)
            self._tell(SpecialistChanged(self._roster.view(specialist)))


def _as_the_catalogue_has_it(known: Manifest, listed: ListedModel) -> str:
    """What to order if the catalogue pins these very bytes, in any quantisation; empty when it does not."""
    for quantisation in ("", *(one.quantisation for one in known.variants)):
        if in_quantisation(known, quantisation).sha256 == listed.sha256:
            return f"{known.id}:{quantisation}" if quantisation else known.id
    return ""


def _is_converted(known: Manifest) -> bool:
    """Is it made here from weights whose checksums the catalogue has?"""
    return known.sources.index is not None and bool(known.sources.index.conversion)


def _described(listed: ListedModel, known: Manifest | None) -> Manifest:
    """A manifest that names exactly the listed files. Raises UserFacingError when they cannot be had anywhere."""
    if not (listed.repo and listed.file and listed.file_name):
        raise UserFacingError(f"The list does not say where {listed.name or listed.id} can be had in this version.",
                              f"Install the version that Consort knows: consort install {listed.id}")
    companions = tuple(Companion(one.role, one.name, one.size, one.sha256, one.file) for one in listed.companions)
    exact = known or Manifest(
        id_of_repository(listed.repo), listed.name or listed.repo, f"From {listed.repo}, by a list of models.",
        licence=Licence(listed.licence or "unknown", listed.terms, listed.opt_in and bool(listed.terms)))
    return replace(
        exact, quantisation=listed.quantisation or exact.quantisation, file_name=listed.file_name, size=listed.size,
        sha256=listed.sha256, companions=companions, variants=(),
        sources=Sources(HubSource(listed.repo, listed.file, listed.commit or "main"), order=("hub",)))


def _write(path: Path, text: str) -> None:
    """Raises UserFacingError for a file that is something else."""
    if path.exists() and not (path.is_file() and path.read_bytes().startswith(HEAD[:20].encode())):
        raise UserFacingError(f"{path} is something else than a list of models.", "Choose another name.")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, text.encode("utf-8", "replace"))


def _read(path: Path) -> tuple[ListedModel, ...]:
    try:
        if not path.is_file():
            raise UserFacingError(f"There is no list of models at {path}.", "`consort models lock FILE` writes one.")
        with path.open("rb") as file:
            content = file.read(LONGEST + 1)
    except (OSError, ValueError) as error:
        raise UserFacingError(f"{path} cannot be read ({getattr(error, 'strerror', '') or error}).",
                              "Check the path and that you may read it.") from error
    return read_list(content)


def _plain(text: str) -> str:
    return "".join(one for one in text if one.isprintable())[:200]
