"""Models of the Hub: searched, and opened with their card. Asks and decodes; decides nothing about this computer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from router.errors import UserFacingError
from router.library.card import safe_card
from router.library.hub import Hub
from router.library.hub_answers import HubModel, read_cursor, read_model, read_results
from router.library.hub_files import Quantisation, quantisations
from router.library.hub_refusals import unintelligible
from router.library.hub_search import may_be_as_small, parameters
from router.library.hub_session import HubSession
from router.model_commands import SearchHub

MOST_PAGES = 4                  # asked for one page of ours, when most results are left out for their size
MOST_OF_RESULTS = 8 << 20       # bytes of an answer
MOST_OF_MODEL = 16 << 20
MOST_OF_CARD = 1 << 20


@dataclass(frozen=True)
class Opened:
    """A repository at one commit, with its ways to have the model and its card as safe text."""

    model: HubModel
    quantisations: tuple[Quantisation, ...]
    card: str = ""


async def search(hub: Hub, wanted: SearchHub) -> tuple[tuple[HubModel, ...], str]:
    """A page of results and where the next one begins (empty at the end). Raises UserFacingError."""
    found: list[HubModel] = []
    asked = parameters(wanted)
    async with hub.session() as session:
        for _ in range(MOST_PAGES):
            answer = await session.get("/api/models", asked, most=MOST_OF_RESULTS)
            if answer.cut:
                raise unintelligible()
            found += [model for model in read_results(answer.body) if may_be_as_small(model, wanted.largest)]
            cursor = read_cursor(answer.headers)
            if not cursor or len(found) >= wanted.limit:
                break
            asked["cursor"] = cursor
    return tuple(found), cursor


async def open_model(session: HubSession, repo: str, *, with_card: bool = True) -> Opened:
    """The repository as it is now. Raises UserFacingError."""
    answer = await session.get(f"/api/models/{repo}", {"blobs": "true"}, most=MOST_OF_MODEL, subject=repo)
    model = read_model(answer.body, repo)
    if answer.cut or not model.commit:
        raise unintelligible()
    found = quantisations(model.files)
    card = await _card(session, model) if with_card else ""
    return Opened(replace(model, files=()), found, card)


async def _card(session: HubSession, model: HubModel) -> str:
    """Its README.md; empty without one, or where an agreement is asked for even to read it."""
    try:
        answer = await session.get(f"/{model.repo}/resolve/{model.commit}/README.md", most=MOST_OF_CARD,
                                   subject=model.repo)
    except UserFacingError:
        return ""
    return safe_card(answer.body.decode("utf-8", "replace"))
