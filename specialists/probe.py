"""Questions that are answered in a process of their own, as one JSON line, because the answer may end it.

    python -m specialists.probe                 what the model engine of this installation was built with
    python -m specialists.probe header PATH     what the model file at PATH says of itself

A library that cannot be loaded, or a file made to break its reader, fails here and nowhere else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict


def main(arguments: Sequence[str] = ()) -> int:
    """Print the answer; the exit code is 1 when the file is no sound model. Raises what importing the engine raises."""
    if arguments[:1] == ["header"] and len(arguments) == 2:
        return _header(arguments[1])
    from specialists.engines import llama_model as llama

    print(json.dumps(llama.build_facts()))
    return 0


def _header(path: str) -> int:
    from specialists.gguf_header import BrokenModel, read_header

    try:
        header = asdict(read_header(path))
    except BrokenModel as error:
        print(error, file=sys.stderr)
        return 1
    del header["chat_template"]         # up to half a megabyte, and nobody outside a worker may use it
    print(json.dumps(header))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
