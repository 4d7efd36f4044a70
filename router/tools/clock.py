"""The tool `clock`: what time and day it is, here or elsewhere, and days counted. Reads only the computer's clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta

from router.tools.results import ToolResult, said
from router.tools.tool import Tool, tool

Zone = Annotated[str, Meta(max_length=64, description="time zone such as Europe/Berlin; empty: here")]
Days = Annotated[int, Meta(ge=-3_000_000, le=3_000_000, description="so many days after that day")]
Day = Annotated[str, Meta(max_length=10, description="a day as YYYY-MM-DD")]


def _here() -> datetime:
    return datetime.now().astimezone()


def clock_tool(now: Callable[[], datetime] = _here) -> Tool:
    """now: the time here, with its zone."""
    @tool("clock")
    def clock(zone: Zone = "", add_days: Days = 0, until: Day = "") -> ToolResult:
        """The current date, weekday and time, here or in a time zone; with add_days the date so many days later or
        earlier; with until the number of days to that day."""
        try:
            moment = now().astimezone(ZoneInfo(zone)) if zone else now()
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return said(f"There is no time zone called “{zone}”; one is called Europe/Berlin.", "failed")
        try:
            if until:
                days = (date.fromisoformat(until) - moment.date()).days
                return said(f"From {moment:%Y-%m-%d} to {until} it is {days} {'day' if abs(days) == 1 else 'days'}.")
            if add_days:
                day = moment.date() + timedelta(days=add_days)
                return said(f"{day.isoformat()}, {day:%A}, week {day.isocalendar().week}")
        except (ValueError, OverflowError):
            return said("That day is in no calendar; days are written as 2026-01-31, years from 1 to 9999.", "failed")
        return said(f"{moment:%Y-%m-%d %H:%M:%S}, {moment:%A}, week {moment.isocalendar().week}, "
                    f"time zone {zone or moment.tzname() or 'local'} (UTC{moment:%z})")
    return clock
