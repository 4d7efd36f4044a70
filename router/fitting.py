"""What is known of each specialist's need for memory, and whether that fits: from its file here, from a header read on
the Hub, or from its size alone. It asks nobody: `router.hub_desk` reads headers and tells them here.
"""

from __future__ import annotations

from collections.abc import Callable

from router.fit import Memory, fit, layers_on_card
from router.fleet.fleet import Fleet
from router.fleet.footprint import PROCESS, Shape
from router.fleet.speech_footprint import speech_footprint
from router.library.engine_build import EngineBuild
from router.library.files import size_in_all
from router.library.header import ModelFacts
from router.library.library import Library
from router.machine import Machine
from router.model_views import FitView
from specialists.manifest import Manifest


class Fitting:
    """Attributes: `memory` says what there is of it now."""

    def __init__(self, library: Library, machine: Machine) -> None:
        self._library = library
        self._read: dict[tuple[str, int], ModelFacts] = {}
        self.memory: Callable[[], Memory] = lambda: Memory(machine.default_memory_budget(), machine.memory_available(),
                                                           machine.memory_total)

    def learn(self, manifest: Manifest, facts: ModelFacts) -> None:
        """The header of the manifest's file was read somewhere else."""
        self._read[manifest.file_name, manifest.size] = facts

    def knows(self, manifest: Manifest) -> bool:
        """Is the header of its file known?"""
        return bool(self._facts(manifest).architecture)

    def fit(self, manifest: Manifest, context: int) -> FitView:
        """Would it run here with `context` tokens, in the quantisation that `manifest` names?"""
        return fit(self.shape(manifest), context, self.memory(), exact=self.knows(manifest))

    def layers_on_card(self, manifest: Manifest, context: int) -> int:
        """How many layers go onto the graphics card; -1 for all, and where there is none."""
        memory = self.memory()
        return layers_on_card(self.shape(manifest), self._facts(manifest).layers, context, memory.card)

    def shape(self, manifest: Manifest) -> Shape:
        """What decides its memory. Where only another quantisation's header is known, that of the same model."""
        model = self._library.here(manifest.id)
        is_it = model is not None and model.path.name == manifest.file_name
        size = model.size_in_all if model is not None and is_it else size_in_all(manifest)
        if manifest.kind.startswith("speech"):
            return Shape(speech_footprint(manifest.kind, size) - PROCESS if size else 0, cache_values=1, vocabulary=1)
        if manifest.base and (base := self._library.here(manifest.base)) is not None:
            return Shape.of(base.facts or ModelFacts(), size + base.size_in_all)
        facts = self._facts(manifest)
        if not facts.architecture and model is not None and model.facts is not None:
            facts = model.facts
        return Shape.of(facts, size)

    def _facts(self, manifest: Manifest) -> ModelFacts:
        """From the header of this very file, as far as it is known."""
        model = self._library.here(manifest.id)
        if model is not None and model.facts is not None and model.path.name == manifest.file_name:
            return model.facts
        return self._read.get((manifest.file_name, manifest.size), ModelFacts())


def memory_here(machine: Machine, fleet: Fleet, engine: EngineBuild) -> Callable[[], Memory]:
    """What there is of memory here: what idle models hold counts as free, because they make room."""
    def memory() -> Memory:
        idle = sum(one.memory for one in fleet.processes() if one.state != "busy")
        free = min(machine.memory_available() + idle, machine.memory_total)
        return Memory(fleet.budget_bytes, free, machine.memory_total, engine.gpu_memory)

    return memory
