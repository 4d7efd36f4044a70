"""The models on this computer: what there is to have, what is here, and how one comes and goes.

One object per data folder, used from one event loop. It knows nothing of running a model.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from router.errors import UserFacingError
from router.library import own_catalogue
from router.library.adapters import require_fit, require_nobody_depends, with_adapter
from router.library.adopted import read_adopted, write_adopted
from router.library.catalogue import load_catalogue
from router.library.checking import silent
from router.library.download import cannot_write
from router.library.header import Look, look_into
from router.library.hub import Hub
from router.library.hub_token import MARKER, HubToken
from router.library.imports import describe, gone, read_files, recorded, touched
from router.library.install import Fetched, Fetching
from router.library.line import Note, unheard
from router.library.local_files import LocalModel
from router.library.location import read_location
from router.library.naming import parse, resolve, unknown
from router.library.offer import require_agreement
from router.library.paths import ModelPaths, is_safe_id
from router.library.placing import delete_folder, place, sweep, take_back
from router.library.progress import Phase, Tell
from router.library.record import InstalledModel, read_record, write_record
from router.library.verifying import Soundness, verify
from router.library.wheels import bytes_in_all, bytes_so_far
from router.messages import Installed, InstallMoved
from router.model_views import CheckView
from specialists.manifest import Manifest

TellInstall = Callable[[InstallMoved], None]


class Library:
    """Attributes: `fetching` is how models are brought here; `notices` say what of the own catalogue is left out."""

    def __init__(self, folder: Path, catalogue: dict[str, Manifest], fetching: Fetching | None = None,
                 look: Look = look_into) -> None:
        """`folder` holds the models (it need not exist); `look` reads a model's header.

        Raises UserFacingError for a record that cannot be used.
        """
        self.fetching = fetching or Fetching()
        self.notices: tuple[str, ...] = ()
        self._look = look
        self._paths = ModelPaths(folder)
        self._catalogue = catalogue
        self._record = read_record(self._paths.record)
        self._adopted = read_adopted(self._paths.adopted)
        self._away = False
        self._moving = False
        self._installs: dict[str, tuple[asyncio.Task[Installed], list[TellInstall]]] = {}

    @classmethod
    def open(cls, data_folder: Path) -> Library:
        """The library of a data folder, with Consort's own catalogue and the person's. Raises UserFacingError."""
        shipped = load_catalogue()
        own, notices = own_catalogue.load_own(data_folder / own_catalogue.FOLDER, shipped)
        location, trouble = read_location(data_folder)
        token = HubToken(data_folder / MARKER)
        library = cls(location.folder, {**shipped, **own}, Fetching(hub=Hub(token=token)))
        library._away = not location.is_usual and not library._paths.record.exists()
        library.notices = (*notices, *([trouble] if trouble else []), *library.absence())
        return library

    # ── where they are ───────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def folder(self) -> Path:
        """Where models are kept."""
        return self._paths.root

    @property
    def unfinished(self) -> Path:
        """Where downloads that can go on are kept, a folder for each."""
        return self._paths.all_unfinished

    def absence(self) -> tuple[str, ...]:
        """A sentence when the disk with the models is not there. It may have come back: then they are read."""
        if self._away and self._paths.record.exists():
            self.relocate(self._paths.root)
        return (f"The folder of your models, {self._paths.root}, is not there. Connect its disk: nothing is lost, and "
                "they can be used at once.",) if self._away else ()

    def relocate(self, folder: Path) -> None:
        """The models are in `folder` from now on. Raises UserFacingError for a record that cannot be used."""
        paths = ModelPaths(folder)
        self._record, self._adopted = read_record(paths.record), read_adopted(paths.adopted)
        self._paths, self._away = paths, False

    def keep_record(self) -> None:
        """Have a record on disk, also of no models: by it a models folder is known again. Raises OSError."""
        write_record(self._paths.record, self._record)

    @contextlib.contextmanager
    def standing_still(self) -> Iterator[None]:
        """While the models are moved nothing may change what is recorded."""
        self._moving = True
        try:
            yield
        finally:
            self._moving = False

    def require_settled(self) -> None:
        """Raises UserFacingError while models are moved, or when their disk is not there."""
        if self._moving:
            raise UserFacingError("The models are being moved to another folder.", "Try again when that is done.")
        if (sentence := self.absence()):
            raise UserFacingError(sentence[0], "If it is gone for good, choose another folder: `consort models move "
                                               "FOLDER`.")

    # ── what there is ────────────────────────────────────────────────────────────────────────────────────────────────
    def manifests(self) -> dict[str, Manifest]:
        """The catalogue, then repositories of the Hub that were adopted, then the models of the person's own."""
        own = {name: one.manifest for name, one in self._record.items() if one.manifest is not None}
        return {**self._catalogue, **self._adopted, **own}

    def installed(self) -> dict[str, InstalledModel]:
        """The models whose file is really there."""
        self.absence()
        return {name: one for name, one in self._record.items() if one.is_there}

    def here(self, specialist: str) -> InstalledModel | None:
        """The model of that id, if its file is really there."""
        self.absence()
        found = self._record.get(specialist)
        return found if found is not None and found.is_there else None

    def free(self) -> int:
        """Bytes that can still be written where models are kept."""
        return self.fetching.free(self._paths.root)

    def missing(self) -> dict[str, InstalledModel]:
        """Models that were installed and whose file has gone or changed since."""
        return {name: one for name, one in self._record.items() if not one.is_there}

    def recorded(self) -> dict[str, InstalledModel]:
        """All of them, there or not."""
        return dict(self._record)

    def shipped(self) -> dict[str, Manifest]:
        """The catalogue alone."""
        return dict(self._catalogue)

    def id_for(self, found: LocalModel, name: str = "") -> str:
        """The id that a model of the person's own would get if nothing were known of it."""
        return describe(found, self.manifests().keys(), name).id

    def partial(self, specialist: str) -> tuple[int, int] | None:
        """Bytes so far and in all (0: not known) of a download that can go on, or None. `specialist` as to install."""
        manifest = resolve(specialist, self.manifests())
        if not manifest.file_name:
            return None
        target = self._paths.unfinished(manifest.id) / manifest.file_name
        done = bytes_so_far(target, tuple(one.file_name for one in manifest.companions))
        total = bytes_in_all(manifest, target)
        return (min(done, total) if total else done, total) if done else None

    def path(self, specialist: str) -> Path:
        """The model's file. Raises UserFacingError when it is not there, with what to do."""
        self.absence()
        manifest = self._manifest(specialist)
        model = self._record.get(specialist)
        if model is None:
            raise UserFacingError(f"{manifest.name} is not installed.",
                                  f"Install it with `consort install {specialist}`.")
        if not model.is_there:
            raise gone(model, manifest.name)
        return model.path

    def adopt(self, manifest: Manifest) -> None:
        """Know a repository of the Hub, that is to be installed, as a specialist until it is removed.

        Raises UserFacingError when that cannot be written down.
        """
        self.require_settled()
        if self._adopted.get(manifest.id) != manifest:
            self._adopted[manifest.id] = manifest
            try:
                write_adopted(self._paths.adopted, self._adopted)
            except OSError as error:
                raise cannot_write(error, self._paths.root, self.fetching.free) from error

    def disown(self, specialist: str) -> None:
        """Know it no longer: it was not installed after all."""
        if self._adopted.pop(specialist, None) is not None:
            with contextlib.suppress(OSError):
                write_adopted(self._paths.adopted, self._adopted)

    # ── what changes ─────────────────────────────────────────────────────────────────────────────────────────────────
    async def install(self, specialist: str, *, agreed: bool, source: str = "", tell: TellInstall, request: str = "",
                      note: Note = unheard) -> Installed:
        """Fetch a model, or go on fetching it; cancelling is the pause. A second install of the same model joins.

        `specialist` may name a quantisation; another one than is here takes its place once it is checked (`sweep`).
        agreed: the person accepted terms that must be accepted. note hears a sentence for each source that failed
        before another was tried. Raises UserFacingError or CancelledError.
        """
        self.require_settled()
        manifest = resolve(specialist, self.manifests())
        specialist, wanted = manifest.id, parse(specialist).quantisation
        present = self.installed().get(specialist)
        if present is not None and (not wanted or present.path.name == manifest.file_name):
            return _told(present, request)
        require_agreement(manifest, agreed)
        while specialist in self._installs and self._installs[specialist][0].cancelling():
            await asyncio.wait([self._installs[specialist][0]])     # a pause that is not over yet
        if specialist not in self._installs:
            tells: list[TellInstall] = []
            task = asyncio.create_task(self._install(manifest, source, tells, note))
            self._installs[specialist] = task, tells
            task.add_done_callback(lambda _: self._installs.pop(specialist, None))
        task, tells = self._installs[specialist]

        def told(moved: InstallMoved) -> None:
            tell(replace(moved, request=request))

        tells.append(told)
        try:
            return replace(await asyncio.shield(task), request=request)
        finally:
            tells.remove(told)
            if not tells and not task.done():       # nobody is waiting any more: this is a pause
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def remove(self, specialist: str) -> int:
        """Delete a model and what was fetched of it; forget a file of the person's own. Bytes that became free.

        Raises UserFacingError.
        """
        self.require_settled()
        model = self._record.get(specialist)
        if model is None and not (is_safe_id(specialist) and self._paths.unfinished(specialist).exists()):
            raise UserFacingError(f"{self._manifest(specialist).name} is not installed.", "There is nothing to remove.")
        if (manifest := self.manifests().get(specialist)) is not None:
            require_nobody_depends(manifest, self.manifests().values())
        try:
            self._record.pop(specialist, None)
            write_record(self._paths.record, self._record)      # first forget, then delete: no record without a file
            if self._adopted.pop(specialist, None) is not None:
                write_adopted(self._paths.adopted, self._adopted)
            self.give_up_version(specialist)
            if model is not None and model.source == "import":
                return delete_folder(self._paths.unfinished(specialist))
            return delete_folder(self._paths.folder(specialist)) + delete_folder(self._paths.unfinished(specialist))
        except OSError as error:
            raise cannot_write(error, self._paths.root, self.fetching.free) from error

    def sweep(self, specialist: str) -> int:
        """Delete what an earlier version left in the model's folder, once nobody uses it. Bytes that became free."""
        model = self._record.get(specialist)
        return sweep(self._paths.folder(specialist), (path for path, _ in model.files)) if model is not None else 0

    async def verify(self, specialist: str, tell: Tell = silent) -> bool:
        """Do the files on disk still have their checksums? Raises UserFacingError when they are not there."""
        self.path(specialist)
        return await self.soundness(specialist, tell) == "sound"

    async def soundness(self, specialist: str, tell: Tell = silent) -> Soundness:
        """Reads every byte of a model; one of the person's own that was only touched counts as untouched again.

        Raises UserFacingError when it is not installed or cannot be read.
        """
        model = self._record.get(specialist)
        if model is None:
            raise UserFacingError(f"{self._manifest(specialist).name} is not installed.",
                                  f"Install it with `consort install {specialist}`.")
        found = await verify(model, tell)
        if found == "sound" and model.trouble and not self._moving and self._record.get(specialist) == model:
            with contextlib.suppress(OSError):
                self._add(touched(model))
        return found

    async def look_into_all(self) -> None:
        """Read the headers of models that nobody has looked into: installed by an older Consort, or put there."""
        for name, model in self.installed().items():
            if model.facts is None and not self._moving and self._manifest(name).engine == "llama":
                facts = await self._look(model.path)
                if facts is not None and self._record.get(name) == model and not self._moving:
                    with contextlib.suppress(OSError):      # a full disk: they are read again next time
                        self._add(replace(model, facts=facts))

    def keep_check(self, specialist: str, check: CheckView) -> None:
        """Remember what the check of an installed model showed. A disk that is full costs checking it again."""
        if (model := self._record.get(specialist)) is not None:
            with contextlib.suppress(OSError):
                self._add(replace(model, check=check))

    async def use_in_place(self, found: LocalModel, tell: Tell = silent, *, name: str = "",
                           base: str = "") -> InstalledModel:
        """Use a model of the person's own where it lies, after reading all of it; the same bytes twice are one model.

        base: it is a LoRA adapter for that specialist. Raises UserFacingError or CancelledError.
        """
        self.require_settled()
        facts = await self._look(found.path)
        whole = self._manifest(base) if base else None
        require_fit(found.path.name, facts, whole, self.installed())
        files = await read_files((found.path, *found.companions), tell)
        described = describe(found, self.manifests().keys(), name, base)
        if whole is not None:
            described = with_adapter(described, whole)
        elif facts is not None:
            described = replace(described, trained_context=facts.trained_context)
        model = recorded(found, files, described, self._record, self._catalogue)
        if model != self._record.get(model.id):
            try:
                self._add(replace(model, facts=facts or model.facts))
            except OSError as error:
                raise cannot_write(error, self._paths.root, self.fetching.free) from error
        return self._record[model.id]

    def next_version(self, manifest: Manifest) -> Path:
        """The folder in which another version of a model is fetched. Raises UserFacingError when that cannot be now."""
        self.require_settled()
        self._paths.require_safe_files(manifest)
        return self._paths.next_version(manifest.id)

    async def use_version(self, manifest: Manifest, fetched: Fetched, check: CheckView | None) -> Installed:
        """A version that was fetched is the one in use from now on; `sweep` deletes the former. check: None: later."""
        try:
            facts = await self._look(fetched.path)
            self._add(replace(self._place(manifest, fetched), facts=facts, check=check))
        except OSError as error:
            raise cannot_write(error, self._paths.root, self.fetching.free) from error
        self.give_up_version(manifest.id)
        return _told(self._record[manifest.id], "")

    def give_up_version(self, specialist: str) -> None:
        """Delete what was fetched of another version."""
        shutil.rmtree(self._paths.next_version(specialist), ignore_errors=True)

    async def _install(self, manifest: Manifest, source: str, tells: list[TellInstall], note: Note) -> Installed:
        def moved(kind: str, phase: Phase, done: int, total: int, speed: float) -> None:
            for tell in tuple(tells):
                tell(InstallMoved(manifest.id, phase, done, total, speed, kind))

        self._paths.require_safe_files(manifest)
        unfinished = self._paths.unfinished(manifest.id)
        try:
            await asyncio.to_thread(partial(unfinished.mkdir, parents=True, exist_ok=True))
            take_back((manifest.file_name, *(one.file_name for one in manifest.companions)),
                      self._paths.folder(manifest.id), unfinished, self._in_use(manifest.id))
            fetched = await self.fetching.fetch(manifest, unfinished, source, moved, note)
            model = self._place(manifest, fetched)
            facts = await self._look(model.path)
            if facts is not None and self._record.get(model.id) == model:
                self._add(replace(model, facts=facts))
        except OSError as error:
            raise cannot_write(error, self._paths.root, self.fetching.free) from error
        shutil.rmtree(unfinished, ignore_errors=True)
        return _told(model, "")

    def _place(self, manifest: Manifest, fetched: Fetched) -> InstalledModel:
        """The checked files take their place (renames on the same disk), then their line in the record."""
        names = (*(one.name for one in fetched.companions), fetched.path.name)
        folder = place(names, fetched.path.parent, self._paths.folder(manifest.id), fetched.sha256[:12],
                       self._in_use(manifest.id))
        target = folder / fetched.path.name
        usual = self._manifest(manifest.id).file_name == manifest.file_name
        model = InstalledModel(
            manifest.id, target, target.stat().st_size, fetched.sha256, fetched.source, fetched.commit, time.time(),
            self._adopted.get(manifest.id), companions=fetched.companions,
            quantisation="" if usual else manifest.quantisation)
        self._add(model)
        return model

    def _in_use(self, specialist: str) -> set[Path]:
        """The files of the model that is installed; none where one of them has gone."""
        present = self.installed().get(specialist)
        return {path for path, _ in present.files} if present is not None else set()

    def _add(self, model: InstalledModel) -> None:
        self.require_settled()
        self._record[model.id] = model
        write_record(self._paths.record, self._record)

    def _manifest(self, specialist: str) -> Manifest:
        found = self.manifests().get(specialist)
        if found is None:
            raise unknown(specialist)
        return found


def _told(model: InstalledModel, request: str) -> Installed:
    return Installed(model.id, model.source, str(model.path), model.size, model.sha256, request)
