"""LoRA adapters: a small file that changes what a base model says, and is a specialist of its own with it.

Here is decided which file may be attached to which specialist, and what the two together are described as. Whether the
shapes fit is found out by the engine, on trial. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from router.errors import UserFacingError
from router.library.header import ModelFacts
from router.library.record import InstalledModel
from specialists.manifest import Manifest


def require_fit(name: str, facts: ModelFacts | None, base: Manifest | None,
                installed: Mapping[str, InstalledModel]) -> None:
    """May the file called `name` be used like this: attached to `base`, or (None) by itself? Raises UserFacingError."""
    adapter = facts is not None and facts.adapter
    if base is None:
        if adapter:
            raise UserFacingError(f"{name} is an adapter: it changes another model and cannot answer by itself.",
                                  "Say which one with --base ID; `consort list` shows what is installed.")
        return
    if not adapter:
        raise UserFacingError(f"{name} is no adapter, so it cannot be attached to {base.name}.",
                              "Import it without --base, if it is a model of its own.")
    if base.base:
        raise UserFacingError(f"{base.name} is an adapter itself.", f"Attach it to “{base.base}” instead.")
    if base.id not in installed:
        raise UserFacingError(f"{base.name} is not installed, so nothing can be attached to it.",
                              f"Install it first: consort install {base.id}")
    known = installed[base.id].facts
    if facts is not None and known is not None and known.architecture != facts.architecture:
        raise UserFacingError(f"{name} is an adapter for {facts.architecture} models, and {base.name} is a "
                              f"{known.architecture} model.", "Attach it to the model it was made for.")


def with_adapter(described: Manifest, base: Manifest) -> Manifest:
    """The adapter as a specialist: it can do what its base can, and is asked in the same way."""
    return replace(described, base=base.id, description=f"{base.name} with an adapter of yours.", skills=base.skills,
                   engine=base.engine, parameters=base.parameters, trained_context=base.trained_context,
                   licence=base.licence, system_prompt=base.system_prompt, sampling=base.sampling,
                   languages=base.languages)


def require_nobody_depends(specialist: Manifest, others: Iterable[Manifest]) -> None:
    """Raises UserFacingError that names the adapters which need `specialist`."""
    attached = [one for one in others if one.base == specialist.id]
    if attached:
        names = ", ".join(one.name for one in attached)
        raise UserFacingError(f"{specialist.name} cannot be removed: {names} {'is' if len(attached) == 1 else 'are'} "
                              "attached to it.", f"Remove first: consort remove {attached[0].id}")
