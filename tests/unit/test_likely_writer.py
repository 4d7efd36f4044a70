"""Who is brought into memory while the first question is being said."""

from __future__ import annotations

from router.talk.likely_writer import likely_writer
from specialists.manifest import Manifest

ONE, TWO, THREE = (Manifest(name, name, "A test.") for name in ("one", "two", "three"))
USED = {"one": 1.0, "two": 5.0, "three": 0.0}


def test_who_is_picked_comes_first_then_who_answered_here_then_who_was_asked_last() -> None:
    everybody = (ONE, TWO, THREE)
    assert likely_writer(everybody, ("three", "automatic", "one"), USED.__getitem__) is THREE
    assert likely_writer(everybody, ("", "automatic", "one"), USED.__getitem__) is ONE
    assert likely_writer(everybody, ("gone", "automatic", ""), USED.__getitem__) is TWO
    assert likely_writer((), ("one",), USED.__getitem__) is None
