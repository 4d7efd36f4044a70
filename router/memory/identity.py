"""Ids that sort by the time they were made. Knows no table; order in the database is by row, never by clock."""

from __future__ import annotations

import secrets
import time


def new_id() -> str:
    """32 hexadecimal digits: 48 bits of milliseconds since the epoch, then 80 random bits.

    The layout of a UUID of version 7 (RFC 9562, section 5.7) without its version and variant bits.
    """
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
