"""The process that calculates: one expression in, one answer out, under limits of time and memory.

Started by `calculator` as a program. The limits are the kernel's where it has them (not on Windows); there the parent's
patience ends it.
"""

from __future__ import annotations

import contextlib
import sys

import msgspec

CPU_SECONDS = 8
MEMORY_BYTES = 1 << 30


def main() -> None:
    """Read a JSON string from stdin, write `["ok" | "failed", sentence]`."""
    _limit()
    from router.tools.expressions import CannotCalculate, evaluate

    try:
        answer = ("ok", evaluate(msgspec.json.decode(sys.stdin.buffer.read(), type=str)))
    except CannotCalculate as error:
        answer = ("failed", str(error))
    except (MemoryError, RecursionError, OverflowError):
        answer = ("failed", "That is too much to calculate here.")
    except Exception as error:          # whatever the library raises over strange mathematics
        answer = ("failed", f"That cannot be calculated ({type(error).__name__}).")
    sys.stdout.buffer.write(msgspec.json.encode(answer))


def _limit() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main()
