"""The requests for one file: several at once where the server serves parts, each retried for itself.

The parts are taken from the front, so the checksum can follow. What arrives is written at once. It does not know what
the file is for; `router.library.download` decides what its end means.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace

from router.library.byte_set import Stretch
from router.library.connections import Body, Broken, CannotConnect, Connections, Unusable
from router.library.disk import require_room
from router.library.following import Following
from router.library.line import Line
from router.library.partial import Identity, Partial
from router.library.progress import Moved, Progress
from router.library.ranges import Answer, Interrupted, read_answer, request_headers
from router.library.sources import Found, SourceFailed, Unreachable

STREAMS = 4                     # requests at once: most servers allow six to a client, and one is left to others
AT_FIRST = 2                    # of them; each of the others joins in after another
NEXT_STREAM = 0.2               # seconds: a file that two bring so quickly only waits for more of them
SMALL = 16 << 20                # bytes of a file that is not worth more than one request
PART = 32 << 20                 # bytes of one request, at most: few requests, and the front moves on steadily
SMALLEST_PART = 4 << 20
PROGRESS = 64 << 10             # bytes that make a request worth its while; fewer count as a failure
ROOM_EVERY = 64 << 20           # bytes between two looks at the free space


class Streams:
    """One file on its way. Attribute `identity`: what is known of the file by now."""

    def __init__(self, connections: Connections, found: Found, partial: Partial, identity: Identity, line: Line,
                 following: Following, moved: Moved, *, heed_etag: bool = True) -> None:
        self.identity = identity if heed_etag and partial.finished.size else replace(identity, etag="")
        self._heed_etag = heed_etag
        self._connections = connections
        self._found = found
        self._partial = partial
        self._line = line
        self._following = following
        self._moved = moved
        self._progress = Progress(lambda *step: moved("fetching", *step), identity.size)
        self._claimed: dict[int, Stretch] = {}      # by stream: what it is fetching
        self._in_parts = asyncio.Event()            # the server serves parts, or there is nothing left to fetch
        self._ended = asyncio.Event()               # there is nothing left that nobody fetches
        self._begun = partial.finished.size > 0     # there are bytes that the next ones must belong to
        self._answered = False                      # this server is there and has the file
        self._came = time.monotonic()               # when the last byte came
        self._not_before = 0.0                      # a time that the server asked to wait for
        self._syncing: asyncio.Task[None] | None = None
        self._looked = partial.finished.size        # bytes there when the free space was looked at last

    async def run(self) -> None:
        """Bring every byte that is missing. Raises SourceFailed, UserFacingError, Changed or OSError."""
        self._progress.start_at(self._partial.finished.size)
        streams = [asyncio.create_task(self._stream(number)) for number in range(STREAMS)]
        try:
            await asyncio.wait(streams, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for stream in streams:
                stream.cancel()
            outcomes = await asyncio.gather(*streams, *([self._syncing] if self._syncing else []),
                                            return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        self._progress.end()

    # ── one stream ───────────────────────────────────────────────────────────────────────────────────────────────────
    async def _stream(self, number: int) -> None:
        """Fetch part after part until there is none left. The first stream finds out whether the others are of use."""
        if number:
            await self._in_parts.wait()
            if 0 < self.identity.size <= SMALL:
                return                      # one request brings it, and is tried again by itself
            await self._over(max(number - AT_FIRST + 1, 0) * NEXT_STREAM)
        failures = 0
        while (wanted := self._claim()) is not None:
            self._claimed[number] = wanted
            before = self._partial.finished.size
            try:
                await self._request(number, wanted)
                failures = 0
            except Interrupted as stumble:
                self._claimed.pop(number)
                failures = 0 if self._partial.finished.size - before >= PROGRESS else failures + 1
                await self._pause(stumble, failures)
            finally:
                self._claimed.pop(number, None)
        self._in_parts.set()
        self._ended.set()

    async def _over(self, seconds: float) -> None:
        """Returns when nothing is left to fetch, and after `seconds` at the latest."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), seconds)

    def _sync_if_due(self) -> None:
        """Beside the streams: whoever waited for the disk would leave the network's bytes in the kernel's hands."""
        if self._partial.sync_is_due and (self._syncing is None or self._syncing.done()):
            if self._syncing is not None:
                self._syncing.result()
            self._syncing = asyncio.create_task(self._partial.sync())

    def _claim(self) -> Stretch | None:
        """The next bytes that are missing and that no other stream fetches; an end of 0: as far as they go."""
        size, finished = self.identity.size, self._partial.finished
        if not size:
            return None if self._claimed else Stretch(finished.front, finished.front + SMALLEST_PART)
        gaps = finished.missing(0, size)
        for claim in self._claimed.values():
            gaps = [piece for gap in gaps for piece in (Stretch(gap.start, min(gap.end, claim.start)),
                                                        Stretch(max(gap.start, claim.end), gap.end))
                    if piece.start < piece.end]
        if not gaps:
            return None
        whole = size <= SMALL
        return gaps[0] if whole else Stretch(gaps[0].start, min(gaps[0].end, gaps[0].start + self._part()))

    def _part(self) -> int:
        """Bytes of one request: every stream gets a few of them also of a file that is not huge."""
        return max(SMALLEST_PART, min(PART, self.identity.size // (4 * STREAMS)))

    async def _request(self, number: int, wanted: Stretch) -> None:
        """One request and what it brings. Raises Interrupted when trying again may help."""
        await asyncio.sleep(max(self._not_before - time.monotonic(), 0.0))
        url, begun = self._found.url, self._begun
        try:
            asked = request_headers(wanted, self.identity, url, begun=begun)
            async with self._connections.get(url, {**self._found.headers, **asked}) as body:
                answer = read_answer(body.status, body.headers, wanted, self.identity, url)
                self._learn(number, answer)
                if answer.has_body:
                    await self._read(body, answer, wanted)
        except CannotConnect as error:
            raise self._unreachable(str(error)) from error
        except Broken as error:
            raise Interrupted(str(error)) from error
        except Unusable as error:
            raise SourceFailed("its address leads nowhere") from error

    def _learn(self, number: int, answer: Answer) -> None:
        """What the first lines of an answer tell of the file. Raises UserFacingError when there is no room for it."""
        before = self.identity.etag if self.identity.url == self._found.url else ""
        self.identity = replace(self.identity, size=answer.size or self.identity.size, url=self._found.url,
                                etag=(answer.etag or before) if self._heed_etag else "")
        self._begun = self._answered = True
        self._check_room()              # before the place is taken: a server may claim any size
        self._partial.note(self.identity)
        self._progress.total = self.identity.size
        if answer.in_parts:
            self._in_parts.set()
        elif answer.has_body:
            self._claimed[number] = Stretch(0, self.identity.size or 1 << 62)     # the whole file comes in this one

    async def _read(self, body: Body, answer: Answer, wanted: Stretch) -> None:
        """Write the body where it belongs. Never more than the size promised."""
        at, size = answer.start, self.identity.size
        async for chunk in body:
            if size and at + len(chunk) > size:
                raise SourceFailed("the server sent more than the file's size")
            self._partial.write(at, chunk)
            at += len(chunk)
            self._came = time.monotonic()
            self._progress.at(self._partial.finished.size)
            self._following.look()
            if self._partial.finished.size - self._looked >= ROOM_EVERY:
                self._check_room()
            self._sync_if_due()
            await self._line.bandwidth.spend(len(chunk))
        if not size and not answer.in_parts:            # only the end of the body told how long the file is
            self.identity = replace(self.identity, size=at)
        elif at < (size if not answer.in_parts else min(wanted.end or size, wanted.start + 1)):
            raise Interrupted("the connection ended too early")

    # ── when it does not work ────────────────────────────────────────────────────────────────────────────────────────
    def _check_room(self) -> None:
        folder = self._partial.path.parent
        self._looked = self._partial.finished.size
        require_room(max(self.identity.size - self._looked, 0), self._line.free(folder), folder)

    def _unreachable(self, words: str) -> Exception:
        """Nobody there: fatal before the first answer (another source is tried at once), a stumble in the middle."""
        text = f"the server {words}"
        return Interrupted(text) if self._answered else Unreachable(text)

    async def _pause(self, stumble: Interrupted, failures: int) -> None:
        """Wait before the next try, longer each time. Raises SourceFailed when it has been long enough."""
        patience = self._line.patience
        quiet = time.monotonic() - self._came
        enough = patience.trouble if stumble.trouble else patience.outage
        hopeless = not self._answered or quiet >= enough
        if stumble.wait > patience.longest_wait:
            raise SourceFailed(f"{stumble}, asks to wait {stumble.wait / 60:.0f} minutes") from stumble
        if failures >= patience.tries and hopeless:
            raise Unreachable(str(stumble)) from stumble
        seconds = min(patience.pause * 2 ** max(failures - 1, 0), patience.longest_pause)
        if stumble.wait:
            self._not_before = time.monotonic() + stumble.wait
        if not self._claimed and (failures > 1 or stumble.wait):
            self._moved("waiting", self._progress.done, self.identity.size, 0.0)
        await asyncio.sleep(max(seconds, stumble.wait))
