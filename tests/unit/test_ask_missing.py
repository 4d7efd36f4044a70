"""Before a question, the command line installs who is missing; never who is there and cannot be used."""

from __future__ import annotations

from typing import Any

import pytest

from router.command_line.ask import who_is_missing
from router.errors import UserFacingError
from router.views import SpecialistView


def view(name: str, state: Any, *, starter: bool = False) -> SpecialistView:
    return SpecialistView(name, name, "", "language", ("general",), state, starter=starter)


ABSENT, REFUSED = view("starter", "absent", starter=True), view("starter", "refused", starter=True)


def test_the_starter_is_missing_when_nobody_is_there() -> None:
    assert who_is_missing((ABSENT, view("other", "partial")), "") == ABSENT
    assert who_is_missing((ABSENT, view("other", "ready")), "") is None


@pytest.mark.parametrize(("state", "missing"), [("absent", True), ("partial", True), ("installed", False),
                                                ("broken", False), ("refused", False)])
def test_who_is_picked_is_missing_only_if_it_can_be_had(state: str, missing: bool) -> None:
    assert (who_is_missing((ABSENT, view("other", state)), "other") is not None) is missing


def test_a_refused_starter_is_not_fetched_again() -> None:
    assert who_is_missing((REFUSED,), "") is None


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(UserFacingError, match="nobody"):
        who_is_missing((ABSENT,), "nobody")
