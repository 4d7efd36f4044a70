"""Writes the catalogue's models into THIRD_PARTY_LICENSES.md: one table for each file of the catalogue.

    python3 packaging/model_licences.py [--check]

With `--check` nothing is written; exit code 1 says that the tables are not those of the catalogue.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "THIRD_PARTY_LICENSES.md"
BEGIN, END = "### Conversation\n", "## Drawings\n"
TITLES = {"general": "Conversation", "code": "Programs", "math": "Mathematics", "reasoning": "Reasoning",
          "writing": "Writing", "vision": "Pictures", "encoder": "Sentence encoders", "speech-in": "Hearing",
          "speech-out": "Voices"}
VOICES = ("The repository of the voices is under the MIT licence; the recordings that a voice was made from have\n"
          "terms of their own, on its card.\n\n")


def tables(catalogue: Path) -> str:
    """All of them, as Markdown."""
    sections = []
    for name in sorted((file.stem for file in catalogue.glob("*.toml")), key=[*TITLES].index):
        entries = tomllib.loads((catalogue / f"{name}.toml").read_text(encoding="utf-8"))["specialist"]
        sections.append(f"### {TITLES[name]}\n\n{VOICES if name == 'speech-out' else ''}"
                        "| model | licence | asks first | terms |\n|---|---|---|---|\n" + "".join(map(row, entries)))
    return "\n".join(sections)


def row(entry: dict[str, Any]) -> str:
    """One model's line."""
    licence = entry["licence"]
    asks = "yes" if licence.get("opt_in") else ""
    return f"| {entry['name']} | {licence['name']} | {asks} | {licence['terms']} |\n"


def replaced(text: str, catalogue: Path) -> str:
    """`text` with the tables of the catalogue. Raises ValueError without the headings before and after them."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the headings {BEGIN.strip()} and {END.strip()} are not both there")
    return f"{before}{tables(catalogue)}\n{end}{after}"


def main() -> int:
    """The exit code."""
    text = FILE.read_text(encoding="utf-8")
    new = replaced(text, ROOT / "resources" / "catalog")
    if "--check" not in sys.argv[1:]:
        FILE.write_text(new, encoding="utf-8")
        return 0
    return int(new != text)


if __name__ == "__main__":
    sys.exit(main())
