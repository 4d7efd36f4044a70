"""How long each specialist would take here and now: joins what is in memory with what this machine did before.

It decides nothing and starts nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from router.choose.expected import CHARACTERS_PER_TOKEN, TEMPLATE_TOKENS, Expected, Standing, expected
from router.choose.request import Request
from router.choose.rules import Situation
from router.fleet.fleet import Fleet
from router.roster import Roster
from specialists.manifest import Manifest

LEAVING_SECONDS = 0.3       # until an idle worker that must make room is gone


class Forecast:
    """Callable: a specialist, a request and its situation to the seconds expected.

    warm: conversation → specialist → tokens that its cache, or a state kept on disk, spares reading.
    """

    def __init__(self, fleet: Fleet, roster: Roster,
                 warm: Callable[[str], dict[str, int]] = lambda _: {}) -> None:
        self._fleet, self._roster, self._warm = fleet, roster, warm

    def __call__(self, manifest: Manifest, request: Request, situation: Situation) -> Expected:
        """Seconds until its first word, and until its answer is there."""
        speed = self._fleet.times.of(manifest.id)
        process = next((one for one in self._fleet.processes() if one.id == manifest.id), None)
        loaded = process is not None and process.state in ("ready", "busy")
        warm = self._warm(situation.conversation) if situation.conversation else {}
        system = len(self._roster.effective(manifest).system_prompt or "") if not warm.get(manifest.id) else 0
        new = max(situation.prompt_characters, len(request.text)) - situation.read_characters
        tokens = situation.read_tokens + TEMPLATE_TOKENS + (max(0, new) + system) / CHARACTERS_PER_TOKEN
        unread = max(TEMPLATE_TOKENS + len(request.text) / CHARACTERS_PER_TOKEN, tokens - warm.get(manifest.id, 0))
        waits = 0.0
        if process is not None and process.state == "busy":
            waits = speed.answer_tokens / max(speed.write_per_second, 0.01) / 2     # on average it is half-way through
        elif not loaded and sum(one.bytes for one in self._fleet.residents()) > 0:
            waits = LEAVING_SECONDS
        return expected(speed, Standing(loaded, unread, waits))
