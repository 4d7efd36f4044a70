"""The order in which models are fetched, and what became of each: `downloads.json`, replaced at every change.

It outlives quitting, a crash and a power cut. It does not fetch (`router.installing` does), and who runs at the moment
is not written: an order that ran is one that waits.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec

from router.library.durable import write_durably

FILE = "downloads.json"
MOST = 1000             # orders; a file with more was not written by us
log = logging.getLogger("consort.installing")


@dataclass(frozen=True)
class Order:
    """One model that a person wants. name: as it was ordered, with its quantisation, if it was named.

    in_window: ordered where a window shows it and can stop it; only such an order goes on by itself after a restart.
    error, hint: why it is paused or failed, where it was not the person who paused it.
    """

    specialist: str
    name: str
    source: Literal["", "hub", "index"] = ""
    agreed: bool = False
    in_window: bool = False
    state: Literal["waiting", "paused", "failed"] = "waiting"
    error: str = ""
    hint: str = ""


class InstallQueue:
    """The orders of one data folder, the next one first. Without a `path` it is forgotten at the end."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._orders = _read(path) if path is not None else []

    def orders(self) -> tuple[Order, ...]:
        """All of them, in their order."""
        return tuple(self._orders)

    def get(self, specialist: str) -> Order | None:
        """The order for that specialist, if there is one."""
        return next((one for one in self._orders if one.specialist == specialist), None)

    def put(self, order: Order) -> None:
        """At the end; or in the place of the order for the same specialist."""
        if self.get(order.specialist) is None:
            self._orders.append(order)
        else:
            self._orders = [order if one.specialist == order.specialist else one for one in self._orders]
        self._write()

    def change(self, specialist: str, state: Literal["waiting", "paused", "failed"], error: str = "",
               hint: str = "") -> None:
        """What became of the order, if there is one."""
        order = self.get(specialist)
        if order is not None:
            self.put(replace(order, state=state, error=error, hint=hint))

    def move(self, specialist: str, place: int) -> None:
        """To `place`, 0 is the first; a place behind the last one is the last."""
        order = self.get(specialist)
        if order is not None:
            self._orders.remove(order)
            self._orders.insert(max(place, 0), order)
            self._write()

    def drop(self, specialist: str) -> None:
        """It is done, or no longer wanted."""
        kept = [one for one in self._orders if one.specialist != specialist]
        if len(kept) < len(self._orders):
            self._orders = kept
            self._write()

    def _write(self) -> None:
        if self._path is None:
            return
        try:
            write_durably(self._path, msgspec.json.format(msgspec.json.encode(self._orders)))
        except OSError as error:        # a full disk: the order holds as long as Consort runs
            log.warning("the queue of downloads could not be written: %s", error)


def _read(path: Path) -> list[Order]:
    """The orders that were written; nothing where there are none or they make no sense (the bytes fetched stay)."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=list[Order])
    except FileNotFoundError:
        return []
    except (OSError, msgspec.DecodeError) as error:
        log.warning("%s cannot be read and is not used: %s", path, error)
        return []
    return list({one.specialist: one for one in found[:MOST]}.values())
