"""One answer while it streams and afterwards: its blocks, its thoughts, how it ended, and that it never stalls."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QGuiApplication, QTextFormat
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from desktop_app.answer_body import SHOWN_AT_ONCE, AnswerBody
from desktop_app.answer_message import AnswerMessage, figures
from desktop_app.code_view import CodeView
from desktop_app.markdown import Markdown
from desktop_app.math_view import MathView
from desktop_app.prose_view import ProseView
from desktop_app.rendering import Rendering
from desktop_app.table_view import TableView
from router.parts import TextPart, ThoughtPart
from router.views import Choice, MessageView, TurnStats

Say = Callable[..., MessageView]
ANSWER = """# Title

Words with **bold** and `code`.

```python
def f(x):
    return "a"  # why
```

| a | b |
|---|--:|
| 1 | 2 |

$$
\\frac{1}{2}
$$

- one
  - two
- three

> quoted
"""


@pytest.fixture
def body(qtbot: QtBot, rendering: Rendering) -> Iterator[AnswerBody]:
    made = AnswerBody(rendering)
    window = QScrollArea()
    window.setWidgetResizable(True)
    window.setWidget(made)
    qtbot.addWidget(window)
    window.resize(600, 400)
    window.show()
    yield made


@pytest.fixture
def answer(qtbot: QtBot, rendering: Rendering, say: Say) -> AnswerMessage:
    made = AnswerMessage(rendering, say("a", role="assistant", state="streaming"))
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    return made


def stream(qtbot: QtBot, body: AnswerBody, text: str, size: int) -> None:
    for at in range(0, len(text), size):
        body.add(text[at : at + size])
        body._work()
    body.finish()
    qtbot.waitUntil(lambda: not body.busy)


def picture_of(body: AnswerBody) -> list[tuple[str, str]]:
    return [(type(view).__name__, "" if isinstance(view, MathView) else
             view.text.toPlainText() if isinstance(view, CodeView) else view.toHtml()) for view in body.views]


def words(widget: AnswerMessage) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]


@pytest.mark.parametrize("size", [1, 3, 17])
def test_a_streamed_answer_looks_like_one_shown_whole(qtbot: QtBot, rendering: Rendering, body: AnswerBody,
                                                      size: int) -> None:
    text = ANSWER.replace("$$\n\\frac{1}{2}\n$$\n\n", "")
    stream(qtbot, body, text, size)
    whole = AnswerBody(rendering)
    qtbot.addWidget(whole)
    whole.show_whole(text)
    qtbot.waitUntil(lambda: not whole.busy)
    assert picture_of(body) == picture_of(whole)


def test_each_kind_of_block_has_its_view(qtbot: QtBot, body: AnswerBody) -> None:
    stream(qtbot, body, ANSWER, 7)
    assert [type(view) for view in body.views] == [ProseView, CodeView, TableView, MathView, ProseView]


def test_finished_blocks_are_not_written_again(qtbot: QtBot, body: AnswerBody, monkeypatch: pytest.MonkeyPatch) -> None:
    body.add("first\n\nsecond\n\nthird")
    qtbot.waitUntil(lambda: not body.busy)
    written: list[str] = []
    parse = Markdown.parse

    def watched(self: Markdown, text: str, references: dict[str, object] | None = None) -> object:
        written.append(text)
        return parse(self, text, references)

    monkeypatch.setattr(Markdown, "parse", watched)
    body.add(" and more")
    qtbot.waitUntil(lambda: not body.busy)
    assert written == ["third and more"]


def test_code_is_coloured_and_copied_exactly(qtbot: QtBot, body: AnswerBody) -> None:
    code = 'def f():\n    return "a\u202eb"\n'
    stream(qtbot, body, f"```python\n{code}```\n", 5)
    view = body.views[0]
    assert isinstance(view, CodeView)
    qtbot.waitUntil(lambda: bool(view.text.document().firstBlock().layout().formats()))
    assert "⟨RLO⟩" in view.text.toPlainText(), "what is shown hides nothing"
    view._copy.click()
    assert QGuiApplication.clipboard().text() == code.rstrip("\n"), "what is copied is what was written"
    assert view._copy.accessibleName() == "Copied"


def test_the_copy_button_is_reachable_by_key_and_shows_on_focus(qtbot: QtBot, body: AnswerBody) -> None:
    stream(qtbot, body, "```\nx\n```\n", 5)
    view = body.views[0]
    assert isinstance(view, CodeView)
    assert view._copy.accessibleName() == "Copy code"
    assert not view._copy.revealed or view.underMouse()
    view._copy.setFocus()
    qtbot.waitUntil(lambda: view._copy.hasFocus())
    assert view._copy.revealed


def test_a_formula_is_drawn_when_complete_and_its_source_stays_if_it_cannot_be(qtbot: QtBot, body: AnswerBody) -> None:
    stream(qtbot, body, "$$x^2$$\n\n$$\\frac{a}{$$\n", 5)
    good, bad = body.views
    assert isinstance(good, MathView) and isinstance(bad, MathView)
    qtbot.waitUntil(lambda: good.drawn, timeout=10_000)
    qtbot.waitUntil(lambda: not bad._pending, timeout=10_000)
    assert not bad.drawn
    assert "frac" in bad.accessibleName()


def test_a_formula_in_a_sentence_becomes_a_picture(qtbot: QtBot, body: AnswerBody) -> None:
    stream(qtbot, body, "Here $x^2$ is\n\n| $y$ |\n|---|\n", 5)
    for view in body.views:
        assert isinstance(view, ProseView | TableView)
        qtbot.waitUntil(lambda view=view: "\ufffc" in view.toPlainText(), timeout=10_000)


def test_money_is_not_a_formula(qtbot: QtBot, body: AnswerBody) -> None:
    stream(qtbot, body, "It costs $5 or $10.", 5)
    assert body.editors()[0].toPlainText() == "It costs $5 or $10."


def test_a_list_goes_on_with_its_numbers_after_code(qtbot: QtBot, body: AnswerBody) -> None:
    stream(qtbot, body, "1. a\n   ```\n   x\n   ```\n2. b\n", 5)
    last = body.views[-1]
    assert isinstance(last, ProseView)
    assert last.document().firstBlock().textList().format().start() == 2
    code = body.views[1]
    assert isinstance(code, CodeView) and code.mapTo(body, code.rect().topLeft()).x() > 10


def test_headings_are_headings(qtbot: QtBot, body: AnswerBody) -> None:
    stream(qtbot, body, "# One\n\n## Two\n", 5)
    document = body.editors()[0].document()
    assert [document.findBlockByNumber(n).blockFormat().headingLevel() for n in (0, 1)] == [1, 2]
    assert document.firstBlock().charFormat().hasProperty(QTextFormat.Property.FontWeight)


def test_a_long_table_is_several_views_with_all_rows(qtbot: QtBot, body: AnswerBody) -> None:
    stream(qtbot, body, "| n |\n|---|\n" + "".join(f"| row{n} |\n" for n in range(150)), 200)
    assert all(isinstance(view, TableView) for view in body.views) and len(body.views) > 1
    text = "\n".join(editor.toPlainText() for editor in body.editors())
    assert all(f"row{n}" in text for n in range(150))


def test_a_very_long_answer_waits_behind_a_button(qtbot: QtBot, body: AnswerBody) -> None:
    body.show_whole("many words here\n" * 40_000)
    qtbot.waitUntil(lambda: not body.busy, timeout=60_000)
    text = "\n".join(editor.toPlainText() for editor in body.editors())
    assert SHOWN_AT_ONCE * 0.7 < len(text) < SHOWN_AT_ONCE
    more = body.findChildren(QPushButton)
    assert [button.text()[:11] for button in more] == ["Show more ("]
    more[0].click()
    qtbot.waitUntil(lambda: not body.findChildren(QPushButton), timeout=60_000)
    assert sum(editor.toPlainText().count("many") for editor in body.editors()) == 40_000


def test_thoughts_are_folded_and_timed(qtbot: QtBot, answer: AnswerMessage) -> None:
    answer.add_text("hm, let me see", True)
    button = next(b for b in answer.findChildren(QPushButton) if b.isCheckable())
    qtbot.waitUntil(lambda: button.text() == "Thinking …")
    answer.add_text("At ten.", False)
    assert button.text() == "Thought for 1 s"
    assert not any(editor.isVisible() for editor in answer._thought.findChildren(QPlainTextEdit))
    button.click()
    assert answer._thought._words.isVisible()
    assert answer._thought._words.toPlainText() == "hm, let me see"
    qtbot.waitUntil(lambda: bool(answer.editors()))
    assert [editor.toPlainText() for editor in answer.editors()] == ["At ten."]


def test_stored_thoughts_are_there_too(qtbot: QtBot, rendering: Rendering, say: Say) -> None:
    made = AnswerMessage(rendering, say("a", role="assistant", parts=(ThoughtPart("deep"), TextPart("shallow"))))
    qtbot.addWidget(made)
    assert "Thoughts" in [b.text() for b in made.findChildren(QPushButton)]


def test_reading_is_shown_with_numbers_after_a_second(qtbot: QtBot, answer: AnswerMessage) -> None:
    answer.reading(420, 2000)
    assert "Reading 420 of 2,000 tokens" not in words(answer)
    qtbot.waitUntil(lambda: "Reading 420 of 2,000 tokens" in words(answer), timeout=3_000)
    answer.add_text("At", False)
    assert "Reading 420 of 2,000 tokens" not in words(answer)


@pytest.mark.parametrize(("state", "sentence"), [
    ("stopped", "You stopped this answer."), ("interrupted", "Consort ended while this was being written."),
    ("failed", "This answer could not be finished."),
])
def test_how_it_ended_is_said(qtbot: QtBot, rendering: Rendering, say: Say, state: str, sentence: str) -> None:
    made = AnswerMessage(rendering, say("a", "half", "assistant", state=state))
    qtbot.addWidget(made)
    assert sentence in words(made)
    if state != "stopped":
        with qtbot.waitSignal(made.regenerate_asked) as heard:
            next(b for b in made.findChildren(QPushButton) if b.text() == "Answer again").click()
        assert heard.args == ["a"]


def test_a_failure_says_what_happened_and_offers_ways_out(qtbot: QtBot, answer: AnswerMessage, say: Say) -> None:
    answer.finish(say("a", "", "assistant", state="failed"), "The model stopped working.", "Ask again.",
                  (Choice("Try again", "retry"),))
    qtbot.waitUntil(lambda: {"The model stopped working.", "Ask again."} <= set(words(answer)))
    with qtbot.waitSignal(answer.choice_made) as heard:
        next(b for b in answer.findChildren(QPushButton) if b.text() == "Try again").click()
    assert heard.args == ["a", "retry"]


def test_the_stored_text_wins_over_the_streamed(qtbot: QtBot, answer: AnswerMessage, say: Say) -> None:
    answer.add_text("half a", False)
    answer.finish(say("a", "half a word", "assistant"))
    qtbot.waitUntil(lambda: [e.toPlainText() for e in answer.editors()] == ["half a word"])


def test_actions_appear_with_the_end(qtbot: QtBot, answer: AnswerMessage, say: Say) -> None:
    assert not answer.row.isVisibleTo(answer)
    answer.add_text("x", False)
    answer.finish(say("a", "x", "assistant", stats=TurnStats(written_tokens=120, tokens_per_second=14.2)))
    assert answer.row.isVisibleTo(answer)
    assert answer.row.buttons["details"].toolTip() == "120 tokens · 14.2 tokens/s"
    answer.row.buttons["copy"].click()
    assert QGuiApplication.clipboard().text() == "x"


def test_figures_say_only_what_is_known() -> None:
    assert figures(TurnStats()) == ""
    assert figures(TurnStats(seconds_to_first_token=0.84)) == "first word after 0.8 s"


def test_a_quotation_from_right_to_left_is_indented_from_the_right(qtbot: QtBot, body: AnswerBody) -> None:
    stream(qtbot, body, "> اقتباس\n", 3)
    form = body.editors()[0].document().firstBlock().blockFormat()
    assert form.rightMargin() > 0 and form.leftMargin() == 0
