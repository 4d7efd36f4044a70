"""A file's bytes over HTTP, received by a thread for each request, a megabyte at once.

urllib3, because it hands over what has come without copying it about, and can end a read that another thread waits in
(`HTTPResponse.shutdown`). A client on the event loop took 0.5 s of processor time for what this takes 0.35 s for.
Proxies and certificates are those of `network`. It does not know what is fetched, and decides nothing about retries.
"""

from __future__ import annotations

import asyncio
import threading
import urllib.request
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from router.library.network import Patience, Route, certificates
from router.library.sources import SourceFailed

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

AT_ONCE = 1 << 20           # bytes of one piece at most: larger ones no longer stay in the processor's cache
AHEAD = 1 << 20             # bytes that wait for the loop; then the thread waits
REDIRECTS = 5
KEPT = 4                    # connections to one host that are kept open for the next request
SECRETS = ("authorization", "cookie")       # headers that are meant for one host only


class Unusable(Exception):
    """The address, or the proxy that leads to it, makes no sense."""


class CannotConnect(Exception):
    """Nobody answers at the other end. The text is the rest of a sentence about the server."""


class Broken(Exception):
    """The connection ended or fell silent in the middle. The text is the sentence's words for it."""


class Body:
    """An answer whose head has come. status, headers; iterating gives the pieces of its body."""

    def __init__(self, response: BaseHTTPResponse) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._pieces: list[bytes] = []              # received and not taken yet
        self._end: Exception | None = None          # why there are no more; StopAsyncIteration: it is whole
        self._left = False
        self._changed = threading.Condition()       # guards the three above
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """What has come since the last time, as often as something has. Raises Broken."""
        threading.Thread(target=self._receive, name="receiving", daemon=True).start()
        while True:
            await self._news.wait()
            self._news.clear()
            with self._changed:
                pieces, self._pieces, end = self._pieces, [], self._end
                self._changed.notify()
            if pieces:
                yield pieces[0] if len(pieces) == 1 else b"".join(pieces)
            if isinstance(end, StopAsyncIteration):
                return
            if end is not None:
                raise end

    def leave(self) -> None:
        """Nobody reads on: a thread that waits for bytes ends at once."""
        with self._changed:
            self._left = True
            self._changed.notify()
        with suppress(Exception):           # it has ended already
            self._response.shutdown()
        self._response.close()

    def _receive(self) -> None:
        """In a thread: piece after piece, at most AHEAD bytes before they are taken."""
        end: Exception = StopAsyncIteration()
        try:
            while piece := self._response.read1(AT_ONCE):
                with self._changed:
                    self._changed.wait_for(lambda: self._left or sum(map(len, self._pieces)) < AHEAD)
                    if self._left:
                        return
                    self._pieces.append(piece)
                    if len(self._pieces) == 1:
                        self._tell()
        except Exception as error:
            end = _explained(error)
        with self._changed:
            self._end = end
            self._tell()

    def _tell(self) -> None:
        with suppress(RuntimeError):        # the loop is gone, and with it whoever listened
            self._loop.call_soon_threadsafe(self._news.set)


