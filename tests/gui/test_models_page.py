"""Models, settings and System: what is offered, what is asked first, and which command follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop_app import model_actions, storage_tools
from desktop_app.models_column import ModelsColumn
from desktop_app.models_page import ModelsPage
from desktop_app.settings_dialog import SettingsDialog
from desktop_app.specialist_settings import SpecialistSettings
from desktop_app.system_page import SystemPage
from desktop_app.window import Window
from router import messages as m
from router.messages import Command
from router.model_views import (
    CheckView,
    FitView,
    HubModelDetail,
    HubModelView,
    QuantisationView,
    QueuedInstall,
    Recommendation,
    SharedModel,
    StoredModel,
    UpdateView,
)
from router.views import Check
from specialists.manifest import Published, Settings

from .scripted import CODER, GEMMA, say_hello


def last(sent: list[Command], kind: type[Any]) -> Any:
    return next(each for each in reversed(sent) if isinstance(each, kind))


def models(window: Window, page: str = "models") -> ModelsPage:
    window.show_page(page)
    assert window.pages.currentWidget() is window.models
    return window.models


def words_on(widget: QWidget) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget))


# ── what is on show ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_it_begins_with_what_is_here_or_with_discover_while_nothing_is(window: Window) -> None:
    say_hello(window)
    page = models(window)
    assert page.segments.present == "installed" and page.stack.currentWidget() is page.installed
    rows = page.installed.groups["Answers"].list.rows.rows
    assert [(each.title, each.below) for each in rows] == [("SmolLM2", "In memory"), ("Qwen2.5 Coder", "Installed")]


def test_it_begins_with_discover_while_nothing_is_here(window: Window) -> None:
    say_hello(window, installed=False)
    assert models(window).segments.present == "discover"
    window.models.segments.buttons["installed"].click()
    empty = window.models.installed.placeholder
    assert "No model is on this computer yet" in empty.words
    empty.button.click()
    assert window.models.segments.present == "discover"


def test_links_from_elsewhere_lead_to_the_right_page(window: Window) -> None:
    say_hello(window)
    for name in ("discover", "downloads", "storage", "installed"):
        assert models(window, name).segments.present == name
    window.chat.choices.make("", "install")
    assert window.models.segments.present == "discover"


def test_what_cannot_be_used_stands_first_with_its_reason_and_one_way_on(window: Window, sent: list[Command],
                                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    say_hello(window)
    refused = replace(CODER, state="refused", check=CheckView("refused", ("Its template is not trusted.",)))
    lost = replace(GEMMA, id="mine", name="Mine", state="broken", in_place=True, path="/disk/mine.gguf", sources=())
    window.take(m.SpecialistChanged(refused))
    window.take(m.SpecialistChanged(lost))
    page = models(window).installed
    assert "Its template is not trusted." in words_on(page.cards["coder"])
    assert "/disk/mine.gguf" in words_on(page.cards["mine"])
    assert "Qwen2.5 Coder" not in [each.title for each in page.groups["Answers"].list.rows.rows]
    page.cards["coder"].act.click()
    assert last(sent, m.CheckModel) == m.CheckModel("coder", request="check:coder")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/new/mine.gguf", ""))
    page.cards["mine"].act.click()
    assert last(sent, m.ImportModel) == m.ImportModel("/new/mine.gguf", instead_of="mine",
                                                      request="import:/new/mine.gguf")
    window.take(m.SpecialistChanged(replace(CODER, state="installed")))
    assert "coder" not in page.cards


def test_files_of_ones_own_are_used_where_they_lie(window: Window, sent: list[Command],
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    say_hello(window)
    own = models(window).installed.own
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/a/b.gguf", ""))
    own.file.click()
    assert last(sent, m.ImportModel).path == "/a/b.gguf"
    window.take(m.InstallMoved("b", "checking", 1, 4, 5, "import", "import:/a/b.gguf"))
    qt_wait(window)
    assert own.reading.isVisible()
    own.reading.button.click()
    assert last(sent, m.PauseInstall) == m.PauseInstall("b", request="import:/a/b.gguf")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "/a")
    own.folder.click()
    assert last(sent, m.ImportModel).path == "/a"


def test_a_model_file_can_be_dropped_on_the_page(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    page, mime = models(window), QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/a/b.gguf"), QUrl.fromLocalFile("/a/letter.txt"), QUrl("https://x/c.gguf")])
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                      Qt.KeyboardModifier.NoModifier)
    page.dropEvent(drop)
    assert [each.path for each in sent if isinstance(each, m.ImportModel)] == ["/a/b.gguf"]


def test_models_of_other_programs_are_looked_for_on_request_and_used_by_a_click(window: Window,
                                                                               sent: list[Command]) -> None:
    say_hello(window)
    own = models(window).installed.own
    assert not any(isinstance(each, m.FindSharedModels) for each in sent)
    own.look.click()
    assert last(sent, m.FindSharedModels).request == "storage:shared"
    window.take(m.SharedModelsFound((SharedModel("/o/x", "llama3", "Ollama", 5), SharedModel("/o/y", "Coder", "Ollama",
                                                                                         5, "coder"))))
    qt_wait(window)
    own.found.list.acted.emit("path:/o/x")
    assert last(sent, m.ImportModel).path == "/o/x"
    own.found.list.opened.emit("path:/o/y")
    assert window.models.model.key == "specialist:coder"


# ── discover ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_set_for_this_computer_is_installed_as_a_whole_or_in_part(window: Window, sent: list[Command],
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    say_hello(window)
    page = models(window, "discover").discover
    assert isinstance(last(sent, m.Recommend), m.Recommend)
    piper = replace(GEMMA, id="piper", name="Piper", licence_opt_in=False, size=63_000_000)
    window.take(m.SpecialistChanged(piper))
    window.take(m.Recommended((Recommendation("With 16 GB: all", ("coder", "gemma", "piper"), "Because."),)))
    chosen = page.recommended
    assert not chosen.boxes["coder"].isEnabled() and chosen.install.text() == "Install 2 models (316 MB)"
    chosen.boxes["gemma"].click()
    assert chosen.install.text() == "Install Piper (63 MB)"
    chosen.install.click()
    assert [each.specialist for each in sent if isinstance(each, m.Install)] == ["piper"]
    assert not chosen.install.isEnabled(), "it is on its way"


def test_an_opt_in_licence_is_agreed_to_before_anything_is_fetched(window: Window, sent: list[Command],
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    say_hello(window)
    asked: list[str] = []
    monkeypatch.setattr(model_actions, "confirm", lambda parent, title, text, yes, **_: asked.append(text) or False)
    rows = models(window, "discover").discover.catalogue.list
    rows.acted.emit("specialist:gemma")
    assert "https://ai.google.dev/gemma/terms" in asked[0]
    assert not any(isinstance(each, m.Install) for each in sent)
    monkeypatch.setattr(model_actions, "confirm", lambda *_, **__: True)
    rows.acted.emit("specialist:gemma")
    assert last(sent, m.Install) == m.Install("gemma", agreed=True, request="install:gemma")


def test_typing_looks_through_the_catalogue_and_asks_nobody(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    say_hello(window)
    page = models(window, "discover").discover
    before = len(sent)
    qtbot.keyClicks(page.search.field, "gem")
    assert [each.title for each in page.catalogue.list.rows.rows] == ["Gemma 3"]
    page.search.field.setText("nobody")
    assert page.placeholder.words.startswith("Nothing in the catalogue fits")
    page.search.skills["code"].click()
    page.search.field.clear()
    assert [each.title for each in page.catalogue.list.rows.rows] == ["Qwen2.5 Coder"]
    assert len(sent) == before and window.desk.state.hub.asked is None


def test_the_hub_is_asked_on_request_with_words_and_filters(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    window.take(m.SpecialistChanged(replace(CODER, fit=FitView("fits", 1, 11_000))))
    page = models(window, "discover").discover
    assert "address" in words_on(page.search)
    page.search.field.setText("qwen3")
    page.search.skills["code"].click()
    page.search.fitting.click()
    page.search.hub.click()
    asked = last(sent, m.SearchHub)
    assert (asked.text, asked.skill, asked.largest, asked.sort) == ("qwen3", "code", 11_000, "trending")
    found = (HubModelView("Qwen/Qwen3-GGUF", "apache-2.0", 1_200_000, 5), HubModelView("g/gemma", gated=True))
    window.take(m.HubSearched("qwen3", found, "next", asked.request))
    rows = page.hub.listed.list.rows.rows
    assert rows[0].title == "Qwen3-GGUF" and "1.2 M downloads" in rows[0].detail and rows[1].lock
    page.hub.more.click()
    assert last(sent, m.SearchHub).cursor == "next"
    page.hub.sort.setCurrentIndex(1)
    page.hub.sort.activated.emit(1)
    assert (last(sent, m.SearchHub).sort, last(sent, m.SearchHub).cursor) == ("downloads", "")
    window.escape()
    assert window.desk.state.hub.asked is None and not page.hub.isVisible()


def test_offline_the_search_says_so_and_what_is_safe(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    page = models(window, "discover").discover
    page.search.hub.click()
    window.take(m.Refused("The Hub cannot be reached.", "Connect.", last(sent, m.SearchHub).request))
    assert "What is installed works without it." in page.hub.placeholder.words and window.notices.text == ""
    before = sum(isinstance(each, m.SearchHub) for each in sent)
    page.hub.placeholder.button.click()
    assert sum(isinstance(each, m.SearchHub) for each in sent) == before + 1


def test_an_empty_search_offers_to_clear_the_filters(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    page = models(window, "discover").discover
    page.search.skills["code"].click()
    page.search.hub.click()
    window.take(m.HubSearched("", (), "", last(sent, m.SearchHub).request))
    assert page.hub.placeholder.words.startswith("Nothing on the Hub")
    page.hub.placeholder.button.click()
    assert last(sent, m.SearchHub).skill == ""


# ── a model's page ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_page_says_how_it_did_here_and_removing_names_it_and_its_size(window: Window, sent: list[Command],
                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    say_hello(window)
    checked = CheckView("passed", (), "Hello there.", 2.4, 1_502_000_000, 148, 21.4, "own", 5.0)
    window.take(m.SpecialistChanged(replace(CODER, check=checked, commit="5f2e9a1b7c3d4e5f60718293a4b5c6d7e8f90a1b",
                                            sha256="b1" * 32, strengths={"code": 0.7}, strengths_source="ours")))
    window.show_model("specialist:coder")
    page = window.models.model
    said = words_on(page)
    for words in ("21.4 tokens per second", "1.5 GB", "2.4 s", "Hello there.", "5f2e9a1b7c3d", "by ours"):
        assert words in said
    asked: list[str] = []
    monkeypatch.setattr(model_actions, "confirm",
                        lambda parent, title, text, yes, **_: asked.append(title + text) or True)
    page.head.remove.click()
    assert "Qwen2.5 Coder" in asked[0] and "1.1 GB" in asked[0] and last(sent, m.Remove).specialist == "coder"
    window.take(m.Removed("coder", 1_120_000_000))
    assert page.head.install.isVisible() and not page.check.isVisible()


def test_figures_of_others_are_told_with_their_page_and_never_drawn_as_a_strength(window: Window,
                                                                               sent: list[Command]) -> None:
    say_hello(window)
    figure = Published("HumanEval", 70.7, "https://arxiv.org/abs/2409.12186")
    window.take(m.SpecialistChanged(replace(CODER, strengths={}, published=(figure,))))
    window.show_model("specialist:coder")
    page = window.models.model
    assert "HumanEval 70.7 % (https:" in words_on(page).replace("\u200b", "")
    assert page.strengths.isVisible() and not page.strengths.shown and "Of 100" not in words_on(page)
    window.take(m.SpecialistChanged(replace(CODER, strengths={}, published=())))
    assert not page.strengths.isVisible()


def test_an_installation_moves_on_its_page_which_stays_usable(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    window.take(m.SpecialistChanged(replace(GEMMA, licence_opt_in=False)))
    window.show_model("specialist:gemma")
    page = window.models.model
    page.head.install.click()
    window.take(m.InstallMoved("gemma", "fetching", 100_000_000, 253_000_000, 0, "hub"))
    qt_wait(window)
    assert page.head.progress.isVisible() and not page.head.install.isVisible() and page.back.isEnabled()
    assert page.head.progress.pause.hasFocus()
    window.take(m.Installed("gemma", "hub", "/x", 253_000_000, "ab"))
    assert not page.head.progress.isVisible() and page.head.settings.isVisible()
    assert page.head.chat.hasFocus(), "the keys go to what can be done now"


def test_a_quantisation_is_installed_by_its_own_name(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    ways = (QuantisationView("coder:Q2_K", "Q2_K", 700_000_000, fit=FitView("fits")),
            QuantisationView("coder:F16", "F16", 3_000_000_000,
                             fit=FitView("no", sentence="It needs 4 GB; 2 are free.")))
    window.take(m.SpecialistChanged(replace(CODER, variants=ways)))
    window.show_model("specialist:coder")
    rows = window.models.model.quantisations.list
    assert [each.below for each in rows.rows.rows] == ["Fits", "Does not fit"]
    assert rows.rows.rows[1].detail == "It needs 4 GB; 2 are free."
    rows.opened.emit("coder:Q2_K")
    assert last(sent, m.Install) == m.Install("coder:Q2_K", request="install:coder:Q2_K")


def test_a_repository_is_opened_once_and_its_usual_quantisation_is_one_click_away(window: Window,
                                                                                 sent: list[Command]) -> None:
    say_hello(window)
    window.show_model("repo:a/b")
    assert last(sent, m.OpenHubModel) == m.OpenHubModel("a/b", request="hub:open:a/b")
    ways = (QuantisationView("a/b:Q2_K", "Q2_K", 1), QuantisationView("a/b:Q4_K_M", "Q4_K_M", 2_500_000_000))
    window.take(m.HubModelOpened(HubModelDetail(HubModelView("a/b", "mit"), "c0ffee", "# Card\n\n<b>Hi</b> you", ways,
                                                "qwen3", 4096, True, usual="Q4_K_M"), "hub:open:a/b"))
    page = window.models.model
    assert page.head.install.text() == "Install Q4_K_M (2.5 GB)"
    page.head.install.click()
    assert last(sent, m.Install).specialist == "a/b:Q4_K_M"
    assert page.card.text is not None and "<b>" not in page.card.text.editors()[0].toPlainText()
    window.take(m.InstallMoved("a--b", "fetching", 1, 2, 0, "hub", "install:a/b:Q4_K_M"))
    qt_wait(window)
    assert page.head.progress.isVisible()
    window.models.leave_model()
    window.show_model("repo:a/b")
    assert sum(isinstance(each, m.OpenHubModel) for each in sent) == 1


def test_the_card_of_a_specialist_is_read_from_the_hub_when_asked(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    window.take(m.SpecialistChanged(replace(CODER, repo="qwen/coder")))
    window.show_model("specialist:coder")
    card = window.models.model.card
    assert not any(isinstance(each, m.OpenHubModel) for each in sent) and card.read.isVisible()
    card.read.click()
    card.read.click()
    assert [each.repo for each in sent if isinstance(each, m.OpenHubModel)] == ["qwen/coder"]
    window.take(m.Refused("The Hub cannot be reached.", "Connect.", "hub:open:qwen/coder"))
    assert "The Hub cannot be reached. Connect." in words_on(card) and card.read.isVisible()
    window.take(m.HubModelOpened(HubModelDetail(HubModelView("qwen/coder"), card="# Coder"), "hub:open:qwen/coder"))
    assert card.text is not None and card.text.editors()[0].toPlainText() == "Coder" and not card.read.isVisible()
    window.show_model("specialist:smol")
    assert not card.isVisible()


def test_who_answers_is_picked_with_its_state_and_who_cannot_says_why(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    unsound = replace(GEMMA, state="refused", check=CheckView("refused", ("Its template is not trusted.",)))
    window.take(m.SpecialistChanged(unsound))
    window.take(m.SpecialistChanged(replace(CODER, fit=FitView("tight"))))
    actions = {each.text(): each for each in window.chat.picker.menu().actions() if each.text()}
    assert list(actions) == ["Automatic: Consort chooses", "SmolLM2 (General, in memory)",
                             "Qwen2.5 Coder (Code, little room)", "Gemma 3 (cannot be used)"]
    actions["Gemma 3 (cannot be used)"].trigger()
    assert window.notices.text == "Gemma 3 cannot be used. Its template is not trusted."
    actions["Qwen2.5 Coder (Code, little room)"].trigger()
    window.chat.composer.edit.put("Sort a list")
    window.chat.composer.send_button.click()
    assert last(sent, m.Ask).specialist == "coder"


def test_a_model_is_chatted_with_from_its_page(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    window.show_model("specialist:coder")
    window.models.model.head.chat.click()
    assert window.pages.currentWidget() is window.chat
    window.chat.composer.edit.put("Sort a list")
    window.chat.composer.send_button.click()
    assert last(sent, m.Ask).specialist == "coder"


def test_a_repository_that_cannot_be_opened_says_why_and_can_be_tried_again(window: Window,
                                                                          sent: list[Command]) -> None:
    say_hello(window)
    window.show_model("repo:a/b")
    window.take(m.Refused("The Hub cannot be reached.", "Connect.", "hub:open:a/b"))
    page = window.models.model
    assert page.placeholder.words == "The Hub cannot be reached. Connect." and not page.head.isVisible()
    page.placeholder.button.click()
    assert sum(isinstance(each, m.OpenHubModel) for each in sent) == 2


def test_a_token_is_typed_unseen_sent_once_and_never_shown_again(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    window.show_model("repo:g/gemma")
    shut = HubModelDetail(HubModelView("g/gemma", gated=True))
    window.take(m.HubModelOpened(shut, "hub:open:g/gemma"))
    gate = window.models.model.gate
    assert gate.isVisible() and gate.field.echoMode() == gate.field.EchoMode.Password
    gate.field.setText("hf_secret")
    gate.save.click()
    assert last(sent, m.SaveHubToken).token == "hf_secret" and gate.field.text() == ""
    window.take(m.HubTokenChanged(True, "the system's keyring", "hub:token"))
    assert sum(isinstance(each, m.OpenHubModel) for each in sent) == 2, "what was shut is tried again"
    assert "the system's keyring" in words_on(gate) and "hf_secret" not in words_on(gate)
    gate.forget.click()
    assert last(sent, m.ForgetHubToken).request == "hub:token"


def test_an_adapter_makes_a_specialist_of_its_own(window: Window, sent: list[Command],
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    say_hello(window)
    window.show_model("specialist:coder")
    adapters = window.models.model.adapters
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/a/lora.gguf", ""))
    adapters.attach.click()
    assert last(sent, m.ImportModel) == m.ImportModel("/a/lora.gguf", base="coder", request="import:/a/lora.gguf")
    window.take(m.SpecialistChanged(replace(CODER, id="poet", name="Poet", base="coder")))
    assert [each.title for each in adapters.list.rows.rows] == ["Poet"]


def test_updates_are_looked_for_only_when_asked(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    window.show_model("specialist:coder")
    version = window.models.model.version
    assert not any(isinstance(each, m.FindUpdates) for each in sent)
    version.look.click()
    assert last(sent, m.FindUpdates).request == "storage:updates"
    window.take(m.UpdatesFound((UpdateView("coder", "Qwen2.5 Coder", size=2_000_000_000),), request="storage:updates"))
    qt_wait(window)
    assert "newer version (2.0 GB to fetch)" in words_on(version)
    version.update_it.click()
    assert last(sent, m.UpdateModel) == m.UpdateModel("coder", request="install:coder")


# ── downloads ────────────────────────────────────────────────────────────────────────────────────────────────────────
def queued(*states: str) -> m.QueueChanged:
    return m.QueueChanged(tuple(QueuedInstall(name, name.title(), state, "fetching", 10, 100)   # type: ignore[arg-type]
                                for name, state in zip("abcd", states, strict=False)))


def test_the_queue_is_paused_continued_moved_and_limited(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    page = models(window, "downloads").downloads
    window.take(queued("running", "waiting", "waiting"))
    qt_wait(window)
    assert window.models.segments.buttons["downloads"].accessibleName() == "Downloads, 3"
    assert not page.cards["a"].later.isEnabled() and not page.cards["b"].earlier.isEnabled()
    page.cards["c"].earlier.click()
    assert last(sent, m.MoveInQueue) == m.MoveInQueue("c", 0, request="queue")
    page.cards["a"].pause.click()
    assert last(sent, m.PauseInstall) == m.PauseInstall("a")
    window.take(queued("paused", "running"))
    qt_wait(window)
    page.cards["a"].pause.click()
    assert last(sent, m.Install) == m.Install("a", request="install:a")
    page.limit.setCurrentIndex(page.limit.findData(1_000_000))
    page.limit.activated.emit(page.limit.currentIndex())
    assert last(sent, m.ChangePreference) == m.ChangePreference("bandwidth_limit", "1000000")


def test_a_failed_download_says_why_in_its_place_with_one_way_on(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    page = models(window, "downloads").downloads
    failed = QueuedInstall("gemma", "Gemma", "failed", error="The disk is full.", hint="Make room.")
    window.take(m.QueueChanged((failed,)))
    qt_wait(window)
    card = page.cards["gemma"]
    assert card.error == "The disk is full. Make room." and not card.pause.isVisible()
    card.again.click()
    assert last(sent, m.Install).specialist == "gemma"


def test_downloads_are_drawn_at_most_ten_times_a_second(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    say_hello(window)
    page, drawn = models(window, "downloads").downloads, []
    window.take(queued("running"))
    qt_wait(window)
    monkeypatch.setattr(page, "show_now", lambda: drawn.append(1))
    for done in range(11, 90):
        window.take(m.InstallMoved("a", "fetching", done, 100))
    assert drawn == []
    qt_wait(window)
    assert len(drawn) == 1


def test_the_sidebar_has_one_quiet_line_that_leads_to_the_downloads(window: Window) -> None:
    say_hello(window)
    assert not window.sidebar.downloads.isVisible()
    window.take(queued("running", "waiting"))
    window.sidebar.downloads.show_now()
    assert window.sidebar.downloads.words == "2 downloads · 10 %"
    window.sidebar.downloads.click()
    assert window.models.segments.present == "downloads"
    window.take(m.QueueChanged(()))
    window.sidebar.downloads.show_now()
    assert not window.sidebar.downloads.isVisible()


def test_the_end_of_a_download_is_a_notice_that_leads_to_the_model(window: Window) -> None:
    say_hello(window)
    window.take(m.InstallMoved("gemma", "fetching", 1, 2))
    window.take(m.Installed("gemma", "hub", "/x", 2, "ab"))
    assert window.notices.text == "Gemma 3 is installed."
    window.notices.choice_made.emit("model:gemma")
    assert window.models.model.key == "specialist:gemma" and window.notices.text == ""


# ── storage ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_storage_is_listed_by_size_and_kept_in_order(window: Window, sent: list[Command],
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    say_hello(window)
    page = models(window, "storage").storage
    assert last(sent, m.ListStorage).request == "storage:list"
    window.take(m.StorageListed("/models", (StoredModel("smol", "SmolLM2", "installed", 98_000_000),
                                            StoredModel("coder", "Coder", "installed", 1_120_000_000),
                                            StoredModel("gemma", "Gemma", "unfinished", 50_000_000)), 41 * 10**9,
                                request="storage:list"))
    qt_wait(window)
    assert [each.title for each in page.installed.list.rows.rows] == ["Coder", "SmolLM2"]
    assert "1.3 GB of models" in words_on(page) and "41.0 GB free" in words_on(page)
    page.tools.verify.button.setFocus()
    for _ in range(2):
        page.tools.verify.button.click()
    assert [each for each in sent if isinstance(each, m.VerifyModel)] == [m.VerifyModel("", request="verify:")]
    assert page.tools.verify.button.hasFocus(), "the keys stay where they were while it is under way"
    window.take(m.Verified(("smol",), ("coder",), request="verify:"))
    qt_wait(window)
    assert page.tools.verify.words.startswith("Qwen2.5 Coder has changed")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "/disk")
    monkeypatch.setattr(storage_tools, "confirm", lambda *_, **__: True)
    page.tools.place.button.click()
    assert last(sent, m.MoveModels) == m.MoveModels("/disk", request="storage:move")
    window.take(m.ModelsMoving(50, 100, "storage:move"))
    qt_wait(window)
    assert page.tools.place.words.startswith("Copying and checking")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("/disk/list.json", ""))
    page.tools.lock.button.click()
    assert last(sent, m.LockModels).path == "/disk/list.json"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/disk/list.json", ""))
    page.tools.sync.button.click()
    assert last(sent, m.SyncModels) == m.SyncModels("/disk/list.json", True, "storage:sync")
    assert page.unfinished.list.rows.rows[0].action == "Continue"


def test_a_refused_move_is_told_where_it_was_asked(window: Window) -> None:
    say_hello(window)
    page = models(window, "storage").storage
    window.desk.send(m.MoveModels("/disk", request="storage:move"))
    window.take(m.Refused("The disk is full.", "Choose another.", "storage:move"))
    qt_wait(window)
    assert page.tools.place.words == "The disk is full. Choose another." and window.notices.text == ""


# ── every size, every length ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("width", [360, 400, 720, 1280])
@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_nothing_is_wider_than_the_window(window: Window, qtbot: QtBot, width: int, zoom: float) -> None:
    say_hello(window)
    long = "Unreasonably-long-name-" * 12
    window.take(m.SpecialistChanged(replace(CODER, name=long, description=long * 3, licence=long, state="installed")))
    window.take(m.Recommended((Recommendation(long, ("coder", "gemma"), long),)))
    window.take(m.QueueChanged((QueuedInstall("gemma", long, "failed", error=long, hint=long),)))
    window.take(m.StorageListed("/" + long, (StoredModel("coder", long, "installed", 5, "/" + long, in_place=True),)))
    window.desk.theme.set_zoom(zoom)
    window.resize(width, 800)
    for name in ("installed", "discover", "downloads", "storage"):
        window.show_page(name)
        qt_wait(window)
        shown = window.models.stack.currentWidget()
        assert isinstance(shown, ModelsColumn)
        assert shown.widget().width() <= shown.viewport().width() + 1, name
    window.show_model("specialist:coder")
    qt_wait(window)
    assert window.models.model.widget().width() <= window.models.model.viewport().width() + 1
    assert window.width() == width


def test_hundreds_of_models_are_rows_and_not_widgets(window: Window) -> None:
    say_hello(window)
    page = models(window, "discover")
    before = len(page.findChildren(QWidget))
    many = tuple(replace(GEMMA, id=f"m{number}", name=f"Model {number}") for number in range(400))
    window.take(m.SpecialistsListed(many))
    assert len(page.discover.catalogue.list.rows.rows) == 400
    assert len(page.findChildren(QWidget)) <= before + 20


def test_markup_in_names_from_outside_is_shown_and_never_read(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    name = "<img src='file.png'><b>Evil</b>"
    window.take(m.SpecialistChanged(replace(CODER, name=name)))
    window.take(m.QueueChanged((QueuedInstall("coder", name, "running", "fetching", 1, 2),)))
    page = models(window, "downloads")
    qt_wait(window)
    for each in page.findChildren(QWidget):
        assert "<img" not in each.toolTip(), each
    assert all(each.textFormat() == Qt.TextFormat.PlainText for each in page.findChildren(QLabel))
    rows = window.models.installed.groups["Answers"].list
    window.show_page("installed")
    said = rows.rows.data(rows.rows.index(1), Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img" in str(said) and "<img" not in str(said)


def test_the_row_with_the_mark_keeps_it_while_rows_change(window: Window) -> None:
    say_hello(window)
    page = models(window, "discover").discover
    page.catalogue.list.mark("specialist:gemma")
    window.take(m.InstallMoved("gemma", "fetching", 1, 100))
    qt_wait(window)
    assert page.catalogue.list.current_key == "specialist:gemma"
    window.take(m.SpecialistsListed((replace(GEMMA, id="new", name="New"), GEMMA)))
    assert page.catalogue.list.current_key == "specialist:gemma"


def qt_wait(window: Window) -> None:
    """Until what is drawn together has been drawn, and has its place."""
    while window.models.is_waiting:
        QTest.qWait(5)
    QTest.qWait(1)


# ── settings and System ──────────────────────────────────────────────────────────────────────────────────────────────
def test_settings_show_what_consort_would_choose_and_save_only_what_was_typed(window: Window, sent: list[Command],
                                                                             qtbot: QtBot) -> None:
    say_hello(window)
    dialog = SpecialistSettings(window.desk, window.desk.state.specialists["smol"], window)
    qtbot.addWidget(dialog)
    assert dialog.fields["context"].placeholderText() == "4096" and dialog.fields["context"].text() == ""
    dialog.fields["temperature"].setText("hot")
    dialog.save.click()
    assert "Temperature takes a number" in dialog.error and not any(isinstance(s, m.ChangeSettings) for s in sent)
    dialog.fields["temperature"].setText("0.2")
    dialog.prompt.setPlainText("Be brief.")
    dialog.save.click()
    wanted = Settings(system_prompt="Be brief.", temperature=0.2)
    assert last(sent, m.ChangeSettings) == m.ChangeSettings("smol", wanted)
    dialog.reset.click()
    assert last(sent, m.ChangeSettings).settings == Settings()


def test_the_programs_settings_take_effect_at_once(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    say_hello(window)
    dialog = SettingsDialog(window.desk, window)
    qtbot.addWidget(dialog)
    dialog.theme.setCurrentIndex(dialog.theme.findData("dark"))
    dialog.theme.activated.emit(dialog.theme.currentIndex())
    assert window.desk.theme.dark and last(sent, m.ChangePreference) == m.ChangePreference("theme", "dark")
    assert not dialog.tray.isEnabled()


def test_the_system_page_asks_and_shows_the_remedy(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    window.show_page("system")
    assert isinstance(window.pages.currentWidget(), SystemPage)
    assert last(sent, m.Diagnose)
    window.take(m.Diagnosed((Check("Graphics card", False, "None in use", "Install the CUDA build."),)))
    words = {each.text() for each in window.pages.currentWidget().findChildren(QLabel)}
    assert {"Graphics card", "None in use", "Install the CUDA build."} <= words
