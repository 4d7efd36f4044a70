"""What every view of a message needs to draw itself, handed down together."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_app.code_colours import Lexers
from desktop_app.formulas import Formulas
from desktop_app.icons import Icons
from desktop_app.markdown import Markdown
from desktop_app.theme import Theme


@dataclass(frozen=True)
class Rendering:
    theme: Theme
    icons: Icons
    formulas: Formulas = field(default_factory=Formulas)
    markdown: Markdown = field(default_factory=Markdown)
    lexers: Lexers = field(default_factory=Lexers)

    def close(self) -> None:
        """Let its threads go."""
        self.formulas.close()
        self.lexers.close()
