"""Fitting a small network: one layer of rectified units beside a linear part. Seeded; numpy alone.

It hears what columns say only together, such as a question's form and its subject. Adam (Kingma and Ba 2015,
https://arxiv.org/abs/1412.6980) with decoupled decay (Loshchilov and Hutter 2019), dropout (Srivastava et al. 2014) and
label smoothing. It knows no requests: columns and answers are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from router.choose.classifier import Hidden, Matrix

UNITS = 64
ROUNDS = 20                     # over all rows
BATCH = 256
RATE, DECAY = 2e-3, 0.01        # Adam's; the rate falls to nothing in a straight line
UNITS_DROPPED, COLUMNS_DROPPED = 0.3, 0.1
SMOOTHING = 0.05                # of the right answer's probability goes to all alike
SPREAD = 3.0                    # of the first weights into the layer

Array = NDArray[Any]


@dataclass(frozen=True)
class Network:
    """The layer, and the linear part: weights (answers, columns), bias (answers,)."""

    hidden: Hidden
    weights: Matrix
    bias: Matrix


def fit(dense: Matrix, sparse: Any, answers: Array, count: int, weight: Array, seed: int) -> Network:
    """A network for `count` answers. The layer reads the dense columns (rows, columns), the linear part the sparse ones
    (rows, other columns) as well. answers: a number for each row."""
    draw = np.random.default_rng(seed)
    rows, width = dense.shape
    parts = {
        "inward": (draw.normal(size=(width, UNITS)) * SPREAD / np.sqrt(width)).astype(np.float32),
        "inward bias": np.zeros(UNITS, np.float32),
        "outward": (draw.normal(size=(UNITS, count)) / np.sqrt(UNITS)).astype(np.float32),
        "bias": np.zeros(count, np.float32),
        "dense": np.zeros((width, count), np.float32),
        "sparse": np.zeros((sparse.shape[1], count), np.float32),
    }
    adam = _Adam(parts, ROUNDS * -(-rows // BATCH))
    wanted = np.full((rows, count), SMOOTHING / count, np.float32)
    wanted[np.arange(rows), answers] += 1.0 - SMOOTHING
    weight = (weight / weight.mean()).astype(np.float32)
    for _ in range(ROUNDS):
        order = draw.permutation(rows)
        for start in range(0, rows, BATCH):
            these = order[start:start + BATCH]
            near = dense[these] * _kept(draw, (len(these), width), COLUMNS_DROPPED)
            adam.step(_slopes(parts, near, sparse[these], wanted[these], weight[these],
                              _kept(draw, (len(these), UNITS), UNITS_DROPPED)))
    hidden = Hidden(parts["inward"].T, parts["inward bias"], parts["outward"].T)
    return Network(hidden, np.vstack([parts["dense"], parts["sparse"]]).T, parts["bias"])


def _kept(draw: np.random.Generator, shape: tuple[int, int], dropped: float) -> Matrix:
    """0 for what is dropped, else what makes up for it."""
    return np.asarray(draw.random(shape, dtype=np.float32) >= dropped, np.float32) / np.float32(1.0 - dropped)


def _slopes(parts: dict[str, Matrix], near: Matrix, far: Any, wanted: Matrix, weight: Matrix,
            kept: Matrix) -> dict[str, Matrix]:
    """How the loss (weighted cross-entropy, mean over the rows) changes with each part."""
    before = near @ parts["inward"] + parts["inward bias"]
    units = np.maximum(before, 0.0) * kept
    logits = units @ parts["outward"] + near @ parts["dense"] + far @ parts["sparse"] + parts["bias"]
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    off = (powers / powers.sum(axis=1, keepdims=True) - wanted) * weight[:, None] / np.float32(len(weight))
    back = (off @ parts["outward"].T) * kept * (before > 0.0)
    return {"inward": near.T @ back, "inward bias": back.sum(axis=0), "outward": units.T @ off,
            "bias": off.sum(axis=0), "dense": near.T @ off, "sparse": np.asarray(far.T @ off)}


class _Adam:
    """Changes the parts in place."""

    def __init__(self, parts: dict[str, Matrix], steps: int) -> None:
        self._parts, self._steps, self._step = parts, steps, 0
        self._mean = {name: np.zeros_like(part) for name, part in parts.items()}
        self._square = {name: np.zeros_like(part) for name, part in parts.items()}

    def step(self, slopes: dict[str, Matrix]) -> None:
        """One step down."""
        self._step += 1
        rate = RATE * (1.0 - self._step / (self._steps + 1))
        for name, part in self._parts.items():
            mean, square = self._mean[name], self._square[name]
            mean += 0.1 * (slopes[name] - mean)
            square += 0.001 * (slopes[name] ** 2 - square)
            move = mean / (1.0 - 0.9 ** self._step) / (np.sqrt(square / (1.0 - 0.999 ** self._step)) + 1e-8)
            part -= np.float32(rate) * (move + np.float32(0.0 if name.endswith("bias") else DECAY) * part)
