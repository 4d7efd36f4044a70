"""The colours can be read, the theme follows the system, the zoom scales the type, every icon can be drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app import palette
from desktop_app.icons import Icons
from desktop_app.theme import LARGEST, SMALLEST, Theme

GROUNDS = ("background", "surface", "raised", "hover", "code_background", "person_tint")
PAIRS = (
    [(text, ground) for text in ("text", "muted", "accent", "positive", "warning", "danger") for ground in GROUNDS]
    + [(text, "code_background") for text in palette.Tokens.__annotations__ if text.startswith("code_")
       and text != "code_background"]
    + [("text", "selection"), ("text", "found"), ("text", "found_here"), ("on_accent", "accent"),
       ("on_danger", "danger")]
)


@pytest.mark.parametrize("tokens", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids=" on ".join)
def test_text_has_enough_contrast(tokens: palette.Tokens, pair: tuple[str, str]) -> None:
    assert palette.contrast(getattr(tokens, pair[0]), getattr(tokens, pair[1])) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_the_focus_ring_and_the_dots_stand_out(tokens: palette.Tokens) -> None:
    dark = tokens is palette.DARK
    assert palette.contrast(tokens.focus, tokens.background) >= 3
    for skill in ("general", "code", "math", "something new"):
        assert palette.contrast(palette.dot_colour(skill, dark), tokens.background) >= 3


def test_a_skill_keeps_its_hue() -> None:
    assert palette.hue("gardening") == palette.hue("gardening")
    assert len({palette.hue(skill) for skill in ("general", "code", "math", "writing")}) == 4


def test_light_and_dark_change_the_whole_program(qtbot: QtBot, qapp: QApplication, theme: Theme) -> None:
    assert not theme.dark
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("dark")
    assert theme.dark
    assert qapp.palette().window().color().name() == palette.DARK.background
    assert palette.DARK.accent in qapp.styleSheet()


def test_the_system_is_followed_only_when_asked(theme: Theme) -> None:
    theme.set_mode("dark")
    theme._scheme_changed()
    assert theme.dark
    theme.set_mode("system")        # the offscreen platform is light
    assert not theme.dark


def test_the_zoom_scales_type_within_its_limits(theme: Theme) -> None:
    usual = theme.em
    theme.set_zoom(2.0)
    assert theme.em == pytest.approx(usual * 2)
    assert theme.font().pixelSize() == round(usual * 2)
    theme.set_zoom(9)
    assert theme.zoom == LARGEST
    theme.set_zoom(0.1)
    assert theme.zoom == SMALLEST


def test_code_is_a_little_smaller_than_words(theme: Theme) -> None:
    assert theme.font(mono=True).pixelSize() == round(theme.em * 0.92)


def test_every_icon_can_be_drawn_in_the_theme_colour(icons: Icons, theme: Theme) -> None:
    names = [path.stem for path in (Path(palette.__file__).parent.parent / "resources" / "icons").glob("*.svg")]
    assert len(names) > 30
    for name in names:
        image = icons.icon(name, "danger", 60).pixmap(60).toImage()
        colours = {image.pixelColor(x, y).name() for x in range(60) for y in range(60)
                   if image.pixelColor(x, y).alpha() == 255}
        assert theme.tokens.danger in colours, name


def test_an_unknown_icon_is_an_error(icons: Icons) -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("no such icon")
