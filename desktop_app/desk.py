"""What every page of the window works with: what is shown, the way to the router, how it looks, sound."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from desktop_app.audio import Audio
from desktop_app.icons import Icons
from desktop_app.theme import Theme
from desktop_app.view_state import ViewState
from router.messages import Command


@dataclass(frozen=True)
class Desk:
    """Passed to pages by the window; `send` also tells the view state what is on its way."""

    state: ViewState
    send: Callable[[Command], None]
    theme: Theme
    icons: Icons
    audio: Audio


def new_id() -> str:
    """An id for a turn or a request, unique everywhere."""
    return os.urandom(16).hex()