class Connections:
    """To whatever hosts a download leads, kept open between its requests. Closed by `close`."""

    def __init__(self, patience: Patience, route: Route) -> None:
        self._patience, self._route = patience, route
        self._pools: dict[tuple[str, bool], PoolManager] = {}
        self._making = threading.Lock()

    @asynccontextmanager
    async def get(self, url: str, headers: Mapping[str, str]) -> AsyncIterator[Body]:
        """The answer to a GET after its redirects. Raises CannotConnect, Broken, and SourceFailed where the settings
        (certificates, a proxy's address) or the address cannot be used, or a redirect leads from https to http."""
        body = Body(await _opened(lambda: self._follow(url, dict(headers))))
        try:
            yield body
        finally:
            body.leave()

    def close(self) -> None:
        """Close what is open."""
        for pool in tuple(self._pools.values()):
            pool.clear()

    def _follow(self, url: str, headers: dict[str, str]) -> BaseHTTPResponse:
        """In a thread. A header with a secret does not go along to another host."""
        for _ in range(REDIRECTS + 1):
            response = self._ask(url, headers)
            location = response.get_redirect_location()
            if not location:
                return response
            response.drain_conn()
            response.release_conn()
            target = urljoin(url, location)
            if urlsplit(url).scheme == "https" != urlsplit(target).scheme:
                raise SourceFailed("the server wanted to go on without encryption")
            if _host(url) != _host(target):
                headers = {name: value for name, value in headers.items() if name.lower() not in SECRETS}
            url = target
        raise Unusable("it redirects again and again")

    def _ask(self, url: str, headers: Mapping[str, str]) -> BaseHTTPResponse:
        try:
            return self._pool(self._route.proxy or proxy_for(url), urlsplit(url).scheme == "https").urlopen(
                "GET", url, headers={"Accept-Encoding": "identity", "User-Agent": "consort", **headers},
                redirect=False, retries=False, preload_content=False, decode_content=False)
        except SourceFailed:
            raise
        except Exception as error:
            raise _explained(error) from error

    def _pool(self, proxy: str, encrypted: bool) -> PoolManager:
        """Connections without a proxy (an empty address), or through it. Certificates are read only where they are
        needed: it takes 20 ms. Raises SourceFailed."""
        with self._making:
            if (proxy, encrypted) not in self._pools:
                try:
                    self._pools[proxy, encrypted] = self._made(proxy, encrypted)
                except (ValueError, OSError, Unusable) as error:
                    raise SourceFailed(f"the network settings cannot be used ({error})") from error
            return self._pools[proxy, encrypted]

    def _made(self, proxy: str, encrypted: bool) -> PoolManager:
        import urllib3

        place = urlsplit(proxy)
        needed = encrypted or place.scheme == "https"
        context = certificates(self._route.bundle) if needed else None
        timeout = urllib3.Timeout(connect=self._patience.connect, read=self._patience.stall)
        if not proxy:
            return urllib3.PoolManager(ssl_context=context, timeout=timeout, maxsize=KEPT)
        try:
            secret = f"{unquote(place.username)}:{unquote(place.password or '')}" if place.username else None
            return urllib3.ProxyManager(proxy, ssl_context=context, timeout=timeout, maxsize=KEPT,
                                        proxy_headers=urllib3.make_headers(proxy_basic_auth=secret))
        except urllib3.exceptions.HTTPError as error:
            raise Unusable(str(error)) from error


def proxy_for(url: str) -> str:
    """The proxy that the environment or the system names for an address; empty for none."""
    place = urlsplit(url)
    if not place.hostname or urllib.request.proxy_bypass(place.hostname):
        return ""
    named = urllib.request.getproxies()
    proxy = named.get(place.scheme) or named.get("all") or ""
    return proxy if "://" in proxy or not proxy else f"http://{proxy}"


def _host(url: str) -> tuple[str, str | None, int | None]:
    place = urlsplit(url)
    return place.scheme, place.hostname, place.port


async def _opened(ask: Callable[[], BaseHTTPResponse]) -> BaseHTTPResponse:
    """What `ask` returns or raises, from a thread of its own. Whoever is cancelled does not wait for the other end: the
    answer is closed when it comes."""
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[BaseHTTPResponse] = loop.create_future()

    def tell(response: BaseHTTPResponse | None, error: Exception | None) -> None:
        if answered.cancelled():
            if response is not None:
                response.close()
        elif response is not None:
            answered.set_result(response)
        elif error is not None:
            answered.set_exception(error)

    def run() -> None:
        response, failure = None, None
        try:
            response = ask()
        except Exception as error:
            failure = error
        try:
            loop.call_soon_threadsafe(tell, response, failure)
        except RuntimeError:                    # the loop is gone, and with it whoever asked
            if response is not None:
                response.close()

    threading.Thread(target=run, name="asking", daemon=True).start()
    return await answered


def _explained(error: Exception) -> Exception:
    """What an error of urllib3 (or of the system, below it) means here."""
    import urllib3.exceptions as known

    match error:
        case known.NewConnectionError() | known.NameResolutionError():
            return CannotConnect("could not be reached")
        case known.ConnectTimeoutError():
            return CannotConnect("did not answer")
        case known.SSLError() if "certificate" in str(error).lower():
            return CannotConnect("has a certificate that could not be verified")
        case known.ProxyError():
            return CannotConnect("could not be reached")
        case known.ReadTimeoutError():
            return Broken("the server stopped sending")
        case known.LocationValueError() | known.URLSchemeUnknown():
            return Unusable("its address leads nowhere")
        case known.HTTPError() | OSError():
            return Broken("the connection was cut")
    return error
