"""Numbers in the words people use: sizes, durations, ages, sources. Plain Python, no Qt."""

from __future__ import annotations

import re

from router.views import ConversationView, SpecialistView

FOUND, FOUND_END = "\ue000", "\ue001"       # around a match in a snippet
SOURCES = {"hub": "the Hugging Face Hub", "index": "the package index"}
SKILLS = {"general": "General", "code": "Code", "math": "Math", "chat": "Chat", "vision": "Pictures",
          "speech-in": "Listening", "speech-out": "Speaking", "speech-activity": "Listening", "encoder": "Routing"}
STATES = {"absent": "Not installed", "partial": "Partly downloaded", "installing": "Installing",
          "installed": "Installed", "loading": "Loading into memory", "ready": "In memory", "busy": "Answering",
          "broken": "The file is damaged", "refused": "Not usable"}


def size_in_words(size: int) -> str:
    """Bytes as `98 MB` or `6.1 GB` (decimal units, as file pages show them)."""
    if size >= 999_500_000:
        return f"{size / 1e9:.1f} GB"
    if 1_000_000 <= size < 9_950_000:
        return f"{size / 1e6:.1f} MB"
    if size >= 999_500:
        return f"{size / 1e6:.0f} MB"
    return f"{max(size, 0) / 1e3:.0f} kB"


def duration_in_words(seconds: float) -> str:
    """Seconds left as `12 s`, `3 min` or `1 h 20 min`."""
    whole = round(seconds)
    if whole < 90:
        return f"{max(whole, 1)} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def sources_in_words(sources: tuple[str, ...]) -> str:
    """`the Hugging Face Hub, or the package index if that cannot be reached`."""
    names = [SOURCES.get(each, each) for each in sources]
    if not names:
        return "no source"
    return names[0] + "".join(f", or {each} if that cannot be reached" for each in names[1:])


def facts_in_words(specialist: SpecialistView) -> str:
    """One quiet line about a specialist: `135M parameters · Q4_1 · 98 MB · Apache-2.0`."""
    words = [f"{specialist.parameters} parameters" if specialist.parameters else "", specialist.quantisation,
             size_in_words(specialist.size) if specialist.size else "", specialist.licence]
    return " · ".join(word for word in words if word)


def skills_in_words(skills: tuple[str, ...]) -> str:
    """`General · Code`."""
    return " · ".join(SKILLS.get(each, each.capitalize()) for each in skills)


def title_of(conversation: ConversationView | None) -> str:
    """What a conversation is called until it has a title, too."""
    if conversation is None or not conversation.title.strip():
        return "New chat"
    return " ".join(conversation.title.split())


def file_name_for(title: str, ending: str) -> str:
    """A file name that every system takes, made from a title."""
    safe = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", title).strip(" .")
    return f"{' '.join(safe.split())[:80] or 'Chat'}.{ending}"


def snippet_pieces(snippet: str) -> tuple[str, str, str]:
    """What stands before the first match, the match, and what follows (marks removed, on one line)."""
    flat = " ".join(snippet.split())
    before, mark, rest = flat.partition(FOUND)
    if not mark:
        return flat, "", ""
    found, _, after = rest.partition(FOUND_END)
    return before, found, after.replace(FOUND, "").replace(FOUND_END, "")
