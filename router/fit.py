"""Would a model run here, and how well? From its shape and what this computer has, in the person's terms. Pure.

A model larger than what models may take here is refused by the fleet, so that is “no”, even where the computer has
more. With a graphics card weights and cache lie there as far as they fit, layer by layer; the processor does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from router.fleet.footprint import PROCESS, Shape, footprint
from router.library.disk import gigabytes
from router.model_views import FitView

SHORTEST_CONTEXT = 1024         # tokens; less is no use to anybody
CARD_SHARE = 0.9                # of a graphics card's memory; the rest is its driver's and the screen's
CARD_EXTRA = 400_000_000        # bytes the engine takes there beside weights and cache


@dataclass(frozen=True)
class Memory:
    """Bytes. budget: what models may take. free: what could be had now, what idle models hold included. total: of the
    computer. card: of its graphics cards, as far as the engine can use them."""

    budget: int
    free: int
    total: int
    card: int = 0


def fit(shape: Shape, context: int, memory: Memory, *, exact: bool) -> FitView:
    """Does it fit with `context` tokens? exact: `shape` is from the model's own header."""
    if not shape.file_bytes:
        return FitView(context=context, sentence="How large this model is will be known when it is installed.")
    needed = footprint(shape, context)
    view = FitView(needed=needed, context=context, exact=exact)
    says = f"This model needs {'' if exact else 'about '}{gigabytes(needed)}"
    if memory.card:
        on_card, room = bytes_on_card(shape, context), int(memory.card * CARD_SHARE)
        if on_card <= room:
            return replace(view, level="fits", needed=on_card, available=room, sentence=(
                f"This model needs {'' if exact else 'about '}{gigabytes(on_card)}; the graphics card has "
                f"{gigabytes(memory.card)}."))
        if on_card - room + PROCESS <= min(memory.budget, memory.free):
            return replace(view, level="partly", needed=on_card, available=room + memory.budget, sentence=(
                f"{says}; {gigabytes(room)} of it fit on the graphics card, and the processor does the rest, slower."))
    if needed > memory.budget:
        return _too_large(view, says, shape, memory)
    if needed > memory.free:
        return replace(view, level="tight", available=memory.free, sentence=(
            f"{says}; only {gigabytes(memory.free)} are free now. Close other programs before you ask it."))
    return replace(view, level="fits", available=min(memory.budget, memory.free),
                   sentence=f"{says}; {gigabytes(min(memory.budget, memory.free))} are free.")


def _too_large(view: FitView, says: str, shape: Shape, memory: Memory) -> FitView:
    """Never, or with a shorter context."""
    shorter = longest_context(shape, view.context, memory.budget)
    view = replace(view, available=memory.budget)
    if shorter:
        return replace(view, level="tight", sentence=(
            f"{says} with {view.context:,} tokens of context, and models may take {gigabytes(memory.budget)} here. "
            f"With {shorter:,} tokens it fits: its settings say how many."))
    return replace(view, level="no", sentence=(
        f"{says}; models may take {gigabytes(memory.budget)} of the {gigabytes(memory.total)} here."))


def longest_context(shape: Shape, context: int, budget: int) -> int:
    """The longest context below `context` that fits, by halves and in whole kilobytes of tokens; 0 when none does."""
    while context > SHORTEST_CONTEXT:
        context = max(SHORTEST_CONTEXT, context // 2)
        if footprint(shape, context) <= budget:
            return context
    return 0


def bytes_on_card(shape: Shape, context: int) -> int:
    """What it takes on a graphics card with all layers there; vocabulary and process stay in main memory."""
    return footprint(shape, context) - footprint(replace(shape, file_bytes=0, cache_values=1), 1) + CARD_EXTRA


def layers_on_card(shape: Shape, layers: int, context: int, card: int) -> int:
    """How many of its layers go onto the card: -1 for all (or no card, or nothing known of it), else what fits."""
    room = int(card * CARD_SHARE) - CARD_EXTRA
    whole = bytes_on_card(shape, context) - CARD_EXTRA
    if not card or not layers or not shape.file_bytes or whole <= room:
        return -1
    return max(0, int(layers * room / whole))
