"""Is an answer right? Checks that need no judge: words, numbers, counts, and Python that is run against assertions.

A check is a JSON object; everything in it must hold:

any, all, without      words in it (small or capital; a * at the end takes any ending)
number                 the last number of the answer, or one that stands boxed or bold, is this one
choice, of             the first of the words `of` that appears is `choice`
python                 these assertions hold after the answer's Python has run
lines, least_bullets   non-empty lines; lines that begin with a bullet or a number
most_words, least_words

A repetition of the request, word for word, is no part of an answer. It knows no model and no router.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any

HARMLESS = {"math", "re", "itertools", "collections", "functools", "string", "random", "statistics", "heapq", "bisect",
            "typing", "dataclasses", "datetime", "decimal", "fractions", "operator", "json", "abc", "enum"}
NEVER = {"open", "exec", "eval", "compile", "__import__", "input", "breakpoint", "globals", "getattr", "setattr"}
SECONDS = 5.0
MEMORY = 512 * 2**20            # bytes
CLOSE = 1e-6                    # of a number, relative

_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_EMPHASISED = re.compile(r"(?:\\boxed\{|\*\*)([^*}]*)")
_FENCE = re.compile(r"```[\w+-]*\n(.*?)(?:```|\Z)", re.DOTALL)
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d+[.)])\s+\S", re.MULTILINE)
_LIMITS = """import resource
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
"""


def holds(check: dict[str, Any], answer: str, request: str) -> bool:
    """Is `answer` right? Raises KeyError for a check that is not known."""
    answer = answer.replace(request.strip(), " ")
    return all(CHECKS[name](answer, check) for name in check if name != "of")


def says(answer: str, word: str) -> bool:
    """Does the word, or one beginning so when it ends in *, stand in the answer?"""
    ending = r"" if word.endswith("*") else r"(?!\w)"
    return re.search(rf"(?<!\w){re.escape(word.rstrip('*'))}{ending}", answer, re.IGNORECASE) is not None


def is_number(answer: str, wanted: float) -> bool:
    """The last number, or an emphasised one; commas between thousands are left out."""
    found = _NUMBER.findall(answer)[-1:]
    for text in _EMPHASISED.findall(answer):
        found += _NUMBER.findall(text)[-1:]
    return any(abs(float(one.replace(",", "")) - wanted) <= CLOSE * max(1.0, abs(wanted)) for one in found)


def is_choice(answer: str, choice: str, of: list[str]) -> bool:
    """The first of the words that appears."""
    first = re.search("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in of), answer, re.IGNORECASE)
    return first is not None and first.group().lower() == choice


def runs(answer: str, assertions: str) -> bool:
    """Run the answer's Python, then the assertions, in a process of its own with limits (where the system has them).

    Code that imports or names anything that could reach out of it is not run and counts as wrong.
    """
    code = "\n".join(_FENCE.findall(answer)) or answer
    if not _is_harmless(code):
        return False
    limits = _LIMITS.format(seconds=int(SECONDS), memory=MEMORY) if sys.platform != "win32" else ""
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run([sys.executable, "-I", "-c", f"{limits}{code}\n{assertions}\n"], cwd=folder, env={},
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=2 * SECONDS)
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def _is_harmless(code: str) -> bool:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    for node in ast.walk(tree):
        modules = ([name.name for name in node.names] if isinstance(node, ast.Import) else
                   [node.module or ""] if isinstance(node, ast.ImportFrom) else [])
        if any(module.split(".")[0] not in HARMLESS for module in modules):
            return False
        if isinstance(node, ast.Name) and node.id in NEVER:
            return False
        if isinstance(node, ast.Attribute) and node.attr.startswith("__"):
            return False
    return True


CHECKS: dict[str, Callable[[str, dict[str, Any]], bool]] = {
    "any": lambda answer, check: any(says(answer, word) for word in check["any"]),
    "all": lambda answer, check: all(says(answer, word) for word in check["all"]),
    "without": lambda answer, check: not any(says(answer, word) for word in check["without"]),
    "number": lambda answer, check: is_number(answer, check["number"]),
    "choice": lambda answer, check: is_choice(answer, check["choice"], check["of"]),
    "python": lambda answer, check: runs(answer, check["python"]),
    "lines": lambda answer, check: len([line for line in answer.splitlines() if line.strip()]) == check["lines"],
    "least_bullets": lambda answer, check: len(_BULLET.findall(answer)) >= check["least_bullets"],
    "most_words": lambda answer, check: len(answer.split()) <= check["most_words"],
    "least_words": lambda answer, check: len(answer.split()) >= check["least_words"],
}
