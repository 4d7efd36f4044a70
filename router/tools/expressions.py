"""Mathematics as people write it, worked out exactly with sympy. Never `eval`: the text is parsed and only what is
listed here is understood. Runs in the process of `calculating`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import sympy

from router.tools.mathematics import CannotCalculate, factorial, in_words, power

__all__ = ["CannotCalculate", "evaluate"]

SIGNS = str.maketrans({"^": "**", "×": "*", "·": "*", "⋅": "*", "÷": "/", "−": "-", "–": "-", "²": "**2", "³": "**3",
                       "π": " pi ", "∞": " oo ", "’": "'", "“": "'", "”": "'"})
REWRITES = (
    (re.compile(r"√\s*(\d+(?:\.\d+)?|[a-z]\b)"), r"sqrt(\1)"),
    (re.compile(r"√"), "sqrt"),
    (re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent)\s*of\b", re.IGNORECASE), r"percent(\1)*"),
    (re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent)(?!\s*[\w(])", re.IGNORECASE), r"percent(\1)"),
    (re.compile(r"(\w+)!(?!=)"), r"factorial(\1)"),
    (re.compile(r"(?<![=<>!])=(?!=)"), "=="),
)
BEFORE_A_NAME = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*(?=[A-Za-z_(])(?![eE][+-]?\d)")       # 2x, 3(4 + 5)
THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\d,])")
NAMES: dict[str, Any] = {"pi": sympy.pi, "e": sympy.E, "E": sympy.E, "I": sympy.I, "i": sympy.I, "j": sympy.I,
                         "oo": sympy.oo, "inf": sympy.oo, "infinity": sympy.oo, "phi": sympy.GoldenRatio}
SYMBOL = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,11}")


def evaluate(text: str) -> str:
    """The answer as text. Raises CannotCalculate with a sentence, and whatever sympy raises."""
    if "(" not in text and "[" not in text:
        text = THOUSANDS.sub(lambda found: found[0].replace(",", ""), text)
    source = text.translate(SIGNS)
    for pattern, replacement in REWRITES:
        source = pattern.sub(replacement, source)
    if not {"'", '"'} & set(source):        # days are in quotes
        source = BEFORE_A_NAME.sub(r"\1*", source)
    source = source.strip().rstrip("=?").strip()
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError) as error:
        raise CannotCalculate(f"“{text}” is no mathematics that can be read here.") from error
    value = Reading(source).value(tree.body)
    if isinstance(value, sympy.Eq) and value.free_symbols:
        value = sympy.solve(value, *sorted(value.free_symbols, key=str)[:1], dict=True)
    return in_words(value)


class Reading:
    """One parsed expression; each kind of node has its one meaning."""

    def __init__(self, source: str) -> None:
        self._source = source

    def value(self, node: ast.expr) -> Any:
        """What the node means. Raises CannotCalculate."""
        match node:
            case ast.Constant(value=bool()) | ast.Constant(value=None):
                pass
            case ast.Constant(value=str() as text):
                return text
            case ast.Constant(value=int() as number):
                return sympy.Integer(number)
            case ast.Constant(value=float()):
                return sympy.Rational((ast.get_source_segment(self._source, node) or "0").replace("_", ""))
            case ast.Name(id=name):
                return _named(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.value(operand)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.value(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(left, op, right)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARISONS:
                return COMPARISONS[type(op)](self.value(left), self.value(right))
            case ast.List(elts=items) | ast.Tuple(elts=items):
                values = [self.value(item) for item in items]
                return sympy.Matrix(values) if values and all(isinstance(one, list) for one in values) else values
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
                return FUNCTIONS[name](*(self.value(one) for one in arguments))
            case ast.Call(func=ast.Name(id=name)):
                raise CannotCalculate(f"There is no function {name} here.")
        raise CannotCalculate(f"“{ast.get_source_segment(self._source, node)}” is no mathematics known here.")

    def _binary(self, left: ast.expr, op: ast.operator, right: ast.expr) -> Any:
        one, other = self.value(left), self.value(right)
        match op:
            case ast.Add() | ast.Sub() if isinstance(right, ast.Call) and getattr(right.func, "id", "") == "percent":
                return one * (1 + other if isinstance(op, ast.Add) else 1 - other)      # as on a pocket calculator
            case ast.Add():
                return one + other
            case ast.Sub():
                return one - other
            case ast.Mult() | ast.MatMult():
                return one * other
            case ast.Div() | ast.FloorDiv() | ast.Mod() if other == 0:
                raise CannotCalculate("Nothing can be divided by zero.")
            case ast.Div():
                return one / other
            case ast.FloorDiv():
                return sympy.floor(one / other)
            case ast.Mod():
                return sympy.Mod(one, other)
            case ast.Pow():
                return power(one, other)
        raise CannotCalculate("That operation is not known here.")


def _named(name: str) -> Any:
    if name in NAMES:
        return NAMES[name]
    if SYMBOL.fullmatch(name) is None:
        raise CannotCalculate(f"“{name}” is no name of a number.")
    return sympy.Symbol(name)


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise CannotCalculate(f"{text} is no day; write it as '2026-01-31'.") from error


def _items(values: tuple[Any, ...]) -> list[Any]:
    items = list(values[0]) if len(values) == 1 and isinstance(values[0], list | sympy.MatrixBase) else list(values)
    if not items:
        raise CannotCalculate("There are no numbers.")
    return items


def _mean(*values: Any) -> Any:
    items = _items(values)
    return sum(items, sympy.Integer(0)) / len(items)


def _variance(*values: Any) -> Any:
    """Of the whole population."""
    items, middle = _items(values), _mean(*values)
    return sum(((one - middle) ** 2 for one in items), sympy.Integer(0)) / len(items)


def _median(*values: Any) -> Any:
    items = sorted(_items(values))
    half = len(items) // 2
    return items[half] if len(items) % 2 else (items[half - 1] + items[half]) / 2


COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: sympy.Eq, ast.NotEq: sympy.Ne, ast.Lt: sympy.Lt, ast.LtE: sympy.Le, ast.Gt: sympy.Gt, ast.GtE: sympy.Ge}
PLAIN = (
    "sqrt", "cbrt", "sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "atan2", "sinh", "cosh",
    "tanh", "asinh", "acosh", "atanh", "exp", "log", "floor", "ceiling", "gcd", "lcm", "re", "im",
    "conjugate", "arg", "sign", "diff", "integrate", "limit", "expand", "factor", "simplify", "factorint",
    "isprime",
)
FUNCTIONS: dict[str, Callable[..., Any]] = {name: getattr(sympy, name) for name in PLAIN} | {
    "ln": sympy.log, "log2": lambda x: sympy.log(x, 2), "log10": lambda x: sympy.log(x, 10), "abs": sympy.Abs,
    "ceil": sympy.ceiling, "derivative": sympy.diff, "integral": sympy.integrate, "solve": sympy.solve,
    "percent": lambda x: x / 100, "factorial": factorial, "pow": power, "mod": sympy.Mod,
    "binomial": lambda n, k: factorial(n) / (factorial(k) * factorial(n - k)), "degrees": lambda x: x * 180 / sympy.pi,
    "radians": lambda x: x * sympy.pi / 180, "round": lambda x, places=0: sympy.Rational(str(round(x, int(places)))),
    "det": lambda m: m.det(), "inv": lambda m: m.inv(), "transpose": lambda m: m.T, "rank": lambda m: m.rank(),
    "eigenvalues": lambda m: list(m.eigenvals()), "min": lambda *x: sympy.Min(*_items(x)),
    "max": lambda *x: sympy.Max(*_items(x)), "sum": lambda *x: sum(_items(x), sympy.Integer(0)), "mean": _mean,
    "average": _mean, "median": _median, "variance": _variance, "std": lambda *x: sympy.sqrt(_variance(*x)),
    "days_between": lambda a, b: sympy.Integer((_day(b) - _day(a)).days),
    "add_days": lambda day, n: (_day(day) + timedelta(days=int(n))).isoformat(),
    "weekday": lambda day: f"{_day(day):%A}",
}
