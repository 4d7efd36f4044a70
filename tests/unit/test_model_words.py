"""Models in words: fit, speed, popularity; and what is left of names and cards that come from outside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.card_markdown import LONGEST, card_markdown
from desktop_app.model_facts import facts_about
from desktop_app.model_rows import CatalogueFilter, catalogue_rows, hub_rows, installed_rows
from desktop_app.model_words import (
    count_in_words,
    download_in_words,
    fit_sentence,
    outside_text,
    popularity_in_words,
    quantisation_in_words,
    speed_in_words,
    verdict,
    why_not_usable,
)
from desktop_app.storage_rows import bar_parts, storage_in_words, stored_rows, verified_in_words
from desktop_app.view_state import ViewState
from router import messages as m
from router.model_views import (
    CheckView,
    FitView,
    HubModelDetail,
    HubModelView,
    QuantisationView,
    QueuedInstall,
    StoredModel,
)
from router.views import SpecialistView

DAY, GB = 86_400, 10**9
CODER = SpecialistView("coder", "Qwen2.5 Coder", "Writes code.", "language", ("code",), "installed", "1.5B", "Q4_K_M",
                       1_120_000_000, licence="Apache-2.0", sources=("hub",))


@pytest.mark.parametrize(("level", "words", "icon"), [("fits", "Fits", "check"), ("tight", "Tight", "warning"),
                                                      ("no", "Does not fit", "close"), ("unknown", "", "")])
def test_a_verdict_has_a_word_and_a_sign_and_not_only_a_colour(level: str, words: str, icon: str) -> None:
    said = verdict(FitView(level))                                      # type: ignore[arg-type]
    assert (said.words, said.icon) == (words, icon)


def test_the_routers_sentence_about_fit_goes_before_our_own() -> None:
    assert fit_sentence(FitView("no", 6_100_000_000, 4 * GB)) == "It needs 6.1 GB; 4.0 GB can be used for models."
    assert fit_sentence(FitView("no", 1, 2, sentence="No room.")) == "No room."
    assert fit_sentence(FitView()) == ""


def test_numbers_are_short_and_unknown_ones_are_left_out() -> None:
    assert [count_in_words(each, "download") for each in (1, 812, 12_345, 1_204_000)] == [
        "1 download", "812 downloads", "12 k downloads", "1.2 M downloads"]
    assert speed_in_words(CheckView(writes_per_second=21.4)) == "21 tokens/s here" and speed_in_words(CheckView()) == ""
    model = HubModelView("a/b", "mit", 812, 0, 1000 * DAY)
    assert popularity_in_words(model, 1004 * DAY) == "812 downloads · 4 days ago · mit"
    assert popularity_in_words(HubModelView("a/b"), 0) == ""


@pytest.mark.parametrize(("name", "words"), [("Q4_K_M", "the usual balance"), ("IQ2_XS", "very small, much is lost"),
                                             ("UD-Q8_K_XL", "nearly the original"), ("BF16", "the original, large"),
                                             ("weights", "")])
def test_quantisations_mean_something_to_people(name: str, words: str) -> None:
    assert quantisation_in_words(name) == words


def test_each_state_of_a_download_has_its_words() -> None:
    line = QueuedInstall("a", "A", "running", "fetching", 34_000_000, 98_000_000, 5_200_000, 12, "hub")
    assert download_in_words(line) == "34 MB of 98 MB · 5.2 MB/s · 12 s left · from the Hugging Face Hub"
    assert download_in_words(replace(line, state="waiting", done=0)) == "Waits for its turn · 98 MB"
    assert download_in_words(replace(line, state="paused")) == "Paused · 34 MB of 98 MB"
    assert download_in_words(replace(line, state="failed")) == "Stopped at 34 MB of 98 MB"
    assert download_in_words(replace(line, phase="waiting")).startswith("Waiting for the network")
    assert download_in_words(replace(line, phase="testing")).startswith("Trying it out")


def test_names_from_outside_are_one_line_with_nothing_hidden() -> None:
    assert outside_text("a\u202eb\nc") == "a⟨RLO⟩b c"
    assert outside_text("x" * 500, 10) == "x" * 9 + "…"
    rows = hub_rows((HubModelView("evil/\u202egnp.exe" + "n" * 4000, downloads=5),), 0)
    assert "\u202e" not in rows[0].title and len(rows[0].title) <= 120


def test_a_reason_is_given_for_everything_that_cannot_be_used() -> None:
    refused = replace(CODER, state="refused", check=CheckView("refused", ("Its template is not trusted.",)))
    assert why_not_usable(refused) == "Its template is not trusted."
    assert "/x.gguf" in why_not_usable(replace(CODER, state="broken", in_place=True, path="/x.gguf"))
    assert why_not_usable(replace(CODER, state="broken")) == "Its file is damaged or gone."


def test_the_catalogue_is_filtered_by_words_skill_room_and_terms() -> None:
    small = replace(CODER, id="s", name="Small", skills=("general",), state="absent")
    large = replace(CODER, id="l", name="Large", state="absent", fit=FitView("no"), licence_opt_in=True)
    views = (large, CODER, small)

    def shown(**wanted: object) -> list[str]:
        return [each.title for each in catalogue_rows(views, {}, CatalogueFilter(**wanted))]   # type: ignore[arg-type]

    assert shown() == ["Small", "Qwen2.5 Coder", "Large"], "what does not fit comes last"
    assert shown(text="wri code") == ["Small", "Qwen2.5 Coder", "Large"] and shown(text="smal") == ["Small"]
    assert shown(skill="general") == ["Small"] and shown(fitting=True) == ["Small", "Qwen2.5 Coder"]
    assert shown(open=True) == ["Small", "Qwen2.5 Coder"]
    voice = replace(CODER, id="v", name="Amy", kind="speech-out", skills=())
    assert [each.title for each in catalogue_rows((voice, small), {}, CatalogueFilter(skill="speech-out"))] == ["Amy"]


def test_rows_say_what_can_be_done_with_them() -> None:
    absent = replace(CODER, state="absent")
    running = QueuedInstall("coder", "", "running", "fetching", 30, 100)
    rows = catalogue_rows((absent,), {"coder": running}, CatalogueFilter())
    assert (rows[0].action, rows[0].below) == ("", "30 %")
    assert catalogue_rows((absent,), {}, CatalogueFilter())[0].action == "Install"
    assert catalogue_rows((replace(absent, state="partial"),), {}, CatalogueFilter())[0].action == "Continue"
    assert catalogue_rows((CODER,), {}, CatalogueFilter())[0].below == "Installed"
    assert installed_rows((CODER, absent))[0].detail == "1.1 GB · Q4_K_M"
    assert "Code" in rows[0].spoken and "Writes code" in rows[0].spoken


def test_the_quantisation_to_take_is_what_the_router_says_with_its_reason() -> None:
    state = ViewState()
    ways = tuple(QuantisationView(f"a/b:{name}", name) for name in ("Q2_K", "Q4_K_M"))
    opened = HubModelDetail(HubModelView("a/b", gated=True), quantisations=ways, usual="Q4_K_M", why="It fits.")
    state.apply(m.HubModelOpened(opened))
    facts = facts_about(state, "repo:a/b")
    assert facts is not None and (facts.order, facts.description, facts.gated) == ("a/b:Q4_K_M", "It fits.", False)
    state.apply(m.HubModelOpened(replace(opened, trouble="It wants an agreement.")))
    facts = facts_about(state, "repo:a/b")
    assert facts is not None and (facts.order, facts.trouble, facts.gated) == ("", "", True)


def test_a_repository_knows_the_specialist_that_it_became() -> None:
    state = ViewState()
    state.apply(m.SpecialistsListed((replace(CODER, id="owner--name"),)))
    state.apply(m.HubModelOpened(HubModelDetail(HubModelView("owner/name"), card="# Hi")))
    facts = facts_about(state, "repo:owner/name")
    assert facts is not None and not facts.usable
    state.sent(m.Install("owner/name:Q4", request="install:owner/name:Q4"))
    state.apply(m.Installed("owner--name", "hub", "/x", 1, "ab", "install:owner/name:Q4"))
    facts = facts_about(state, "repo:owner/name")
    assert facts is not None and facts.usable and facts.view is not None and facts.view.id == "owner--name"


def test_a_gated_repository_without_files_asks_for_the_agreement() -> None:
    state = ViewState()
    state.apply(m.HubModelOpened(HubModelDetail(HubModelView("g/gemma", gated=True))))
    facts = facts_about(state, "repo:g/gemma")
    assert facts is not None and facts.gated and not facts.order


def test_a_card_keeps_its_words_and_loses_markup_pictures_and_settings() -> None:
    card = ("---\nlicense: mit\n---\n# Title\n\n<div align='center'><img src='http://x/p.png'><b>Bold</b></div>\n"
            "<script>alert(1)</script><!-- secret -->\n![A chart](http://x/c.png) [![](http://x/b)](http://y)\n\n"
            "```html\n<b>kept as code</b>\n```\n\nEnd \u202ehidden")
    said = card_markdown(card)
    assert said.startswith("# Title") and "Bold" in said and "A chart" in said and "<b>kept as code</b>" in said
    for gone in ("license", "<div", "<img", "alert", "secret", "p.png", "c.png", "\u202e"):
        assert gone not in said.replace("<b>kept as code</b>", "")


def test_hostile_cards_cost_no_time_and_stay_bounded() -> None:
    assert len(card_markdown("<" * 300_000)) <= LONGEST + 10
    assert card_markdown("![" * 50_000).startswith("![")
    assert card_markdown("<!--" + "x" * 100_000) == ""
    assert card_markdown("---\n" * 10_000)[:3] == "---"


def test_the_disk_in_words_rows_and_parts() -> None:
    listed = m.StorageListed("/models", tuple(
        StoredModel(f"m{n}", f"M{n}", "installed", (n + 1) * GB, "", DAY, False, "Q4") for n in range(9)), 50 * GB,
        100 * GB, 640_000_000)
    parts = bar_parts(listed, lambda _: "code")
    assert [each.name for each in parts] == ["M8", "M7", "M6", "M5", "M4", "M3", "other models",
                                             "kept for quick returns"]
    assert sum(each.size for each in parts) == 45 * GB + 640_000_000
    assert storage_in_words(listed) == "45.0 GB of models · 640 MB kept for quick returns · 50.0 GB free"
    row = stored_rows(listed.models[:1], lambda _: "code", 4 * DAY)[0]
    assert (row.detail, row.action) == ("Q4 · last used 3 days ago", "Remove…")


def test_verifying_ends_in_a_sentence() -> None:
    assert verified_in_words(m.Verified(("a", "b")), str) == ("All 2 are as they were published.", True)
    words, well = verified_in_words(m.Verified(("a",), ("b",), ("c",)), str.upper)
    assert not well and words == "B has changed; the file of C is gone. Install it again, or find its file."
