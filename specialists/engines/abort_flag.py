"""Stopping llama.cpp in the middle of a batch without slowing it down. Knows nothing of models.

llama.cpp asks its abort callback, `bool (*)(void *data)`, before every node of the graph: some thousand times per
token. A Python callback would cost about 1 µs and the interpreter lock each time. The C library's `strlen` has the same
shape: given the address of a text it says 0 ("go on") for an empty one and 1 for one character. So the flag is a text
in memory, and Python only has to write a byte into it.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

LOOK = 0.01                     # seconds between two looks at Stop while C code runs


class AbortFlag:
    """Up or down; C code sees it through `callback` and `data`, which stay valid as long as this object lives."""

    def __init__(self) -> None:
        self._text = ctypes.create_string_buffer(2)
        self._library = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)

    @property
    def data(self) -> ctypes.c_void_p:
        """What the callback is given."""
        return ctypes.cast(self._text, ctypes.c_void_p)

    def callback(self, kind: Any) -> Any:
        """`strlen` as the callback type `kind`."""
        return ctypes.cast(self._library.strlen, kind)

    @contextmanager
    def watching(self, stopped: Callable[[], bool]) -> Iterator[None]:
        """Raise the flag within LOOK seconds of `stopped` becoming true; it is down again afterwards."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(LOOK):
                if stopped():
                    self._text[0] = b"!"
                    return

        thread = threading.Thread(target=watch, name="abort-watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            self._text[0] = b"\0"
