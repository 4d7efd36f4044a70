"""A conversation as Markdown for people: title, dates, who said what. Pure; it cannot be read back."""

from __future__ import annotations

import re
from datetime import datetime

from router.parts import AttachmentPart, NoticePart, TextPart
from router.views import ConversationView, MessageView

_ENDINGS = {"stopped": "*Stopped here.*", "interrupted": "*Consort ended while this was being written.*",
            "failed": "*This answer came to nothing.*", "streaming": "*Still being written.*"}


def as_markdown(conversation: ConversationView, messages: tuple[MessageView, ...]) -> str:
    """The visible path. Dates are in the time of this computer; thoughts are left out."""
    pieces = [f"# {conversation.title}", f"*{_when(conversation.created)} – {_when(conversation.changed)}*"]
    for message in messages:
        who = "You" if message.role == "user" else message.specialist_name or message.specialist or "Consort"
        pieces.append(f"## {who} · {_when(message.created)}")
        for part in message.parts:
            if isinstance(part, TextPart):
                pieces.append(part.text.strip("\n"))
            elif isinstance(part, NoticePart):
                pieces.append(f"*{part.text}*")
            elif isinstance(part, AttachmentPart):
                fence = _fence(part.text)
                pieces.append(f"File “{part.name}”:\n\n{fence}\n{part.text.rstrip()}\n{fence}")
        if message.state in _ENDINGS:
            pieces.append(_ENDINGS[message.state])
    return "\n\n".join(piece for piece in pieces if piece) + "\n"


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")


def _fence(text: str) -> str:
    """A fence longer than any run of backticks in the text (CommonMark 0.31, section 4.5)."""
    return "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
