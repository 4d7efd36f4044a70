"""A GGUF model in llama.cpp: weights and vocabulary, and a context that writes or encodes. Beside `llama_build` the
only file that imports llama_cpp.

What the KV cache holds is mirrored as a list of tokens (`cached`). It knows no chat, no template, no process.

API: llama-cpp-python 0.3.36, `llama_cpp/llama_cpp.py`, whose comments are llama.cpp's `include/llama.h`.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections import deque
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

import llama_cpp.llama_cpp as llama
import numpy as np
import psutil
from numpy.typing import NDArray

from specialists.common_prefix import common_prefix
from specialists.engine import EngineError
from specialists.engines.abort_flag import AbortFlag
from specialists.engines.llama_sampling import SamplerChain
from specialists.gguf_header import GgufHeader
from specialists.wire import Failed, Load, Loading, Sampling

BATCH = 128                     # tokens read at once; larger reads hardly faster on a CPU and Stop gets slower
DEFAULT_CONTEXT = 4096          # tokens, when Load leaves it to us
ENCODER_CONTEXT = 512           # tokens at once in an encoder: what BERT-like models can take
CACHE = "f16 f16 swa_full"      # how the KV cache is kept, for whoever compares kept states
LIBRARY = version("llama-cpp-python")
TEXTS_AT_ONCE = 16              # short texts that share one run of an encoder
LOG_LINES = 40
DEBUG, CONTINUED = 1, 5         # enum ggml_log_level in ggml.h (the binding's comment has an older one)
PROGRESS_STEP = 0.01            # of a load; more frames would tell nobody anything


class Weights:
    """The loaded weights and their vocabulary. Raises EngineError when there is no loading them."""

    _deaf = llama.llama_log_callback(lambda level, text, _: None)       # after close; lives as long as the library

    def __init__(self, load: Load, header: GgufHeader, tell: Callable[[Loading], None]) -> None:
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        self._heard = DEBUG
        self._on_log = llama.llama_log_callback(self._hear)         # kept: the library holds only the address
        llama.llama_log_set(self._on_log, ctypes.c_void_p())
        llama.llama_backend_init()
        self._context: Any = None
        self._model = self._load_weights(load, header, tell)
        self._vocabulary = llama.llama_model_get_vocab(self._model)
        self._data: dict[int, bytes] = {}
        self.parameters = int(llama.llama_model_n_params(self._model))
        add_begin = llama.llama_vocab_get_add_bos(self._vocabulary)
        begin, end = llama.llama_vocab_bos(self._vocabulary), llama.llama_vocab_eos(self._vocabulary)
        self.begin: int | None = begin if add_begin and begin >= 0 else None
        self.bos_text, self.eos_text = self._written(begin), self._written(end)

    # ── loading ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def _load_weights(self, load: Load, header: GgufHeader, tell: Callable[[Loading], None]) -> Any:
        told = 0.0

        def progress(fraction: float, _: Any) -> bool:
            nonlocal told
            if fraction - told >= PROGRESS_STEP or fraction >= 1.0:
                told = fraction
                tell(Loading(fraction))
            return True

        parameters = llama.llama_model_default_params()
        on_progress = llama.llama_progress_callback(progress)
        parameters.progress_callback = on_progress
        parameters.n_gpu_layers = load.gpu_layers
        if header.rearranged and not (load.gpu_layers and llama.llama_supports_gpu_offload()):
            # A mapped file would stay in memory beside the weights that were rearranged from it.
            parameters.load_mode = llama.LLAMA_LOAD_MODE_NONE
        model = llama.llama_model_load_from_file(os.fsencode(load.path), parameters)
        if not model:
            raise self._loading_failed()
        layers = int(llama.llama_model_n_layer(model)) + 1         # llama.cpp counts the output as one more
        offload = llama.llama_supports_gpu_offload()
        self.gpu_layers = (layers if load.gpu_layers < 0 else min(load.gpu_layers, layers)) if offload else 0
        return model

    def _loading_failed(self) -> EngineError:
        log = self.log
        if "unknown model architecture" in log or "unknown pre-tokenizer" in log or "unsupported" in log:
            return EngineError(Failed("", "unsupported", log))
        if "unable to allocate" in log or "failed to allocate" in log or "out of memory" in log:
            return EngineError(Failed("", "no_memory", log))
        return EngineError(Failed("", "bad_model", log))

    @property
    def log(self) -> str:
        """The last lines the library wrote."""
        return "".join(self._log)

    def _hear(self, level: int, text: bytes, _: Any) -> None:
        self._heard = self._heard if level == CONTINUED else level
        if self._heard != DEBUG:
            self._log.append(text.decode("utf-8", "replace"))

    def close(self) -> None:
        """Free everything. Twice is no harm."""
        if self._context:
            llama.llama_free(self._context)
        if self._model:
            llama.llama_model_free(self._model)
        self._context = self._model = None
        llama.llama_log_set(self._deaf, ctypes.c_void_p())

    # ── the vocabulary (specialists.prompt_tokens.Vocabulary) ───────────────────────────────────────────────────────
    def tokens(self, text: str, control: bool) -> list[int]:
        """The text's tokens, without begin or end tokens. Lone surrogates become question marks."""
        data = text.encode("utf-8", "replace")
        if not data:
            return []
        most = len(data) + 16
        buffer = (llama.llama_token * most)()
        count = llama.llama_tokenize(self._vocabulary, data, len(data), buffer, most, False, control)
        if count < 0:
            raise RuntimeError(f"a text of {len(data)} bytes gave {-count} tokens")
        return buffer[:count]

    def control_text(self, token: int) -> str:
        """How a control token is written; empty for every other token."""
        return self._written(token) if llama.llama_vocab_is_control(self._vocabulary, token) else ""

    def eats_space(self, token: int) -> tuple[bool, bool]:
        """Does a control token swallow the white space before it, after it? (Phi 3's do.)"""
        attributes = llama.llama_vocab_get_attr(self._vocabulary, token)
        return bool(attributes & llama.LLAMA_TOKEN_ATTR_LSTRIP), bool(attributes & llama.LLAMA_TOKEN_ATTR_RSTRIP)

    def data(self, token: int) -> bytes:
        """The bytes a token stands for; control tokens are nothing."""
        known = self._data.get(token)
        if known is None:
            buffer = ctypes.create_string_buffer(256)
            length = llama.llama_token_to_piece(self._vocabulary, token, buffer, len(buffer), 0, False)
            if length < 0:
                buffer = ctypes.create_string_buffer(-length)
                length = llama.llama_token_to_piece(self._vocabulary, token, buffer, len(buffer), 0, False)
            known = self._data[token] = buffer.raw[:max(0, length)]
        return known

    def ends(self, token: int) -> bool:
        """Is it one of the tokens that end an answer?"""
        return bool(llama.llama_vocab_is_eog(self._vocabulary, token))

    def _written(self, token: int) -> str:
        text = llama.llama_vocab_get_text(self._vocabulary, token) if token >= 0 else b""
        return (text or b"").decode("utf-8", "replace")


