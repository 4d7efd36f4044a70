"""Whatever a model writes: no markup is obeyed, nothing is fetched, no link opens by itself, nothing is hidden."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop_app import link_dialog
from desktop_app.answer_body import AnswerBody
from desktop_app.link_dialog import LinkDialog
from desktop_app.rendering import Rendering
from desktop_app.rich_view import RichView
from desktop_app.theme import Theme
from desktop_app.transcript import Transcript
from desktop_app.visible_text import break_runs, may_open, show_hidden, shown_address
from router.views import MessageView

Say = Callable[..., MessageView]


def shown(qtbot: QtBot, rendering: Rendering, text: str) -> str:
    body = AnswerBody(rendering)
    qtbot.addWidget(body)
    body.resize(600, 400)
    body.show_whole(text)
    qtbot.waitUntil(lambda: not body.busy)
    return "\n".join(editor.toPlainText() for editor in body.editors())


@pytest.mark.parametrize("html", [
    "<b>bold</b>", "<script>alert(1)</script>", "<img src=x onerror=y>", "<!-- gone -->", "<style>*{}</style>",
    "<iframe src='http://127.0.0.1/'></iframe>", "<a href='javascript:x'>y</a>", "<table><tr><td>1</table>",
])
def test_html_is_text(qtbot: QtBot, rendering: Rendering, html: str) -> None:
    assert html in shown(qtbot, rendering, f"before {html} after")
    assert html in shown(qtbot, rendering, html)
    assert html in shown(qtbot, rendering, f"| a |\n|---|\n| {html} |\n")


@pytest.mark.parametrize("address", [
    "http://127.0.0.1:1/x.png", "https://example.com/x.png", "//server/share/x.png", r"\\server\share\x.png",
    "x.png",
])
def test_a_picture_is_its_words_and_says_that_it_was_not_loaded(qtbot: QtBot, rendering: Rendering,
                                                                address: str) -> None:
    text = shown(qtbot, rendering, f"![a red dot]({address})")
    assert "a red dot" in text
    assert "image not loaded" in text or "![a red dot]" in text     # an address that is never opened stays as written


def test_no_local_picture_is_ever_drawn(qtbot: QtBot, rendering: Rendering, tmp_path: Path) -> None:
    red = QImage(40, 40, QImage.Format.Format_RGB32)
    red.fill(0xFF0000)
    path = tmp_path / "red.png"
    assert red.save(str(path))
    body = AnswerBody(rendering)
    qtbot.addWidget(body)
    body.resize(600, 300)
    body.show_whole(f"![x]({path}) ![y](file://{path}) <img src='{path}'> ![z]({path.as_uri()})")
    body.show()
    grabbed = body.grab().toImage()
    assert all(grabbed.pixelColor(x, y).name() != "#ff0000" for x in range(0, grabbed.width(), 4)
               for y in range(0, grabbed.height(), 4))


def test_no_view_loads_a_resource(qtbot: QtBot, tmp_path: Path) -> None:
    view = RichView()
    qtbot.addWidget(view)
    path = tmp_path / "a.css"
    path.write_text("secret")
    for kind in (QTextDocument.ResourceType.ImageResource, QTextDocument.ResourceType.StyleSheetResource,
                 QTextDocument.ResourceType.HtmlResource):
        assert view.loadResource(kind.value, QUrl.fromLocalFile(str(path))) is None
        assert not view.document().resource(kind.value, QUrl.fromLocalFile(str(path)))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "vbscript:x",
                                     "ftp://h/x", "smb://h/x", "\\\\h\\x", "tel:1", "x/y", "java\nscript:x", ""])
def test_only_web_and_mail_addresses_may_open(qtbot: QtBot, theme: Theme, address: str) -> None:
    assert not may_open(address)
    dialog = LinkDialog(theme, address)
    qtbot.addWidget(dialog)
    assert dialog.open_button is None


def test_a_link_that_may_not_open_is_shown_as_written(qtbot: QtBot, rendering: Rendering) -> None:
    assert shown(qtbot, rendering, "[click](javascript:alert(1))") == "[click](javascript:alert(1))"


def test_the_dialog_shows_the_real_address(qtbot: QtBot, theme: Theme) -> None:
    dialog = LinkDialog(theme, "https://аpple.com/\u202egnp.exe")      # a Cyrillic а
    qtbot.addWidget(dialog)
    assert "xn--pple-43d.com" in dialog.shown.toPlainText()
    assert "⟨RLO⟩" in dialog.shown.toPlainText()
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "xn--pple-43d.com" in words and "mistaken" in words
    assert dialog.open_button is not None and not dialog.open_button.isDefault()


def test_a_misleading_user_part_does_not_hide_the_host(qtbot: QtBot, theme: Theme) -> None:
    dialog = LinkDialog(theme, "https://www.bank.com@evil.example/")
    qtbot.addWidget(dialog)
    assert "leads to evil.example" in " ".join(label.text() for label in dialog.findChildren(QLabel))


def test_a_link_opens_only_after_the_person_agreed(qtbot: QtBot, transcript: Transcript, say: Say,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    answers = [QDialog.DialogCode.Rejected, QDialog.DialogCode.Accepted]

    class Desktop:
        @staticmethod
        def openUrl(address: str) -> None:
            opened.append(str(address))

    monkeypatch.setattr(link_dialog, "QDesktopServices", Desktop)
    monkeypatch.setattr(LinkDialog, "exec", lambda self: answers.pop(0))
    transcript.show_messages((say("1", "[here](https://example.com/a?b=c%20d)", "assistant"),))
    view = transcript.messages[0].editors()[0]
    assert isinstance(view, RichView)
    view.anchorClicked.emit(QUrl("https://example.com/a?b=c%20d"))
    assert opened == []
    view.anchorClicked.emit(QUrl("https://example.com/a?b=c%20d"))
    assert len(opened) == 1 and "example.com/a" in opened[0]
    assert view.toPlainText() == "here", "the click must not have navigated the view itself"


def test_direction_controls_show_in_links_and_code(qtbot: QtBot, rendering: Rendering) -> None:
    text = shown(qtbot, rendering, "[a\u202eb](https://example.com) `c\u2066d`\n\n```\ne\u202ef\n```\n")
    assert "a⟨RLO⟩b" in text and "c⟨LRI⟩d" in text and "e⟨RLO⟩f" in text


def test_names_of_hidden_characters() -> None:
    assert show_hidden("a\u200bb\U000e0041") == "a⟨ZWSP⟩b⟨U+E0041⟩"
    assert shown_address("https://example.com/ä") == "https://example.com/ä"


def test_endless_runs_are_broken_before_qt_sees_them() -> None:
    assert max(map(len, break_runs("x" * 50_000).split("\n"))) <= 1_000
    assert break_runs("a b " * 10_000) == "a b " * 10_000


def test_labels_never_read_markup(qtbot: QtBot, transcript: Transcript, say: Say) -> None:
    transcript.show_messages((say("1", "<b>x</b>"), say("2", "y", "assistant", specialist_name="<i>Eve</i>")))
    transcript.show_notice("<u>z</u>", "<u>hint</u>")
    labels = transcript.findChildren(QLabel)
    assert labels
    for label in labels:
        assert label.textFormat() == label.textFormat().PlainText or not label.text()
