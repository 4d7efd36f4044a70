"""Before first use: a model is opened in a process of its own and has to answer, before anybody is offered it.

The check is a load like any other within the one memory budget, under a key of its own; nobody who is at work leaves
for it. Where there is no room the check waits for the first use, and happens in that lease. What a kind of model has
to do is `router.trials`'s; the outcome is kept in the record, told, and taught to the forecast.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from router.errors import UserFacingError
from router.fleet.failures import WorkerDied, WorkerFailed
from router.fleet.fleet import Fleet, Lease
from router.fleet.measured import memory_of
from router.fleet.placement import DoesNotFit, make_room
from router.fleet.sentences import context_lowered, sentence_for_failure
from router.library.library import Library
from router.messages import Event, InstallMoved, ModelChecked, Noticed, SpecialistChanged
from router.model_commands import CheckModel
from router.model_views import CheckView
from router.roster import Opening, Roster
from router.trials import TRIALS, Trial, try_answering
from specialists.manifest import Manifest
from specialists.wire import Load

log = logging.getLogger("consort.checking")

CHECK_SECONDS = 300.0           # for loading and trying; a 8 GB model from a slow disk needs two minutes
MOST_CRASHES = 2                # in real use, without an answer in between; then it is not asked any more
LATER = "There is no room in memory for it now, so it is checked when it is used for the first time."
NOT_THE_MODELS_FAULT = ("no_memory", "killed", "closed")


class Checking:
    """Checks models: after an install, at first use, and when asked. One at a time."""

    def __init__(self, library: Library, roster: Roster, fleet: Fleet, tell: Callable[[Event], None]) -> None:
        self._library = library
        self._roster = roster
        self._fleet = fleet
        self._tell = tell
        self._one = asyncio.Lock()
        self._crashes: dict[str, int] = {}

    async def answer(self, command: CheckModel) -> None:
        """Tell the command's event. Raises UserFacingError."""
        if self._roster.manifest(command.specialist) is None:
            raise UserFacingError(f"There is no specialist called “{command.specialist}”.",
                                  "`consort list` shows them all.")
        await self.check(command.specialist, command.request)

    async def check(self, specialist: str, request: str = "") -> CheckView:
        """Check an installed model, remember and tell the outcome. Raises UserFacingError when it is not there."""
        manifest = self._library.manifests()[specialist]
        self._library.path(specialist)
        self._roster.checking.add(specialist)
        self._tell(SpecialistChanged(self._roster.view(specialist)))
        try:
            view = await self.examine(manifest)
        finally:
            self._roster.checking.discard(specialist)
        self._remember(specialist, view, request)
        return view

    async def try_out(self, specialist: str, request: str = "") -> None:
        """The check before first use, once a model is installed. What cannot be checked now is at its first use."""
        model = self._library.installed().get(specialist)
        if model is None or self._roster.check(specialist).state != "unchecked":
            return
        size = model.size_in_all
        self._tell(InstallMoved(specialist, "testing", size, size, source=model.source, request=request))
        try:
            await self.check(specialist, request)
        except UserFacingError as error:
            log.info("%s is not checked yet: %s", specialist, error)

    async def examine(self, manifest: Manifest, path: Path | None = None) -> CheckView:
        """What opening `manifest`'s model in a process of its own shows; with `path`, that of another file (a newer
        version, say). Nothing is remembered but how fast it is. Raises UserFacingError when Consort is closing.
        """
        opening = self._roster.opening(manifest)
        load = opening.load if path is None else _elsewhere(opening.load, path)
        async with self._one:
            if not self._has_room(manifest, opening):
                return CheckView(at=time.time(), notes=(LATER,))
            key = f"{manifest.id}/check"
            try:
                async with asyncio.timeout(CHECK_SECONDS), self._fleet.lease(key, load, opening.bytes_needed) as lease:
                    return await self._tried(manifest, opening, lease)
            except WorkerFailed as failed:
                return _failed(manifest, failed)
            except TimeoutError:
                return _refused(f"It did not answer within {CHECK_SECONDS / 60:.0f} minutes.")
            finally:
                await self._fleet.unload(key)

    async def before_first_use(self, manifest: Manifest, turn: str = "") -> None:
        """Where nobody has checked the model yet, do so in the first lease, which stays. Raises UserFacingError for a
        model that is refused, now or before.
        """
        model = self._library.installed().get(manifest.id)
        if model is None or (model.check is not None and model.check.state == "passed"):
            return
        if model.check is None or model.check.state != "refused":
            opening = self._roster.opening(manifest)
            self._tell(Noticed(f"{manifest.name} is used for the first time, so it is checked before it answers.",
                               turn=turn))
            try:
                async with asyncio.timeout(CHECK_SECONDS), \
                        self._fleet.lease(manifest.id, opening.load, opening.bytes_needed) as lease:
                    view = await self._tried(manifest, opening, lease)
            except WorkerFailed as failed:
                if failed.code in NOT_THE_MODELS_FAULT:
                    raise sentence_for_failure(failed.code, failed.detail, manifest.name) from failed
                view = _failed(manifest, failed)
            except TimeoutError:
                view = _refused(f"It did not answer within {CHECK_SECONDS / 60:.0f} minutes.")
            self._remember(manifest.id, view)
        if (trouble := self._roster.refusal(manifest.id)) is not None:
            await self._fleet.unload(manifest.id)
            raise trouble

    def crashed(self, specialist: str) -> None:
        """It crashed while it was used. Twice without an answer in between, and it is not asked any more."""
        self._crashes[specialist] = self._crashes.get(specialist, 0) + 1
        model = self._library.installed().get(specialist)
        if self._crashes[specialist] >= MOST_CRASHES and model is not None:
            view = _refused(f"It crashed {MOST_CRASHES} times while it was used.")
            self._remember(specialist, replace(model.check or view, state=view.state, problems=view.problems,
                                               at=view.at))

    def answered(self, specialist: str) -> None:
        """It answered, so an earlier crash was an accident."""
        self._crashes.pop(specialist, None)

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def _has_room(self, manifest: Manifest, opening: Opening) -> bool:
        """Is there room for one more, when the idle ones leave?"""
        needed = self._fleet.expected_bytes(manifest.id, opening.load, opening.bytes_needed)
        return not isinstance(make_room(self._fleet.residents(), needed, self._fleet.budget_bytes), DoesNotFit)

    async def _tried(self, manifest: Manifest, opening: Opening, lease: Lease) -> CheckView:
        """Its trial in this lease. What was measured is taught to the forecast and to the account of memory."""
        worker = lease.worker
        try:
            trial = await TRIALS.get(manifest.kind, try_answering)(worker)
        except WorkerDied as died:
            raise WorkerFailed(died.cause, died.detail) from died
        memory = 0 if worker.ready.gpu_layers else await memory_of(worker.pid)
        times = self._fleet.times
        times.loaded(manifest.id, lease.load_seconds)
        if trial.finished is not None:
            times.finished(manifest.id, trial.finished)
        if memory and not lease.lowered_from:
            self._fleet.corrections.learn(manifest.id, opening.load, memory, settled=True)
        lowered = (context_lowered(manifest.name, worker.ready.context, lease.lowered_from),) \
            if lease.lowered_from else ()
        return _view(trial, lease.load_seconds, memory, lowered)

    def _remember(self, specialist: str, view: CheckView, request: str = "") -> None:
        if view.state == "refused":
            log.warning("%s is refused: %s", specialist, " ".join(view.problems))
        else:
            self._crashes.pop(specialist, None)
        self._library.keep_check(specialist, view)
        self._tell(ModelChecked(specialist, view, request))
        self._tell(SpecialistChanged(self._roster.view(specialist)))


