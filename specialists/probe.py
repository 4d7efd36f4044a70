"""Questions that are answered in a process of their own, as one JSON line, because the answer may end it.

    python -m specialists.probe                       what the model engine of this installation was built with
    python -m specialists.probe header PATH [SIZE]    what the model file at PATH says of itself; SIZE: of the whole
                                                      file, if only its beginning is at PATH
    python -m specialists.probe knows ARCHITECTURE    can the model engine open models of that architecture?

A library that cannot be loaded, or a file made to break its reader, fails here and nowhere else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict


def main(arguments: Sequence[str] = ()) -> int:
    """Print the answer; the exit code is 1 when the file is no sound model. Raises what importing the engine raises."""
    if arguments[:1] == ["header"] and len(arguments) in (2, 3):
        return _header(arguments[1], int(arguments[2]) if len(arguments) == 3 else 0)
    from specialists.engines import llama_build

    knows = arguments[:1] == ["knows"] and len(arguments) == 2
    print(json.dumps({"knows": llama_build.knows(arguments[1])} if knows else llama_build.facts()))
    return 0


def _header(path: str, size: int) -> int:
    from specialists.gguf_header import BrokenModel, NeedsMore, read_header

    try:
        header = asdict(read_header(path, size))
    except NeedsMore as more:
        print(json.dumps({"until": more.until}))
        return 0
    except BrokenModel as error:
        print(error, file=sys.stderr)
        return 1
    # Up to half a megabyte, and nobody outside a worker may use it.
    header["has_template"] = bool(header.pop("chat_template"))
    print(json.dumps(header))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