class Model(Weights):
    """A model that writes: the weights and one context with its KV cache. Raises EngineError."""

    def __init__(self, load: Load, header: GgufHeader, tell: Callable[[Loading], None]) -> None:
        super().__init__(load, header, tell)
        self.abort = AbortFlag()
        try:
            self._context = self._make_context(load, header)
            if load.adapter:
                self._attach(load)
        except BaseException:
            self.close()
            raise
        self._memory = llama.llama_get_memory(self._context)
        self._batch = (llama.llama_token * BATCH)()
        self.cached: list[int] = []
        """The tokens in the KV cache, in order."""
        self.context_size = int(llama.llama_n_ctx(self._context))
        self._window = int(llama.llama_model_n_swa(self._model))
        self._shortest = 0              # the cache cannot be cut to fewer tokens
        self.whole_only = bool(self._window or llama.llama_model_is_recurrent(self._model)
                               or llama.llama_model_is_hybrid(self._model))

    def _make_context(self, load: Load, header: GgufHeader) -> Any:
        self.threads = load.threads or physical_cores()
        parameters = llama.llama_context_default_params()
        parameters.n_ctx = load.context or min(header.context_length or DEFAULT_CONTEXT, DEFAULT_CONTEXT)
        parameters.n_batch = parameters.n_ubatch = BATCH
        parameters.n_threads = parameters.n_threads_batch = self.threads
        parameters.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_AUTO
        parameters.swa_full = True      # else a sliding-window model forgets what a follow-up would reuse
        parameters.abort_callback = self.abort.callback(llama.ggml_abort_callback)
        parameters.abort_callback_data = self.abort.data
        context = llama.llama_init_from_model(self._model, parameters)
        if not context:
            raise EngineError(Failed("", "no_memory", self.log))
        if not llama.llama_get_memory(context) or llama.llama_model_has_encoder(self._model):
            llama.llama_free(context)
            raise EngineError(Failed("", "unsupported", f"a {header.architecture} model writes no text"))
        return context

    def _attach(self, load: Load) -> None:
        """Have the context compute with the LoRA adapter. It is freed with the model (llama.h)."""
        adapter = llama.llama_adapter_lora_init(self._model, os.fsencode(load.adapter))
        if not adapter:
            sentence = "Its adapter does not fit the model it is attached to: the shapes are others."
            raise EngineError(Failed("", "bad_model", self.log, sentence=sentence))
        adapters = (llama.llama_adapter_lora_p_ctypes * 1)(adapter)
        if llama.llama_set_adapters_lora(self._context, adapters, 1, (ctypes.c_float * 1)(load.adapter_scale)):
            raise EngineError(Failed("", "internal", self.log))

    # ── evaluating ──────────────────────────────────────────────────────────────────────────────────────────────────
    def keep(self, tokens: list[int]) -> int:
        """Make the KV cache hold the longest useful beginning of `tokens`; returns its length.

        At least the last token is evaluated anew: its logits are what the answer starts from.
        """
        return self.cut(min(common_prefix(tokens, self.cached), len(tokens) - 1))

    def evaluate(self, tokens: list[int]) -> bool:
        """Run the model over at most BATCH tokens after those in the cache. False when it was aborted.

        Raises RuntimeError when llama.cpp fails; the cache is empty then.
        """
        self._batch[:len(tokens)] = tokens  # type: ignore[assignment]  # ctypes takes plain numbers
        result = llama.llama_decode(self._context, llama.llama_batch_get_one(self._batch, len(tokens)))
        if result == 0:
            self.cached += tokens
            return True
        if result == 2:
            self.cut(len(self.cached))         # parts of the batch may be in the cache
            return False
        self.cut(0)
        raise RuntimeError(f"llama_decode gave {result}\n{self.log}")

    def cut(self, length: int) -> int:
        """Keep only the first `length` tokens; fewer where the model's memory cannot be cut (recurrent ones)."""
        if length < self._shortest or not llama.llama_memory_seq_rm(self._memory, 0, length, -1):
            llama.llama_memory_clear(self._memory, True)
            length = self._shortest = 0
        del self.cached[length:]
        return length

    # ── its state as bytes (specialists.paging.Resumable) ───────────────────────────────────────────────────────────
    def state(self) -> bytearray | None:
        """The KV cache; None where the library does not hold what `cached` says, or cannot give it."""
        if llama.llama_memory_seq_pos_max(self._memory, 0) != len(self.cached) - 1:
            return None
        size = int(llama.llama_state_seq_get_size(self._context, 0))
        state = bytearray(size)
        got = llama.llama_state_seq_get_data(self._context, (ctypes.c_uint8 * size).from_buffer(state), size, 0)
        return state if got == size > 0 else None

    def restore(self, state: bytearray, tokens: Sequence[int]) -> bool:
        """Have `state`, which holds `tokens`, as the cache. False, with an empty cache, when llama.cpp refuses it.

        Of a sliding window a state holds only the window's tokens: the cache cannot be cut back behind them then.
        """
        self.cut(0)
        size = len(state)
        used = llama.llama_state_seq_set_data(self._context, (ctypes.c_uint8 * size).from_buffer(state), size, 0)
        first = llama.llama_memory_seq_pos_min(self._memory, 0)
        self.cached = list(tokens)
        if used != size or llama.llama_memory_seq_pos_max(self._memory, 0) != len(tokens) - 1:
            llama.llama_memory_clear(self._memory, True)
            self.cached = []
            return False
        self._shortest = first + self._window if first > 0 else 0
        return True

    def logits(self) -> NDArray[np.float32]:
        """Of the token after those in the cache, right after `evaluate`, until the next one. (vocabulary,)"""
        size = int(llama.llama_vocab_n_tokens(self._vocabulary))
        return np.ctypeslib.as_array(llama.llama_get_logits_ith(self._context, -1), (size,))

    def sampler(self, sampling: Sampling, request: str, grammar: str = "") -> SamplerChain:
        """A new chain as `sampling` says, which keeps to `grammar` (GBNF with a rule `root`, llama.cpp's grammars).

        Raises EngineError for values that llama.cpp would abort on, and for a grammar that it cannot read.
        """
        if not (sampling.repeat_penalty > 0 and sampling.temperature >= 0):
            raise EngineError(Failed(request, "bad_request", f"impossible sampling settings: {sampling}"))
        rules = llama.llama_sampler_init_grammar(self._vocabulary, grammar.encode(), b"root") if grammar else None
        if grammar and not rules:
            raise EngineError(Failed(request, "bad_request", "the grammar cannot be read"))
        return SamplerChain(llama, sampling, self._context, int(llama.llama_vocab_n_tokens(self._vocabulary)), rules)


