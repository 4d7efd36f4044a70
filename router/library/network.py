"""Connections to the outside: proxies, certificates and time limits in one place.

Questions go through httpx2 (it comes with huggingface_hub): separate limits for connecting and for reading, requests
that end at once when their task is cancelled, and the system's certificate store on every platform. Files come through
`connections`, with the certificates of this file.
Certificates: the system's, plus every bundle that SSL_CERT_FILE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or PIP_CERT name.
Proxies: from the environment and the system's settings, or one handed in (pip's).
It does not know what is fetched.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from router.library.sources import SourceFailed

if TYPE_CHECKING:
    import httpx2

BUNDLE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to try. Seconds; `tries` counts failures in a row without any progress.

    A download that has begun is tried more often: until no byte came for `outage` where the way to the server broke
    (no network), for `trouble` where it answers that it cannot. longest_wait: more than that, asked for by the server,
    is too long.
    """

    connect: float = 5.0
    stall: float = 30.0
    tries: int = 5
    pause: float = 0.5
    longest_pause: float = 8.0
    outage: float = 0.0
    trouble: float = 0.0
    longest_wait: float = 300.0


PERSISTENT = Patience(outage=24 * 3600.0, trouble=600.0, longest_pause=30.0)     # as people want it for large files


@dataclass(frozen=True)
class Route:
    """How a source is reached beyond the environment: an extra certificate bundle, a proxy. Empty: nothing extra."""

    bundle: str = ""
    proxy: str = ""


@asynccontextmanager
async def open_client(patience: Patience, route: Route = Route()) -> AsyncIterator[httpx2.AsyncClient]:
    """A client for questions; files come through `connections`.

    Raises SourceFailed when its settings (a proxy address …) cannot be used.
    """
    try:
        client = await asyncio.to_thread(_client, patience, route)   # the import and the certificates take a while
    except (ValueError, OSError, ImportError) as error:
        raise SourceFailed(f"the network settings cannot be used ({error})") from error
    async with client:
        yield client


def _client(patience: Patience, route: Route) -> httpx2.AsyncClient:
    import httpx2

    return httpx2.AsyncClient(
        verify=certificates(route.bundle), proxy=route.proxy or None, follow_redirects=True, max_redirects=5,
        timeout=httpx2.Timeout(patience.stall, connect=patience.connect), event_hooks={"response": [_stay_encrypted]},
        headers={"Accept-Encoding": "identity", "User-Agent": "consort"},
    )


async def _stay_encrypted(response: httpx2.Response) -> None:
    """A redirect may change the host (the token is then dropped by the client), but never from https to http."""
    if response.has_redirect_location and response.request.url.scheme == "https" \
            and response.request.url.join(response.headers["location"]).scheme != "https":
        raise SourceFailed("the server wanted to go on without encryption")


def certificates(bundle: str = "") -> ssl.SSLContext:
    """Whom to trust: the system, the bundles named in the environment, and `bundle`. Raises OSError for a bad file."""
    import httpx2

    context = httpx2.create_ssl_context()
    named = {os.environ.get(variable, "") for variable in BUNDLE_VARIABLES} | {bundle}
    for name in named - {"", os.environ.get("SSL_CERT_FILE")}:       # that one httpx2 has read already
        if Path(name).is_dir():
            context.load_verify_locations(capath=name)
        elif Path(name).is_file():
            context.load_verify_locations(cafile=name)
    return context
