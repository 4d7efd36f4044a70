"""Repositories of the Hub that are known as specialists: `models/adopted.json`, so that an install goes on later.

Only the newest are kept. A file that cannot be read costs nothing but a new look at the Hub.
"""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from router.library.durable import write_durably
from router.library.manifest_rules import complaint_about
from specialists.manifest import Manifest

MOST = 64
log = logging.getLogger("consort.library")


def read_adopted(path: Path) -> dict[str, Manifest]:
    """Id → manifest, the newest last; those that make no sense are left out."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=list[Manifest])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        log.warning("%s cannot be read and is not used: %s", path, error)
        return {}
    return {one.id: one for one in found if not complaint_about(one)}


def write_adopted(path: Path, adopted: dict[str, Manifest]) -> None:
    """Replace the list; only the newest MOST of `adopted` are written. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, msgspec.json.encode(list(adopted.values())[-MOST:]))