class EncoderModel(Weights):
    """A model that makes one vector of a text: the weights and a context without a KV cache. Raises EngineError.

    Pooling is what the file says, the mean where it says nothing (llama.h, enum llama_pooling_type).
    """

    def __init__(self, load: Load, header: GgufHeader, tell: Callable[[Loading], None]) -> None:
        super().__init__(load, header, tell)
        self.threads = load.threads or 1
        self.context_size = min(load.context or ENCODER_CONTEXT, header.context_length or ENCODER_CONTEXT,
                                ENCODER_CONTEXT)
        try:
            self._context = self._make_context(header)
        except BaseException:
            self.close()
            raise
        self._batch = llama.llama_batch_init(self.context_size, 0, 1)
        self._width = int(llama.llama_model_n_embd(self._model))
        separator, end = llama.llama_vocab_sep(self._vocabulary), llama.llama_vocab_eos(self._vocabulary)
        self.end: int | None = (separator if llama.llama_vocab_get_add_sep(self._vocabulary) and separator >= 0 else
                                end if llama.llama_vocab_get_add_eos(self._vocabulary) and end >= 0 else None)

    def _make_context(self, header: GgufHeader) -> Any:
        parameters = llama.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = self.context_size
        parameters.n_seq_max = TEXTS_AT_ONCE
        parameters.n_threads = parameters.n_threads_batch = self.threads
        parameters.embeddings = True
        context = llama.llama_init_from_model(self._model, parameters)
        if context and llama.llama_pooling_type(context) == llama.LLAMA_POOLING_TYPE_NONE:
            llama.llama_free(context)
            parameters.pooling_type = llama.LLAMA_POOLING_TYPE_MEAN
            context = llama.llama_init_from_model(self._model, parameters)
        if not context:
            raise EngineError(Failed("", "no_memory", self.log))
        if llama.llama_get_memory(context) or llama.llama_pooling_type(context) == llama.LLAMA_POOLING_TYPE_RANK:
            llama.llama_free(context)
            raise EngineError(Failed("", "unsupported", f"a {header.architecture} model makes no vectors of texts"))
        return context

    def encode(self, texts: list[list[int]]) -> list[list[float]]:
        """The pooled vector of each text (texts, width), as the model makes it; not of length one.

        At most TEXTS_AT_ONCE texts, none empty, of at most `context_size` tokens together. Raises RuntimeError.
        """
        batch = self._batch
        places = [(text, place, token) for text, tokens in enumerate(texts) for place, token in enumerate(tokens)]
        for index, (text, place, token) in enumerate(places):
            batch.token[index], batch.pos[index], batch.logits[index] = token, place, True
            batch.n_seq_id[index], batch.seq_id[index][0] = 1, text
        batch.n_tokens = len(places)
        result = llama.llama_encode(self._context, batch)
        if result:
            raise RuntimeError(f"llama_encode gave {result}\n{self.log}")
        return [llama.llama_get_embeddings_seq(self._context, text)[:self._width] for text in range(len(texts))]

    def close(self) -> None:
        """Free everything. Twice is no harm."""
        if self._context:
            llama.llama_batch_free(self._batch)
        super().close()


def physical_cores() -> int:
    """Cores this process may use, without hyper-threads: more threads make llama.cpp slower."""
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    return min(cores, len(os.sched_getaffinity(0))) if sys.platform == "linux" else cores
