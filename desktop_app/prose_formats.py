"""The formats prose is written in: one place that turns the theme into character and block formats."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetricsF, QTextBlockFormat, QTextCharFormat, QTextFormat

from desktop_app.theme import Theme

QUOTE_DEPTH = QTextFormat.Property.UserProperty + 1     # of a block: how many quotes it stands in
FORMULA = QTextFormat.Property.UserProperty + 2         # of characters: the TeX of a formula not yet drawn
FORMULA_KIND = QTextFormat.Property.UserProperty + 3    # "inline" or "display"

HEADINGS = {1: 1.3, 2: 1.15, 3: 1.0, 4: 1.0, 5: 1.0, 6: 1.0}     # em
LINE_HEIGHT = 1.5
_INDENT = 1.7       # em of one level of a list


class ProseFormats:
    """Formats for the theme as it is now; make a new one when it changed."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.em = theme.em
        self.text = QTextCharFormat()
        self.text.setFont(theme.font())
        self.text.setForeground(theme.colour("text"))
        self.indent = self.em * _INDENT
        # not proportional: a line that a formula made higher would get more air than the others
        self.leading = max(0.0, self.em * LINE_HEIGHT - QFontMetricsF(self.text.font()).height())

    def block(self, *, above: float = 0.0, below: float = 0.6, depth: int = 0, quote: int = 0) -> QTextBlockFormat:
        """A paragraph. above, below: em; depth: levels of list around it; quote: levels of quotation."""
        made = QTextBlockFormat()
        made.setTopMargin(above * self.em)
        made.setBottomMargin(below * self.em)
        made.setLeftMargin(depth * self.indent + quote * self.em * 1.1)
        made.setLineHeight(self.leading, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
        if quote:
            made.setProperty(QUOTE_DEPTH, quote)
        return made

    def code_block(self, depth: int, quote: int) -> QTextBlockFormat:
        """A line of code inside a list or quotation."""
        made = self.block(below=0, depth=depth, quote=quote)
        made.setBackground(self.theme.colour("code_background"))
        made.setNonBreakableLines(False)
        return made

    def heading(self, level: int) -> QTextCharFormat:
        made = QTextCharFormat(self.text)
        made.setFont(self.theme.font(HEADINGS[level], bold=True))
        made.setProperty(QTextFormat.Property.FontWeight, QFont.Weight.DemiBold)
        return made

    def bold(self, base: QTextCharFormat) -> QTextCharFormat:
        made = QTextCharFormat(base)
        made.setFontWeight(QFont.Weight.DemiBold)
        return made

    def italic(self, base: QTextCharFormat) -> QTextCharFormat:
        made = QTextCharFormat(base)
        made.setFontItalic(True)
        return made

    def struck(self, base: QTextCharFormat) -> QTextCharFormat:
        made = QTextCharFormat(base)
        made.setFontStrikeOut(True)
        return made

    def code(self, base: QTextCharFormat) -> QTextCharFormat:
        made = QTextCharFormat(base)
        mono = self.theme.font(mono=True)
        mono.setPixelSize(round(base.font().pixelSize() * 0.92))
        made.setFont(mono)
        made.setBackground(self.theme.colour("code_background"))
        return made

    def link(self, base: QTextCharFormat, address: str) -> QTextCharFormat:
        made = QTextCharFormat(base)
        made.setAnchor(True)
        made.setAnchorHref(address)
        made.setForeground(self.theme.colour("accent"))
        made.setFontUnderline(True)
        return made

    def muted(self, base: QTextCharFormat) -> QTextCharFormat:
        made = QTextCharFormat(base)
        made.setForeground(self.theme.colour("muted"))
        return made

    def formula_source(self, tex: str, inline: bool) -> QTextCharFormat:
        """What a formula looks like until it is drawn, or for good if it cannot be."""
        made = self.muted(self.code(self.text))
        made.clearBackground()
        made.setProperty(FORMULA, tex)
        made.setProperty(FORMULA_KIND, "inline" if inline else "display")
        return made
