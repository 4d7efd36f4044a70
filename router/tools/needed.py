"""Does a request need a tool? By what the encoder says and by plain signs in the person's own words. Pure."""

from __future__ import annotations

import re

NUMBER = re.compile(r"\d")
SUM = re.compile(r"\d\s*(?:[+*/×÷^−]|\s-\s)\s*\(?\d|\d\s*(?:%|percent)\s+(?:of|von|de)\s+\d|√\s*\d", re.IGNORECASE)
CLOCK = re.compile(
    r"\bwhat(?:'s| is)? (?:the (?:time|date)\b(?! of)|time is it|day is (?:it|today))"
    r"|\b(?:today's date|days (?:are there )?(?:until|till)|wie spät ist es|welcher tag ist heute|"
    r"quelle heure est-il|qué hora es)\b",
    re.IGNORECASE)
CODE = re.compile(r"```|\b(?:def|class|function|import|python|javascript|regex|sql)\b", re.IGNORECASE)


def tool_needed(text: str, judged: str) -> str:
    """The name of the tool, or nothing. judged: the encoder's most likely tool. A calculation has numbers in it."""
    if CODE.search(text):
        return ""
    if SUM.search(text):
        return "calculator"
    if judged == "calculator":
        return judged if len(NUMBER.findall(text)) > 1 else ""
    return "clock" if judged == "clock" or CLOCK.search(text) else ""
