"""The one application stylesheet, built from the tokens. Widgets choose a look by the dynamic property `kind`.

Labels: title, heading, strong, muted, small, warning, danger. Buttons: primary, quiet, danger, chip, link, name,
filter. Frames: card, popup, notice, tint, code, words, sidebar, line. Tool buttons: quiet. Knows no widget by name.
"""

from __future__ import annotations

from desktop_app.palette import Tokens


def stylesheet(tokens: Tokens, em: float, scale: float) -> str:
    """Qt style sheet text. em: the base type size in px; scale: system font factor times zoom."""

    def px(length: float) -> str:
        return f"{round(length * scale)}px"

    def size(ems: float) -> str:
        return f"{round(em * ems)}px"

    t = tokens
    return f"""
QWidget {{ color: {t.text}; }}
QMainWindow, QDialog, QStackedWidget {{ background: {t.background}; }}
QToolTip {{ color: {t.text}; background: {t.raised}; border: 1px solid {t.border}; padding: {px(4)} {px(6)}; }}

QLabel[kind="title"] {{ font-size: {size(1.3)}; font-weight: 600; }}
QLabel[kind="heading"] {{ font-size: {size(1.1)}; font-weight: 600; }}
QLabel[kind="strong"] {{ font-weight: 600; }}
QLabel[kind="muted"] {{ color: {t.muted}; }}
QLabel[kind="small"] {{ color: {t.muted}; font-size: {size(0.87)}; }}
QLabel[kind="warning"] {{ color: {t.warning}; }}
QLabel[kind="danger"] {{ color: {t.danger}; }}

QPushButton {{ background: {t.raised}; border: 1px solid {t.border}; border-radius: 6px;
    padding: {px(5)} {px(12)}; }}
QPushButton:hover {{ background: {t.hover}; }}
QPushButton:focus {{ border: 2px solid {t.focus}; padding: {px(4)} {px(11)}; }}
QPushButton:disabled {{ color: {t.muted}; background: {t.surface}; }}
QPushButton[kind="primary"] {{ background: {t.accent}; color: {t.on_accent}; border: 1px solid {t.accent}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {t.text}; }}
QPushButton[kind="primary"]:disabled {{ background: {t.hover}; color: {t.muted}; border-color: {t.border}; }}
QPushButton[kind="danger"] {{ background: {t.danger}; color: {t.on_danger}; border: 1px solid {t.danger}; }}
QPushButton[kind="quiet"], QPushButton[kind="chip"] {{ background: transparent; border: 2px solid transparent;
    color: {t.muted}; padding: {px(2)} {px(6)}; text-align: left; }}
QPushButton[kind="quiet"]:hover, QPushButton[kind="chip"]:hover {{ background: {t.hover}; color: {t.text}; }}
QPushButton[kind="quiet"]:focus, QPushButton[kind="chip"]:focus {{ border: 2px solid {t.focus}; }}
QPushButton[kind="name"] {{ background: transparent; border: 2px solid transparent; font-weight: 600;
    padding: {px(2)} 0; text-align: left; }}
QPushButton[kind="name"]:hover {{ text-decoration: underline; }}
QPushButton[kind="name"]:focus {{ border: 2px solid {t.focus}; }}
QPushButton[kind="filter"] {{ background: transparent; border-radius: {px(6)}; padding: {px(3)} {px(10)};
    color: {t.muted}; }}
QPushButton[kind="filter"]:hover {{ background: {t.hover}; color: {t.text}; }}
QPushButton[kind="filter"]:checked {{ background: {t.selection}; border: 1px solid {t.accent}; color: {t.text}; }}
QPushButton[kind="filter"]:focus {{ border: 2px solid {t.focus}; padding: {px(2)} {px(9)}; }}
QPushButton[kind="link"] {{ background: transparent; border: 2px solid transparent; color: {t.accent};
    padding: {px(2)} {px(4)}; text-align: left; }}
QPushButton[kind="link"]:hover {{ text-decoration: underline; }}
QPushButton[kind="link"]:focus {{ border: 2px solid {t.focus}; }}

QToolButton {{ background: transparent; border: 2px solid transparent; border-radius: 6px; padding: {px(3)};
    color: {t.muted}; }}
QToolButton:hover {{ background: {t.hover}; color: {t.text}; }}
QToolButton:focus {{ border: 2px solid {t.focus}; }}
QToolButton:checked {{ background: {t.hover}; color: {t.text}; }}
QToolButton::menu-indicator {{ image: none; }}

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox {{ background: {t.raised}; border: 1px solid {t.border};
    border-radius: 6px; padding: {px(5)} {px(8)}; selection-background-color: {t.selection};
    selection-color: {t.text}; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus {{ border: 2px solid {t.focus};
    padding: {px(4)} {px(7)}; }}
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {{ background: transparent; border: none; padding: 0; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; height: 0; border: none; }}
QComboBox::drop-down {{ border: none; width: {px(22)}; }}
QComboBox QAbstractItemView {{ background: {t.raised}; border: 1px solid {t.border};
    selection-background-color: {t.selection}; selection-color: {t.text}; }}
QPlainTextEdit, QTextEdit {{ selection-background-color: {t.selection}; selection-color: {t.text}; }}

QMenu {{ background: {t.raised}; border: 1px solid {t.border}; border-radius: 6px; padding: 4px; }}
QMenu::item {{ padding: {px(5)} {px(20)} {px(5)} {px(12)}; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.hover}; }}
QMenu::item:disabled {{ color: {t.muted}; }}
QMenu::separator {{ height: 1px; background: {t.border}; margin: 4px 8px; }}

QFrame[kind="card"] {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 10px; }}
QFrame[kind="popup"] {{ background: {t.raised}; border: 1px solid {t.border}; border-radius: 10px; }}
QFrame[kind="notice"] {{ background: {t.surface}; border-radius: 10px; }}
QFrame[kind="tint"] {{ background: {t.person_tint}; border-radius: 10px; }}
QFrame[kind="code"] {{ background: {t.code_background}; border-radius: 10px; }}
QFrame[kind="words"] {{ background: transparent; border: none; }}
QFrame[kind="sidebar"] {{ background: {t.surface}; }}
QFrame[kind="line"] {{ background: {t.border}; border: none; max-height: 1px; min-height: 1px; }}

QListView, QTreeView {{ background: transparent; border: none; outline: none; }}
QListView::item, QTreeView::item {{ border-radius: 6px; padding: {px(4)} {px(6)}; }}
QListView::item:hover, QTreeView::item:hover {{ background: {t.hover}; }}
QListView[kind="models"]::item {{ padding: 0; }}
QListView::item:selected, QTreeView::item:selected {{ background: {t.selection}; color: {t.text}; }}

QProgressBar {{ background: {t.hover}; border: none; border-radius: 3px; max-height: 6px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
QProgressBar[kind="quiet"]::chunk {{ background: {t.muted}; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {t.border}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {t.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
