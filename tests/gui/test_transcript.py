"""The column of messages: following, keeping the reader's place, windows of long chats, keys, find, signals."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app import transcript as transcript_module
from desktop_app.answer_message import AnswerMessage
from desktop_app.person_message import PersonMessage
from desktop_app.theme import Theme
from desktop_app.transcript import Transcript
from router.parts import AttachmentPart, TextPart
from router.views import Choice, MessageView

Say = Callable[..., MessageView]
WORDS = "Some words that fill a line or two of the reading column. " * 6


def chat(say: Say, count: int, start: int = 0) -> tuple[MessageView, ...]:
    return tuple(say(f"m{n}", f"number {n}. {WORDS}", "assistant" if n % 2 else "user", specialist_name="General")
                 for n in range(start, start + count))


def settled(qtbot: QtBot, transcript: Transcript) -> None:
    qtbot.waitUntil(lambda: not transcript._building.isActive()
                    and all(not m.body.busy for m in transcript.messages if isinstance(m, AnswerMessage)))
    qtbot.wait(20)


def ids(transcript: Transcript) -> list[str]:
    return [message.id for message in transcript.messages]


def test_a_chat_opens_at_its_end(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    transcript.show_messages(chat(say, 30))
    settled(qtbot, transcript)
    bar = transcript.column.verticalScrollBar()
    assert ids(transcript) == [f"m{n}" for n in range(30)]
    assert bar.maximum() > 0 and bar.value() == bar.maximum()


def test_it_follows_the_words_as_they_come(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    transcript.show_messages(chat(say, 10))
    transcript.add_message(say("a", role="assistant", state="streaming"))
    for _ in range(5):
        transcript.add_text("a", WORDS + "\n\n")
        qtbot.wait(60)
    bar = transcript.column.verticalScrollBar()
    assert bar.value() == bar.maximum()
    assert not transcript.column.new_button.isVisible()


def test_whoever_scrolled_up_stays_there_and_is_told_of_new_words(qtbot: QtBot, transcript: Transcript,
                                                                  say: Say) -> None:
    transcript.show_messages(chat(say, 10))
    transcript.add_message(say("a", role="assistant", state="streaming"))
    settled(qtbot, transcript)
    bar = transcript.column.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    place = bar.value()
    transcript.add_text("a", (WORDS + "\n\n") * 20)
    qtbot.wait(150)
    assert bar.value() == place and bar.maximum() > place + 500
    assert transcript.column.new_button.isVisible()
    transcript.column.new_button.click()
    assert bar.value() == bar.maximum()
    assert not transcript.column.new_button.isVisible()


def test_earlier_messages_do_not_move_what_is_read(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    transcript.show_messages(chat(say, 20, 20), more_before=True)
    settled(qtbot, transcript)
    with qtbot.waitSignal(transcript.load_more_asked) as asked:
        transcript.column.verticalScrollBar().setValue(100)
    assert asked.args == ["before"]
    first = transcript.messages[0]
    place = first.mapTo(transcript, QPoint(0, 0)).y()
    transcript.prepend(chat(say, 20), more_before=False)
    settled(qtbot, transcript)
    assert ids(transcript) == [f"m{n}" for n in range(40)]
    assert abs(first.mapTo(transcript, QPoint(0, 0)).y() - place) <= 1


def test_more_is_asked_for_once(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    asked: list[str] = []
    transcript.load_more_asked.connect(asked.append)
    transcript.show_messages(chat(say, 20), more_before=True)
    settled(qtbot, transcript)
    for value in (100, 60, 20, 0):
        transcript.column.verticalScrollBar().setValue(value)
    assert asked == ["before"]


def test_of_a_long_chat_only_a_window_are_widgets(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    transcript.show_messages(chat(say, 600))
    settled(qtbot, transcript)
    assert len(transcript.messages) == transcript_module.WINDOW
    assert ids(transcript)[-1] == "m599"
    bar = transcript.column.verticalScrollBar()
    for _ in range(12):
        bar.setValue(0)
        settled(qtbot, transcript)
    assert len(transcript.messages) <= 120
    assert int(ids(transcript)[0][1:]) < 400
    assert "m599" not in ids(transcript), "the far end is dropped"
    transcript.add_message(say("new", "a question"))
    settled(qtbot, transcript)
    assert ids(transcript)[-2:] == ["m599", "new"], "a new question brings the end back"


def test_a_found_message_is_brought_into_view(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    transcript.show_messages(chat(say, 40), around="m10")
    settled(qtbot, transcript)
    widget = transcript.messages[ids(transcript).index("m10")]
    assert 0 <= widget.mapTo(transcript, QPoint(0, 0)).y() < transcript.height()


def test_up_and_down_walk_through_the_messages(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    transcript.show_messages(chat(say, 4))
    settled(qtbot, transcript)
    transcript.messages[3].setFocus()
    qtbot.keyClick(transcript.messages[3], Qt.Key.Key_Up)
    assert transcript.messages[2].hasFocus()
    qtbot.keyClick(transcript.messages[2], Qt.Key.Key_Down)
    assert transcript.messages[3].hasFocus()
    qtbot.keyClick(transcript.messages[3], Qt.Key.Key_Down)
    assert transcript.messages[3].hasFocus()


def test_messages_tell_screen_readers_who_says_what(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    transcript.show_messages((say("1", "Hi\nthere"),
                              say("2", "Hello", "assistant", specialist_name="General"),
                              say("3", "x" * 500)))
    settled(qtbot, transcript)
    names = [message.accessibleName() for message in transcript.messages]
    assert names[:2] == ["You: Hi there", "General: Hello"]
    assert names[2].endswith("…") and len(names[2]) < 220
    interface = QAccessible.queryAccessibleInterface(transcript.messages[0])
    assert interface.text(QAccessible.Text.Name) == "You: Hi there"


def test_an_answer_is_announced_once_when_it_is_done(qtbot: QtBot, transcript: Transcript, say: Say,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(transcript_module.QAccessible, "updateAccessibility",
                        lambda event: said.append(event.message()))
    transcript.add_message(say("a", role="assistant", state="streaming"))
    transcript.set_specialist("a", "General", "general")
    for word in ("It", "opens", "at", "ten"):
        transcript.add_text("a", word + " ")
    assert said == []
    transcript.finish(say("a", "It opens at ten ", "assistant", specialist_name="General"))
    assert said == ["General: It opens at ten"]


def test_find_counts_goes_round_and_leaves_no_marks(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    transcript.show_messages((say("1", "needle and hay"), say("2", f"{WORDS}\n\nNeedle\n\n```\na needle\n```\n\n"
                                                               "| needle |\n|---|\n| no |\n", "assistant")))
    settled(qtbot, transcript)
    transcript.find()
    bar = transcript.find_bar
    qtbot.keyClicks(bar.field, "needle")
    qtbot.waitUntil(lambda: bar.count.text() == "1 of 4")
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.count.text() == "2 of 4"
    qtbot.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar.count.text() == "4 of 4"
    marked = [editor for message in transcript.messages for editor in message.editors() if editor.extraSelections()]
    assert len(marked) == 4
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert not any(editor.extraSelections() for message in transcript.messages for editor in message.editors())


def test_nothing_found_is_said(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    transcript.show_messages(chat(say, 2))
    transcript.find()
    transcript.find_bar.field.setText("unicorn")
    qtbot.waitUntil(lambda: transcript.find_bar.count.text() == "Nothing found")


@pytest.mark.parametrize(("action", "signal", "args"), [
    ("regenerate", "regenerate_asked", ["2"]), ("delete", "delete_asked", ["2"]), ("details", "why_asked", ["2"]),
])
def test_what_is_asked_of_an_answer_goes_up(qtbot: QtBot, transcript: Transcript, say: Say, action: str, signal: str,
                                            args: list[str]) -> None:
    transcript.show_messages((say("1", "q"), say("2", "a", "assistant")))
    settled(qtbot, transcript)
    with qtbot.waitSignal(getattr(transcript, signal)) as heard:
        transcript.messages[1].row.buttons[action].click()
    assert heard.args == args


def test_edit_hands_over_the_text(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    transcript.show_messages((say("1", "my **question**"),))
    with qtbot.waitSignal(transcript.edit_asked) as heard:
        transcript.messages[0].row.buttons["edit"].click()
    assert heard.args == ["1", "my **question**"]


def test_versions_can_be_walked(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    transcript.show_messages((say("b", "x", "assistant", siblings=("a", "b", "c")),))
    settled(qtbot, transcript)
    row = transcript.messages[0].row
    assert [label.text() for label in row.findChildren(QLabel) if label.isVisible()] == ["2/3"]
    with qtbot.waitSignal(transcript.sibling_asked) as heard:
        row._versions[0].click()
    assert heard.args == ["a"]
    with qtbot.waitSignal(transcript.sibling_asked) as heard:
        row._versions[2].click()
    assert heard.args == ["c"]


def test_notices_offer_their_ways_out(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    transcript.add_message(say("a", role="assistant", state="streaming"))
    transcript.show_notice("The file is too long.", "Choose what to keep.",
                           (Choice("Keep the beginning", "head"), Choice("New chat", "new_chat")), "a", warning=True)
    buttons = {b.text(): b for b in transcript.messages[0].findChildren(QPushButton)}
    with qtbot.waitSignal(transcript.choice_made) as heard:
        buttons["Keep the beginning"].click()
    assert heard.args == ["a", "head"]


def test_the_empty_page_is_shown_until_there_is_a_message(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    empty = QLabel("Ask anything")
    transcript.set_empty(empty)
    assert empty.isVisible()
    transcript.add_message(say("1", "hello"))
    assert not empty.isVisible()
    transcript.show_messages(())
    assert empty.isVisible()


def test_a_long_question_is_folded(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    text = "\n".join(f"line {n}" for n in range(100))
    transcript.show_messages((say("1", text), say("2", "\n".join("x" for _ in range(30)))))
    settled(qtbot, transcript)
    long, short = transcript.messages
    assert isinstance(long, PersonMessage) and isinstance(short, PersonMessage)
    assert long.folded and not short.folded
    assert "line 29" in long.text.toPlainText() and "line 30" not in long.text.toPlainText()
    next(b for b in long.findChildren(QPushButton) if b.text() == "Show more").click()
    assert long.text.toPlainText() == text


def test_attachments_are_named_with_nothing_hidden(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    transcript.show_messages((say("1", parts=(AttachmentPart("a\u202egpj.exe", "x" * 2000, 2000), TextPart("see"))),))
    words = [label.text() for label in transcript.messages[0].findChildren(QLabel)]
    assert "a⟨RLO⟩gpj.exe · 2 kB" in words


def test_light_dark_and_zoom_are_taken_over_at_once(qtbot: QtBot, transcript: Transcript, theme: Theme,
                                                    say: Say) -> None:
    transcript.show_messages((say("1", "q"),
                              say("2", "**a** `b`\n\n```py\nx = 1\n```\n\n|a|\n|-|\n|1|\n", "assistant")))
    settled(qtbot, transcript)
    answer = transcript.messages[1]
    before = answer.height()
    words = [editor.toPlainText() for editor in answer.editors()]
    theme.set_mode("dark")
    theme.set_zoom(2.0)
    qtbot.waitUntil(lambda: answer.height() > before * 1.5)
    assert [editor.toPlainText() for editor in answer.editors()] == words
    cursor = answer.editors()[0].textCursor()
    cursor.setPosition(1)
    assert cursor.charFormat().foreground().color().name() == theme.tokens.text


def test_words_for_another_chat_are_ignored(transcript: Transcript, say: Say) -> None:
    transcript.show_messages((say("1", "q"),))
    transcript.add_text("elsewhere", "text")
    transcript.finish(say("elsewhere", "text", "assistant"))
    assert ids(transcript) == ["1"]


@pytest.mark.parametrize("width", [360, 400, 720, 1280])
def test_nothing_is_wider_than_the_window(qtbot: QtBot, transcript: Transcript, say: Say, width: int) -> None:
    text = ("word" * 100 + "\n\n| " + " | ".join(["a long header"] * 8) + " |\n|" + "---|" * 8 + "\n\n```\n" + "y" * 300
            + "\n```\n\n$$" + "x+" * 60 + "x$$\n\n1. a\n   ```\n   code\n   ```\n")
    transcript.show_messages((say("1", "w" * 200), say("2", text, "assistant")))
    transcript.resize(width, 600)
    settled(qtbot, transcript)
    column = transcript.column
    assert column.inner.width() <= column.viewport().width()
    for message in transcript.messages:
        assert message.mapTo(transcript, QPoint(message.width(), 0)).x() <= width
