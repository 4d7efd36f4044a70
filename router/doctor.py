"""What works on this computer and what does not, each with the remedy: the checks behind `consort doctor`.

It looks and tells; it repairs nothing. The model engine is asked in a process of its own, because loading it here would
put its library into the router.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

from router.fleet.fleet import Fleet
from router.machine import Machine
from router.memory.store import Store
from router.roster import Roster
from router.views import Check

PROBE_SECONDS = 30.0
ENOUGH_DISK = 2_000_000_000
ENOUGH_MEMORY = 1_000_000_000


async def examine(folder: Path, machine: Machine, roster: Roster, fleet: Fleet, store: Store) -> tuple[Check, ...]:
    """All checks, the most basic first."""
    return (
        *_check_machine(machine, fleet), await _check_engine(), _check_folder(folder), _check_history(store),
        _check_specialists(roster), *_check_files(roster), _check_loaded(fleet),
    )


def _check_machine(machine: Machine, fleet: Fleet) -> tuple[Check, ...]:
    free = machine.memory_available()
    return (
        Check("Computer", True, f"{machine.platform}, {machine.physical_cores} cores, "
                                f"Python {sys.version_info.major}.{sys.version_info.minor}"),
        Check("Memory", free > ENOUGH_MEMORY, f"{free / 1e9:.1f} of {machine.memory_total / 1e9:.1f} GB free; "
              f"models may use {fleet.budget_bytes / 1e9:.1f} GB",
              "" if free > ENOUGH_MEMORY else "Close other programs, or use a smaller specialist."),
    )


async def _check_engine() -> Check:
    """Loads llama.cpp in a child and asks what it was built with."""
    remedy = "Set Consort up again: python3 packaging/develop.py setup"
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "specialists.probe", stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        out, trouble = await asyncio.wait_for(child.communicate(), PROBE_SECONDS)
        found = json.loads(out.splitlines()[-1])
    except TimeoutError:
        child.kill()
        await child.wait()
        return Check("Model engine", False, "llama.cpp did not answer.", remedy)
    except (OSError, ValueError, IndexError):
        last = trouble.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
        return Check("Model engine", False, f"llama.cpp could not be loaded ({last[0]}).", remedy)
    where = "GPU and CPU" if found["gpu"] else "CPU only"
    return Check("Model engine", True, f"llama-cpp-python {found['version']}, {where}; {found['features']}")


def _check_folder(folder: Path) -> Check:
    try:
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"consort")
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Check("Data folder", False, f"{folder} cannot be written to ({error.strerror}).",
                     "Make room, make it writable, or choose another with --data-dir.")
    return Check("Data folder", free > ENOUGH_DISK, f"{folder}, {free / 1e9:.1f} GB free on its disk",
                 "" if free > ENOUGH_DISK else "Make room: models need one to several GB each.")


def _check_history(store: Store) -> Check:
    if not store.is_whole():
        return Check("History", False, "The database is damaged.",
                     "Start Consort again: it keeps the damaged file and restores the newest backup.")
    return Check("History", True, f"{len(store.conversations())} conversations, the database is whole")


def _check_specialists(roster: Roster) -> Check:
    names = [one.name for one in roster.answerers()]
    starter = roster.starter()
    return Check("Specialists", bool(names), ", ".join(names) or "none is installed yet",
                 "" if names else f"Install the starter: consort install {starter.id}")


def _check_files(roster: Roster) -> tuple[Check, ...]:
    """A line for each model whose file is not as it was installed; one line when all are."""
    lost = tuple(Check("Model files", False, one.text, one.hint) for one in roster.losses())
    return lost or (Check("Model files", True, "all are where they were, as large as they were"),)


def _check_loaded(fleet: Fleet) -> Check:
    residents = fleet.residents()
    names = [f"{one.id} ({one.bytes / 1e9:.2f} GB)" for one in residents]
    return Check("In memory", True, ", ".join(names) or "no model")
