"""Opening an ONNX model. The only door to onnxruntime; it knows no particular model.

One thread, and no waiting in a loop for the next piece of work: the other cores belong to the model that writes.
"""

from __future__ import annotations

from typing import Any

from specialists.engine import EngineError
from specialists.wire import Failed


def open_session(path: str, threads: int = 1) -> Any:
    """An `onnxruntime.InferenceSession` on the CPU. Raises EngineError: bad_model or no_memory."""
    import onnxruntime

    onnxruntime.disable_telemetry_events()      # Windows builds have some
    onnxruntime.set_default_logger_severity(4)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False        # it would keep what the longest clause took, for ever
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:      # its own exceptions share no class
        code = "no_memory" if "alloc" in str(error).lower() else "bad_model"
        raise EngineError(Failed("", code, str(error)[:1000])) from error   # type: ignore[arg-type]