def _elsewhere(load: Load, path: Path) -> Load:
    """The same load of the model at `path`, with what lies beside it there."""
    beside = {role: str(path.with_name(Path(one).name)) for role, one in load.options.items()
              if path.with_name(Path(one).name).is_file()}
    return replace(load, path=str(path), options={**load.options, **beside})


def _view(trial: Trial, load_seconds: float, memory: int, notes: tuple[str, ...]) -> CheckView:
    said = trial.finished
    read = said.prompt_tokens - said.reused_tokens if said else 0
    reads = read / said.seconds_to_first_token if said and said.seconds_to_first_token > 0 else 0.0
    return CheckView(
        state="refused" if trial.problems else "passed", problems=trial.problems, sample=trial.sample,
        load_seconds=round(load_seconds, 3), memory=memory, reads_per_second=round(reads, 1),
        writes_per_second=round(said.tokens_per_second, 1) if said else 0.0, template=trial.template, at=time.time(),
        notes=(*trial.notes, *notes))


def _refused(*problems: str) -> CheckView:
    return CheckView("refused", problems, at=time.time())


def _failed(manifest: Manifest, failed: WorkerFailed) -> CheckView:
    """A load or a trial that came to nothing: the model's fault, or only a matter of memory."""
    log.info("the check of %s: %s", manifest.id, failed)
    sentence = failed.sentence or sentence_for_failure(failed.code, failed.detail, manifest.name).text
    if failed.code in NOT_THE_MODELS_FAULT:
        return CheckView(at=time.time(), notes=(f"It could not be checked yet. {sentence}",))
    return _refused(sentence)
