"""The colours, as data: one set of tokens for light and one for dark, and the hue of each skill.

Knows no Qt. Contrast is that of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio); every text colour has
4.5 : 1 or more on every background it is used on, which tests/gui/test_theme.py computes.
"""

from __future__ import annotations

import colorsys
import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Tokens:
    """Colours as `#rrggbb`, named after what they are for."""

    background: str
    surface: str
    raised: str
    hover: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    positive: str
    warning: str
    danger: str
    on_danger: str
    code_background: str
    person_tint: str
    selection: str
    found: str
    found_here: str
    focus: str
    skeleton: str
    code_comment: str
    code_keyword: str
    code_string: str
    code_number: str
    code_name: str
    code_type: str


LIGHT = Tokens(
    background="#ffffff", surface="#f5f5f3", raised="#ffffff", hover="#ebebe8", border="#dbdbd6",
    text="#1f2023", muted="#5c5f66",
    accent="#2556b8", on_accent="#ffffff", positive="#1a6a3c", warning="#855000", danger="#b0251c",
    on_danger="#ffffff",
    code_background="#f6f6f4", person_tint="#eff3fa", selection="#cfdff8", found="#fdeeb0", found_here="#ffc95c",
    focus="#2556b8", skeleton="#e9e9e6",
    code_comment="#666a70", code_keyword="#8a2b8f", code_string="#1c6b3f", code_number="#a04400",
    code_name="#1f55b0", code_type="#00666e",
)

DARK = Tokens(
    background="#1a1b1e", surface="#212327", raised="#26282d", hover="#2f3238", border="#393c43",
    text="#e7e7e5", muted="#a7abb3",
    accent="#8db4f7", on_accent="#10203c", positive="#7fd19b", warning="#eeb85c", danger="#ff9d93",
    on_danger="#3a0905",
    code_background="#141518", person_tint="#262b34", selection="#26395c", found="#5a4a12", found_here="#7d5c00",
    focus="#8db4f7", skeleton="#2b2d32",
    code_comment="#8f949d", code_keyword="#d7a1e6", code_string="#9ad3a0", code_number="#f0b27a",
    code_name="#93bdf8", code_type="#7fcfd3",
)

_HUES = {"general": 215, "code": 275, "math": 28, "writing": 335, "translate": 175, "vision": 95,
         "reasoning": 250, "documents": 45}


def hue(skill: str) -> int:
    """The steady hue (0–359 degrees) of a skill: chosen for the usual ones, derived from the name for the rest."""
    return _HUES.get(skill, zlib.crc32(skill.encode()) % 360)


def dot_colour(skill: str, dark: bool) -> str:
    """The colour of the chip's dot, about equally bright for every hue."""
    red, green, blue = colorsys.hls_to_rgb(hue(skill) / 360, 0.66 if dark else 0.45, 0.62)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two `#rrggbb` colours, 1–21."""
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
