"""How the next token is drawn, as a chain of llama.cpp's own samplers. The library is passed in (one door)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specialists.wire import Sampling

PENALTY_WINDOW = 64             # tokens that repeat_penalty looks back on (llama.cpp's default)
RANDOM_SEED = 0xFFFFFFFF        # LLAMA_DEFAULT_SEED: llama.cpp draws one


class SamplerChain:
    """llama.cpp's sampler chain: grammar, penalties, top_k, top_p, min_p, temperature and a draw; greedy at 0.

    The grammar comes first, so that nothing behind it can choose a token that it forbids (llama.cpp would abort then).
    """

    def __init__(self, llama: Any, sampling: Sampling, context: Any, vocabulary: int, grammar: Any = None) -> None:
        """vocabulary: its size; grammar: a sampler of llama.cpp's, which the chain owns from here, or None."""
        self._llama, self._context = llama, context
        self._chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
        links = [grammar] if grammar else []
        links += [llama.llama_sampler_init_penalties(vocabulary, PENALTY_WINDOW, sampling.repeat_penalty, 0.0, 0.0)]
        if sampling.temperature == 0:
            links.append(llama.llama_sampler_init_greedy())
        else:
            seed = RANDOM_SEED if sampling.seed is None else sampling.seed & RANDOM_SEED
            links += [llama.llama_sampler_init_top_k(sampling.top_k),
                      llama.llama_sampler_init_top_p(sampling.top_p, 1),
                      llama.llama_sampler_init_min_p(sampling.min_p, 1),
                      llama.llama_sampler_init_temp(sampling.temperature),
                      llama.llama_sampler_init_dist(seed)]
        for link in links:
            llama.llama_sampler_chain_add(self._chain, link)        # the chain owns it from here

    def __enter__(self) -> Callable[[], int]:
        return self._next

    def __exit__(self, *_: object) -> None:
        self._llama.llama_sampler_free(self._chain)

    def _next(self) -> int:
        """Draw the next token and let the penalties know."""
        return int(self._llama.llama_sampler_sample(self._chain, self._context, -1))
