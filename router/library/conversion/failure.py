"""How a conversion says that its input is not what it needs."""

from __future__ import annotations


class ConversionFailed(Exception):
    """The input cannot be converted. The text is part of a sentence: "its header is longer than the file"."""
