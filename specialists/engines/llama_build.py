"""What this installation's llama.cpp is and can: processor features, graphics card, known architectures. Asked of it.

Only for a process of its own (`specialists.probe`): the library is loaded, and its log is turned off for good.
"""

from __future__ import annotations

import ctypes
import struct
import tempfile
from importlib.metadata import version
from pathlib import Path

import llama_cpp.llama_cpp as llama

GPU = 1                         # enum ggml_backend_dev_type: a card with memory of its own
LONGEST_NAME = 200              # bytes of an architecture's name
NO_MODEL = ("unknown model architecture", "cannot be used as main model")     # src/llama-model.cpp


def facts() -> dict[str, str | bool | int]:
    """`version` of the binding, `gpu`, `gpu_memory` (bytes of all cards that have their own), `features` in words."""
    report = llama.llama_print_system_info().decode("utf-8", "replace")
    on = [name.strip() for name, _, value in (item.partition(" = ") for item in report.replace(":", "|").split("|"))
          if value.strip() == "1"]
    return {"version": version("llama-cpp-python"), "gpu": bool(llama.llama_supports_gpu_offload()),
            "gpu_memory": gpu_memory(), "features": ", ".join(on) or "no processor features"}


def gpu_memory() -> int:
    """Bytes, 0 without a card or where the library's parts cannot be reached (ggml-backend.h)."""
    library = llama._lib
    try:
        count, device, kind, memory = (library.ggml_backend_dev_count, library.ggml_backend_dev_get,
                                       library.ggml_backend_dev_type, library.ggml_backend_dev_memory)
    except AttributeError:
        return 0
    count.restype, device.restype, kind.restype = ctypes.c_size_t, ctypes.c_void_p, ctypes.c_int
    device.argtypes, kind.argtypes = [ctypes.c_size_t], [ctypes.c_void_p]
    memory.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_size_t), ctypes.POINTER(ctypes.c_size_t)]
    memory.restype = None
    llama.llama_backend_init()
    found = 0
    for number in range(count()):
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        if kind(device(number)) == GPU:
            memory(device(number), ctypes.byref(free), ctypes.byref(total))
            found += total.value
    return found


def knows(architecture: str) -> bool:
    """Can it open models of that architecture?

    llama.cpp has no list to ask for, so it is given a file that says nothing but the architecture. It cannot open that
    one either way; what it complains of tells.
    """
    log: list[bytes] = []
    hear = llama.llama_log_callback(lambda level, text, _: log.append(text))
    llama.llama_log_set(hear, ctypes.c_void_p())
    llama.llama_backend_init()
    parameters = llama.llama_model_default_params()
    parameters.vocab_only = True
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.gguf"
        path.write_bytes(_nothing_but(architecture.encode()[:LONGEST_NAME]))
        model = llama.llama_model_load_from_file(str(path).encode(), parameters)
    if model:
        llama.llama_model_free(model)
    said = b"".join(log).decode("utf-8", "replace")
    return not any(complaint in said for complaint in NO_MODEL)


def _nothing_but(architecture: bytes) -> bytes:
    """A GGUF file (version 3, no tensors) with one metadata entry, a text."""
    key = b"general.architecture"
    return (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", len(key)) + key
            + struct.pack("<IQ", 8, len(architecture)) + architecture)
