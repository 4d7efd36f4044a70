"""Questions to the Hub: each bounded in bytes and in time, each refusal a sentence. Nothing is tried again unasked.

Our own requests rather than `huggingface_hub.HfApi`'s, which wait and repeat five times when the Hub asks for patience,
hide where a page ends, read answers of any size and cannot be cancelled. Addresses, offline mode and what a refusal
means are huggingface_hub's. The token goes to the Hub's host alone: the client drops it when redirected elsewhere.
It does not know what an answer says.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from router.library.hub_refusals import not_reachable, refused, switched_off, unintelligible
from router.library.network import Patience, open_client
from router.library.sources import SourceFailed

if TYPE_CHECKING:
    import httpx2

# No usage data, no token unless HF_TOKEN names one on purpose, no second transfer protocol beside our own. Read by
# huggingface_hub when it is imported, so set before.
QUIET = {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1", "HF_HUB_DISABLE_XET": "1",
         "DO_NOT_TRACK": "1"}
DEADLINE = 60.0                 # seconds for a whole answer, however slowly it drips
BLOCK = 1 << 16


@dataclass(frozen=True)
class Answer:
    """The body, at most as long as was allowed (`cut`: there was more), and the headers in small letters."""

    body: bytes
    headers: Mapping[str, str]
    cut: bool = False


class HubSession:
    """One connection to the Hub for a few questions. Every method raises UserFacingError or CancelledError."""

    def __init__(self, client: httpx2.AsyncClient, endpoint: str, token: str) -> None:
        self._client = client
        self._token = token
        self.endpoint = endpoint

    async def get(self, path: str, params: Mapping[str, str | list[str]] | None = None, *, most: int,
                  subject: str = "") -> Answer:
        """The answer for `path`, of at most `most` bytes. subject: the repository it is about, for the sentence."""
        return await self._ask(path, params, {}, 0, most, subject)

    async def piece(self, path: str, start: int, end: int, subject: str = "") -> Answer:
        """Bytes `start` up to `end` of a file. A server that knows no ranges is read up to there."""
        return await self._ask(path, None, {"Range": f"bytes={start}-{end - 1}"}, start, end - start, subject)

    async def _ask(self, path: str, params: Mapping[str, str | list[str]] | None, headers: dict[str, str], start: int,
                   most: int, subject: str) -> Answer:
        import httpx2

        if self._token:
            headers = {**headers, "Authorization": f"Bearer {self._token}"}
        try:
            async with asyncio.timeout(DEADLINE), self._client.stream(
                    "GET", self.endpoint + path, params=params, headers=headers) as response:
                if response.status_code >= 400:
                    body, _ = await _read(response, 0, BLOCK)
                    raise refused(response.status_code, response.headers, body, str(response.url), subject,
                                  bool(self._token))
                skip = 0
                if start and response.status_code == 200:
                    skip = start
                elif start and not response.headers.get("content-range", "").startswith(f"bytes {start}-"):
                    raise unintelligible()
                body, cut = await _read(response, skip, most)
                return Answer(body, {name.lower(): value for name, value in response.headers.items()}, cut)
        except SourceFailed as error:
            raise not_reachable(str(error)) from error
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise not_reachable("did not answer in time") from error
        except httpx2.ConnectError as error:
            trusted = "certificate" not in str(error).lower()
            raise not_reachable("could not be reached" if trusted
                                else "has a certificate that could not be verified") from error
        except (httpx2.TransportError, httpx2.StreamError) as error:
            raise not_reachable("ended the connection") from error
        except (httpx2.TooManyRedirects, httpx2.InvalidURL, httpx2.DecodingError, ValueError) as error:
            raise unintelligible() from error


@asynccontextmanager
async def open_session(endpoint: str, token: str, patience: Patience) -> AsyncIterator[HubSession]:
    """A session with the Hub at `endpoint` (empty: HF_ENDPOINT's or the public one).

    Raises UserFacingError when the Hub is switched off (HF_HUB_OFFLINE) or the network settings cannot be used.
    """
    address = await asyncio.to_thread(_address, endpoint)
    try:
        async with open_client(patience) as client:
            yield HubSession(client, address, token)
    except SourceFailed as error:
        raise not_reachable(str(error)) from error


def _address(endpoint: str) -> str:
    os.environ.update(QUIET)
    from huggingface_hub import constants, errors, hf_raise_for_status  # noqa: F401  in a thread: it is slow

    if constants.is_offline_mode():
        raise switched_off()
    return (endpoint or os.environ.get("HF_ENDPOINT") or constants.ENDPOINT).rstrip("/")


async def _read(response: httpx2.Response, skip: int, most: int) -> tuple[bytes, bool]:
    """At most `most` bytes of the body after `skip`; was there more?"""
    gathered = bytearray()
    async for chunk in response.aiter_raw():
        if skip:
            skip, chunk = max(skip - len(chunk), 0), chunk[skip:]
        gathered += chunk
        if len(gathered) > most:
            return bytes(gathered[:most]), True
    return bytes(gathered), False
