"""A router for the window's tests that knows models only: it answers each command as the real one would, at once.

It keeps a queue, downloads nothing, and moves on when a test says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from router import messages as m
from router.messages import Command
from router.model_views import (
    CheckView,
    FitView,
    HubModelDetail,
    HubModelView,
    QuantisationView,
    QueuedInstall,
    StoredModel,
)
from router.views import SpecialistView

REPO, ID = "anna/Poet-GGUF", "anna--poet-gguf"
FITS = FitView("fits", 2_000_000_000, 11_000_000_000, 4096, True, "It needs 2.0 GB; 11.0 GB can be used for models.")
WAYS = tuple(QuantisationView(f"{REPO}:{name}", name, size, fit=FITS)
             for name, size in (("Q2_K", 700_000_000), ("Q4_K_M", 1_100_000_000), ("Q8_0", 1_900_000_000)))
CHECKED = CheckView("passed", (), "Roses are red.", 1.2, 1_400_000_000, 120, 20.5, "own", 5.0)


class ScriptedModels:
    """Attributes: sent, every command in order; tell, where events go."""

    def __init__(self) -> None:
        self.sent: list[Command] = []
        self.tell: Callable[[object], None] = lambda event: None
        self.queue: list[QueuedInstall] = []
        self.folder = "/models"

    def send(self, command: Command) -> None:
        """Take a command and answer it."""
        self.sent.append(command)
        answer = getattr(self, f"_{type(command).__name__}", None)
        if answer is not None:
            answer(command)

    def last(self, kind: type[Any]) -> Any:
        """The latest command of a kind."""
        return next(each for each in reversed(self.sent) if isinstance(each, kind))

    def finish(self, specialist: str, name: str) -> None:
        """A download is over and the model has passed its check."""
        self.queue = [each for each in self.queue if each.specialist != specialist]
        self.tell(m.Installed(specialist, "hub", f"/models/{specialist}.gguf", 1_100_000_000, "ab" * 32,
                              f"install:{REPO}:Q4_K_M"))
        self.tell(m.SpecialistChanged(self.poet(name)))
        self._told()

    @staticmethod
    def poet(name: str = "Poet", state: Any = "installed") -> SpecialistView:
        return SpecialistView(ID, name, "Writes.", "language", ("writing",), state, "1.5B", "Q4_K_M", 1_100_000_000,
                              4096, "MIT", sources=("hub",), served_by="hub", commit="c0ffee" * 6, sha256="ab" * 32,
                              check=CHECKED)

    def _told(self, request: str = "") -> None:
        self.tell(m.QueueChanged(tuple(self.queue), request=request))

    def _SearchHub(self, command: m.SearchHub) -> None:
        found = (HubModelView("else/Other-GGUF"), HubModelView(REPO, "mit", 5_000, 9))
        self.tell(m.HubSearched(command.text, found, "", command.request))

    def _OpenHubModel(self, command: m.OpenHubModel) -> None:
        self.tell(m.HubModelOpened(HubModelDetail(HubModelView(command.repo, "mit", 5_000, 9), "c0ffee", "# Poet", WAYS,
                                                  "qwen3", 4096, True, usual="Q4_K_M"), command.request))

    def _Install(self, command: m.Install) -> None:
        specialist = ID if command.specialist.startswith(REPO) else command.specialist
        for number, each in enumerate(self.queue):
            if each.specialist == specialist:
                self.queue[number] = replace(each, state="running")
                break
        else:
            running = any(each.state == "running" for each in self.queue)
            self.queue.append(QueuedInstall(specialist, specialist.title(), "waiting" if running else "running",
                                            "fetching", 10, 100))
        self.tell(m.InstallMoved(specialist, "fetching", 10, 100, 5.0, "hub", command.request)
                  if self.queue[-1].state == "running" else m.QueueChanged(tuple(self.queue)))
        self._told()

    def _PauseInstall(self, command: m.PauseInstall) -> None:
        self.queue = [replace(each, state="paused") if each.specialist == command.specialist else each
                      for each in self.queue]
        self.tell(m.InstallPaused(command.specialist, 10, 100))
        self._told()

    def _MoveInQueue(self, command: m.MoveInQueue) -> None:
        moved = next(each for each in self.queue if each.specialist == command.specialist)
        running = [each for each in self.queue if each.state == "running"]
        others = [each for each in self.queue if each.state != "running" and each is not moved]
        others.insert(command.place, moved)
        self.queue = running + others
        self._told()

    def _ChangeSettings(self, command: m.ChangeSettings) -> None:
        self.tell(m.SpecialistChanged(replace(self.poet(), settings=command.settings)))

    def _VerifyModel(self, command: m.VerifyModel) -> None:
        self.tell(m.VerifyMoved(command.specialist, 1, 2, command.request))
        self.tell(m.Verified((command.specialist or ID,), request=command.request))

    def _Remove(self, command: m.Remove) -> None:
        self.queue = [each for each in self.queue if each.specialist != command.specialist]
        self.tell(m.Removed(command.specialist, 1_100_000_000))
        self._told()

    def _ListStorage(self, command: m.ListStorage) -> None:
        self.tell(m.StorageListed(self.folder, (StoredModel("coder", "Qwen2.5 Coder", "installed", 1_120_000_000),),
                                  41_000_000_000, 512_000_000_000, 0, command.request))

    def _MoveModels(self, command: m.MoveModels) -> None:
        self.folder = command.folder
        self.tell(m.ModelsMoving(1, 2, command.request))
        self.tell(m.ModelsMoved(command.folder, command.request))
