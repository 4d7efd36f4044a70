"""Every shortcut of the window in one table: the window binds it, the shortcuts sheet and the palette show it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QKeySequence


@dataclass(frozen=True)
class Shortcut:
    """`keys` in Qt's portable notation. `bound` is False for keys a widget handles by itself."""

    name: str
    keys: tuple[str, ...]
    words: str
    group: str
    bound: bool = True

    def in_words(self) -> str:
        """The first of its keys as this system writes it (⌘ on macOS)."""
        native = QKeySequence.SequenceFormat.NativeText
        return QKeySequence(self.keys[0]).toString(native) if self.keys else ""


SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("new_chat", ("Ctrl+N",), "New chat", "Chats"),
    Shortcut("temporary_chat", ("Ctrl+Shift+N",), "New temporary chat, never saved", "Chats"),
    Shortcut("palette", ("Ctrl+K",), "Find chats, pages and commands", "Chats"),
    Shortcut("search", ("Ctrl+Shift+F",), "Search in all conversations", "Chats"),
    Shortcut("previous_chat", ("Ctrl+PgUp",), "Previous chat", "Chats"),
    Shortcut("next_chat", ("Ctrl+PgDown",), "Next chat", "Chats"),
    Shortcut("rename", ("F2",), "Rename this chat", "Chats"),
    Shortcut("pin", ("Ctrl+D",), "Pin or unpin this chat", "Chats"),
    Shortcut("export", ("Ctrl+S",), "Export this chat", "Chats"),
    Shortcut("delete", ("Ctrl+Shift+Backspace",), "Delete this chat", "Chats"),
    Shortcut("undo", ("Ctrl+Z",), "Bring back what was deleted", "Chats"),
    Shortcut("focus_composer", ("Ctrl+L",), "Write a message", "Messages"),
    Shortcut("send", ("Return",), "Send", "Messages", bound=False),
    Shortcut("new_line", ("Shift+Return",), "New line", "Messages", bound=False),
    Shortcut("edit_last", ("Up",), "Edit your last message, when the composer is empty", "Messages", bound=False),
    Shortcut("stop", ("Esc",), "Stop the answer, or close what is open", "Messages"),
    Shortcut("find", ("Ctrl+F",), "Find in this chat", "Messages"),
    Shortcut("attach", ("Ctrl+O",), "Attach a text file", "Messages"),
    Shortcut("copy_last", ("Ctrl+Shift+C",), "Copy the last answer", "Messages"),
    Shortcut("read_last", ("Ctrl+Shift+L",), "Read the last answer aloud, or stop reading", "Messages"),
    Shortcut("dictate", ("Ctrl+M",), "Dictate: hold it while you speak, or press it to begin and to end", "Messages",
             bound=False),
    Shortcut("talk", ("Ctrl+Shift+M",), "Talk with Consort", "Messages"),
    Shortcut("hold_to_talk", ("Space",), "In a conversation: hold to talk, or interrupt", "Messages", bound=False),
    Shortcut("why", ("Ctrl+I",), "Who answered, and why", "Messages"),
    Shortcut("choose", ("1",), "Choose who answers, when you are asked (1–9)", "Messages", bound=False),
    Shortcut("regenerate", ("Ctrl+R",), "Answer the last question again", "Messages"),
    Shortcut("models", ("Ctrl+1",), "Models", "Pages"),
    Shortcut("system", ("Ctrl+2",), "System", "Pages"),
    Shortcut("transcribe", ("Ctrl+Shift+T",), "Transcripts of sound and video files", "Pages"),
    Shortcut("settings", ("Ctrl+,",), "Settings", "Pages"),
    Shortcut("row_action", ("Ctrl+Return",), "Install, or what else the button of a row says", "Models", bound=False),
    Shortcut("row_delete", ("Del",), "Remove the model of a row", "Models", bound=False),
    Shortcut("earlier", ("Alt+Up",), "Move a download up, Alt+Down moves it down", "Models", bound=False),
    Shortcut("sidebar", ("Ctrl+B",), "Show or hide the sidebar", "View"),
    Shortcut("zoom_in", ("Ctrl++", "Ctrl+="), "Larger", "View"),
    Shortcut("zoom_out", ("Ctrl+-",), "Smaller", "View"),
    Shortcut("zoom_reset", ("Ctrl+0",), "Normal size", "View"),
    Shortcut("shortcuts", ("F1", "?"), "Keyboard shortcuts", "View"),
    Shortcut("quit", ("Ctrl+Q",), "Quit", "View"),
)


def shortcut(name: str) -> Shortcut:
    """The shortcut called `name`. Raises KeyError when there is none."""
    for each in SHORTCUTS:
        if each.name == name:
            return each
    raise KeyError(name)
