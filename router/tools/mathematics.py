"""Powers and factorials that stay small enough, and results as people read them. Uses sympy; parses nothing."""

from __future__ import annotations

from typing import Any

import sympy

MOST_BITS = 200_000         # of a whole number that is worked out: 60,000 digits
LARGEST_FACTORIAL = 5_000
MOST_DIGITS = 1_000         # that are written
DIGITS = 15                 # of what has no exact decimal


class CannotCalculate(ValueError):
    """A sentence that says why not."""


def power(base: Any, exponent: Any) -> Any:
    """base ** exponent. Raises CannotCalculate where the number would be too long."""
    if isinstance(base, sympy.Rational) and isinstance(exponent, sympy.Rational):
        bits = max(abs(base.p).bit_length(), base.q.bit_length())
        if abs(exponent) * bits > MOST_BITS and bits > 1:
            raise CannotCalculate("That number is too long to be written: it has more than 60,000 digits.")
    return base**exponent


def factorial(n: Any) -> Any:
    """n!. Raises CannotCalculate for what is too large or no whole number."""
    if isinstance(n, sympy.Integer) and n > LARGEST_FACTORIAL:
        raise CannotCalculate(f"Factorials are worked out up to {LARGEST_FACTORIAL}!.")
    if isinstance(n, sympy.Number) and not (isinstance(n, sympy.Integer) and n >= 0):
        raise CannotCalculate("Only whole numbers from 0 on have a factorial here.")
    return sympy.factorial(n)


def in_words(value: Any) -> str:
    """The result: exact, and rounded beside it where that helps."""
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, dict):
        return ", ".join(f"{key} = {in_words(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(in_words(one) for one in value) or "There is no solution."
    if isinstance(value, sympy.Integer):
        return _whole(int(value))
    if isinstance(value, sympy.Rational):
        return _fraction(value)
    if value is sympy.zoo or value is sympy.nan:
        return "That is not defined."
    if isinstance(value, sympy.MatrixBase):
        return str(value.tolist())
    if isinstance(value, sympy.Expr) and value.is_number and value.has(sympy.I):
        value = sympy.expand(value)
        if all(part.is_Rational for part in value.as_real_imag()):
            return str(value)
    text = str(value).replace("**", "^")
    if isinstance(value, sympy.Expr) and value.is_number and value.is_finite:
        return f"{text} ≈ {sympy.N(value, DIGITS)}"
    return text


def _whole(number: int) -> str:
    size = abs(number)
    if size.bit_length() <= 3 * MOST_DIGITS:
        return str(number)
    digits = len(str(sympy.Integer(size)))
    return f"{'-' if number < 0 else ''}{str(size)[:20]}… ({digits:,} digits)"


def _fraction(value: sympy.Rational) -> str:
    rest, places = int(value.q), 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest, count = rest // prime, count + 1
        places = max(places, count)
    if rest == 1 and places <= 60:
        digits = str(abs(int(value.p)) * 10**places // int(value.q)).rjust(places + 1, "0")
        return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
    return f"{value} ≈ {sympy.N(value, DIGITS)}"
