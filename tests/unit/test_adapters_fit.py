"""Which file may be attached to which specialist, and who must not be removed because of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.fleet.pages import PageFile
from router.library.adapters import require_fit, require_nobody_depends, with_adapter
from router.library.header import ModelFacts
from router.library.record import InstalledModel
from specialists.manifest import Licence, Manifest
from specialists.wire import Load

LLAMA = ModelFacts("llama", 30, 8192)
ADAPTER = ModelFacts("llama", adapter=True)
BASE = Manifest("base", "Base", "A model.", skills=("code",), trained_context=8192, licence=Licence("MIT"))
HERE = {"base": InstalledModel("base", Path("base.gguf"), 8, "", "hub", facts=LLAMA)}


def test_an_adapter_for_the_same_architecture_may_be_attached() -> None:
    require_fit("x.gguf", ADAPTER, BASE, HERE)
    require_fit("x.gguf", LLAMA, None, HERE)
    require_fit("broken.gguf", None, None, HERE)        # what is wrong with it is said by its check


@pytest.mark.parametrize(("facts", "base", "why"), [
    (ADAPTER, None, "cannot answer by itself"), (LLAMA, BASE, "is no adapter"), (None, BASE, "is no adapter"),
    (replace(ADAPTER, architecture="gemma3"), BASE, "for gemma3 models, and Base is a llama model"),
    (ADAPTER, replace(BASE, base="other"), "is an adapter itself"),
    (ADAPTER, replace(BASE, id="absent"), "is not installed"),
])
def test_what_does_not_fit_together_is_a_sentence_and_a_way_out(facts: ModelFacts | None, base: Manifest | None,
                                                                why: str) -> None:
    with pytest.raises(UserFacingError, match=why) as raised:
        require_fit("x.gguf", facts, base, HERE)
    assert raised.value.hint


def test_an_adapter_can_do_what_its_base_can() -> None:
    made = with_adapter(Manifest("my-x", "X", "A model of yours."), BASE)
    assert (made.id, made.name, made.base, made.skills, made.licence.name) == ("my-x", "X", "base", ("code",), "MIT")


def test_a_base_stays_while_something_is_attached_to_it() -> None:
    attached = with_adapter(Manifest("my-x", "X", ""), BASE)
    require_nobody_depends(attached, (BASE, attached))
    with pytest.raises(UserFacingError, match="X is attached to it"):
        require_nobody_depends(BASE, (BASE, attached))


def test_kept_states_of_a_base_and_of_its_adapter_lie_apart(tmp_path: Path) -> None:
    pages = PageFile(tmp_path, 10**9)
    plain, attached = Load("llama", "base.gguf"), Load("llama", "base.gguf", adapter="x.gguf")
    assert pages.path_for("one", plain, "c") != pages.path_for("one", attached, "c")
    assert pages.path_for("one", attached, "c") == pages.path_for("one", replace(attached, threads=2), "c")
