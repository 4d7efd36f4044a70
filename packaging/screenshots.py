"""Renders the window's screenshots from scripted events: no router, no model, the same picture every time.

    python packaging/screenshots.py FOLDER [NAME ...]

Needs a display or QT_QPA_PLATFORM=offscreen.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import model_scenes
import voice_scenes
from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QDialog, QScrollArea

from desktop_app.audio import Audio
from desktop_app.sound_devices import SoundDevice
from desktop_app.theme import Theme
from desktop_app.window import Window
from router import messages as m
from router.parts import Part, TextPart
from router.views import (
    CandidateView,
    Check,
    ConversationView,
    CorrectionView,
    FleetEvent,
    FolderView,
    MessageView,
    ProcessView,
    Routing,
    SpecialistView,
    TurnStats,
)
from specialists.manifest import Settings

SETTLE = 600        # ms for layout, highlighting and pictures of formulas
DAY = 86_400
JOE = SpecialistView("piper-joe", "Joe (American English)", "A voice.", "speech-out", (), "installed", size=63_201_294,
                     licence="CC0-1.0", sources=("hub", "index"), languages=("en",))

ANSWER = """Ownership means that each value has exactly one owner, and it is freed when the owner goes out of scope.

```rust
fn main() {
    let greeting = String::from("hello");
    let moved = greeting;          // `greeting` gives the value away
    println!("{moved}");
}
```

| Way to pass it on | Who owns it then | Costs |
|---|---|---:|
| move | the receiver | nothing |
| borrow `&T` | still the sender | nothing |
| clone | both, separately | a copy |

The cost of a clone of $n$ bytes is $O(n)$; a move is $O(1)$."""


WEIGHED = Routing("encoder", 0.93, "code", "none", 2.1, 0.01, {"code": 0.91, "reasoning": 0.05, "general": 0.03}, 1.2,
                  (CandidateView("qwen2.5-coder-1.5b", "Qwen2.5 Coder", 0.86, 1.2),
                   CandidateView("smollm2-135m", "SmolLM2", 0.31, 0.4, "Weaker at code.")))


def specialists(installed: bool) -> tuple[SpecialistView, ...]:
    """A small catalogue."""
    effective = Settings(context=4096, threads=4, gpu_layers=0, max_tokens=1024, temperature=0.7, top_p=0.95, top_k=40,
                         min_p=0.05, repeat_penalty=1.05)
    return (
        SpecialistView("smollm2-135m", "SmolLM2", "Small and quick; good for first steps and short answers.",
                       "language", ("general",), "ready" if installed else "absent", "135M", "Q4_1", 98_000_000, 8192,
                       "Apache-2.0", sources=("hub", "index"), served_by="hub" if installed else "", starter=True,
                       effective=effective),
        SpecialistView("qwen2.5-coder-1.5b", "Qwen2.5 Coder", "Writes, explains and repairs code.", "language",
                       ("code",), "installed" if installed else "absent", "1.5B", "Q4_K_M", 1_120_000_000, 32768,
                       "Apache-2.0", sources=("hub", "index"), effective=effective),
        SpecialistView("gemma-3-270m", "Gemma 3 270M", "Very small, many languages.", "language", ("general",),
                       "absent", "270M", "Q4_K_M", 253_000_000, 32768, "Gemma terms",
                       "https://ai.google.dev/gemma/terms", True, sources=("hub", "index")),
    )


def conversations(now: float) -> tuple[tuple[ConversationView, ...], tuple[FolderView, ...]]:
    """A week of chats."""
    titles = [("Lease questions", 2, True, ""), ("Rust ownership", 0, False, ""), ("Trip to Lisbon", 0, False, ""),
              ("Sourdough that does not rise", 1, False, ""), ("Birthday speech for Anna", 1, False, "f1"),
              ("A question about the unusually long title that nobody would ever want to read", 3, False, ""),
              ("Regular expressions for dates", 4, False, "f2"), ("متى يفتح المتحف يوم الأحد؟", 5, False, ""),
              ("Tax return, which form", 20, False, ""), ("Names for a small boat", 40, False, "")]
    rows = tuple(ConversationView(f"c{number}", title, folder, pinned, now - age * DAY, now - age * DAY - number)
                 for number, (title, age, pinned, folder) in enumerate(titles))
    return rows, (FolderView("f1", "Family"), FolderView("f2", "Work"))


def talk(now: float) -> tuple[MessageView, ...]:
    """A question about code and its answer, and a short one before."""
    stats = TurnStats(312, 280, 174, 0.8, 21.4, 0.0, 4096)
    def said(text: str) -> tuple[Part, ...]:
        return (TextPart(text),)
    return (
        MessageView("m1", "", "user", said("What is ownership in Rust? I know C++."), "complete", now - 90, ("m1",)),
        MessageView("m2", "m1", "assistant", said(ANSWER), "complete", now - 80, ("m2", "m2b"), "qwen2.5-coder-1.5b",
                    "Qwen2.5 Coder",
                    "It looks like a question for a programmer (91%), and Qwen2.5 Coder is the best at code here.",
                    stats, WEIGHED),
    )


class SilentAudio(Audio):
    """A loudspeaker and a microphone that are always there."""

    def microphones(self) -> tuple[SoundDevice, ...]:
        return (SoundDevice("in", "Built-in microphone", usual=True), SoundDevice("headset", "Headset"))

    def loudspeakers(self) -> tuple[SoundDevice, ...]:
        return (SoundDevice("out", "Built-in loudspeakers", usual=True), SoundDevice("headset", "Headset"))


@dataclass
class Scene:
    """One picture: size, look, and what happens before it is taken."""

    name: str
    act: Callable[[Window], None]
    size: tuple[int, int] = (1280, 800)
    mode: str = "light"
    zoom: float = 1.0
    mirrored: bool = False
    after: list[Callable[[Window], None]] = field(default_factory=list)


def at_home(window: Window, installed: bool = True) -> None:
    """Everything the router says at the start."""
    now = time.time()
    rows, folders = conversations(now) if installed else ((), ())
    window.take(m.PreferencesRead({}))
    window.take(m.SpecialistsListed(specialists(installed)))
    window.take(m.ConversationsListed(rows, folders))


def chat(window: Window) -> None:
    at_home(window)
    window.open_conversation("c1")
    window.take(m.ConversationOpened(window.desk.state.conversations["c1"], talk(time.time())))


def ask_me(window: Window) -> None:
    """The person wants to be asked who answers."""
    at_home(window)
    window.open_conversation("c1")
    question, answer = talk(time.time())
    window.take(m.ConversationOpened(window.desk.state.conversations["c1"], ()))
    window.chat.composer.edit.put("What is ownership in Rust? I know C++.")
    window.chat.composer.send_button.click()
    turn = next(iter(window.desk.state.asked))
    waiting = replace(answer, parts=(), state="streaming", specialist="", specialist_name="", why="", siblings=("m2",),
                      routing=Routing())
    window.take(m.TurnStarted(turn, "c1", question, waiting))
    window.take(m.ChoiceNeeded(turn, WEIGHED.candidates, answer.why))


def first_start(window: Window) -> None:
    at_home(window, installed=False)


def installing(window: Window) -> None:
    first_start(window)
    window.chat.composer.edit.put("What is the capital of France?")
    window.chat.composer.send_button.click()
    window.take(m.InstallMoved("smollm2-135m", "fetching", 34_000_000, 98_000_000, 5_200_000, "index"))


def install_failed(window: Window) -> None:
    first_start(window)
    window.take(m.Refused("The Hugging Face Hub and the package index cannot be reached.",
                          "Check the connection, then try again.", "install:smollm2-135m"))


def right_to_left(window: Window) -> None:
    at_home(window)
    asked, said = "متى يفتح المتحف يوم الأحد؟", "يفتح المتحف في الساعة العاشرة صباحًا."
    window.open_conversation("c7")
    window.take(m.ConversationOpened(window.desk.state.conversations["c7"], (
        MessageView("m1", "", "user", (TextPart(asked),), "complete", 0, ("m1",)),
        MessageView("m2", "m1", "assistant", (TextPart(said),), "complete", 0, ("m2",), "smollm2-135m", "SmolLM2",
                    "It is the only one.", TurnStats(40, 0, 20, 0.4, 30, 0, 4096)),
    )))


def shop(scene: Callable[..., None], **more: object) -> Callable[[Window], None]:
    """A scene about models, begun as all others are."""
    return lambda window: scene(window, at_home, **more)


def system(window: Window) -> None:
    """Two models in memory, and how they came there."""
    at_home(window)
    window.show_page("system")
    now = time.time()
    window.take(m.ProcessesListed(
        (ProcessView("qwen2.5-coder-1.5b", "Qwen2.5 Coder", "language", "busy", 4712, 1_480_000_000, 1_502_000_000,
                     8192, 1240, now - 3, 2.4, True, "c1"),
         ProcessView("smollm2-135m", "SmolLM2", "language", "ready", 4709, 210_000_000, 243_000_000, 4096, 310,
                     now - 140, 0.6)),
        14_400_000_000, 1_690_000_000,
        (FleetEvent(now - 20, "qwen2.5-coder-1.5b", "loaded", "in 2.4 s"),
         FleetEvent(now - 22, "gemma-3-270m", "evicted", "to make room for qwen2.5-coder-1.5b"),
         FleetEvent(now - 150, "smollm2-135m", "loaded", "in 0.6 s"),
         FleetEvent(now - 900, "gemma-3-270m", "loaded", "in 0.6 s"),
         FleetEvent(now - 2000, "smollm2-135m", "unloaded", "nobody asked it anything for 10 minutes"),
         FleetEvent(now - 2600, "qwen2.5-coder-1.5b", "context lowered", "to 8,192 tokens instead of 16,384"),
         FleetEvent(now - 2700, "smollm2-135m", "loaded", "in 0.6 s")),
        12, 640_000_000))
    window.take(m.Diagnosed((Check("Memory", True, "9.4 of 24.0 GB free; models may use 14.4 GB"),
                             Check("Graphics card", False, "None that this build can use",
                                   "Install the CUDA build; the README says how."),
                             Check("Data folder", True, "/home/anna/.local/share/consort, 41 GB free"))))


def reading(window: Window) -> None:
    """An answer read aloud, its first sentence just now."""
    chat(window)
    window.take(m.SpecialistChanged(JOE))
    window.chat.reading.read("m2")
    talk = window.chat.reading.talk
    first = ANSWER.index("\n")
    window.take(m.TalkStateChanged(talk, "speaking"))
    window.take(m.SoundReady(talk, 0, 0, 16_000, bytes(32_000), "m2", 0, first))
    settle(QApplication.instance(), 100)  # type: ignore[arg-type]
    window.desk.audio.played.emit(talk, 0, 0.5)


def no_voice(window: Window) -> None:
    """Nothing that speaks is installed."""
    chat(window)
    window.take(m.SpecialistChanged(replace(JOE, state="absent")))
    window.chat.reading.read("m2")


def drawer(window: Window) -> None:
    chat(window)
    window.frame.toggle()


def notice(window: Window) -> None:
    chat(window)
    window.take(m.Refused("The export could not be written to /media/stick: the disk is full.",
                          "Make room there, or choose another place."))
    window.take(m.ConversationDeleted("c2", "Trip to Lisbon"))


def temporary(window: Window) -> None:
    at_home(window)
    window.new_chat(True)


def settings(window: Window) -> None:
    """Asked each time, with a budget of one's own and two lessons."""
    window.take(m.ProcessesListed((), 14_400_000_000, 0, automatic_budget=14_400_000_000, memory_total=24 * 10**9))
    window.take(m.PreferencesRead({"routing": "ask"}))
    window.show_page("settings")
    window.take(m.CorrectionsListed((
        CorrectionView("k1", "write a haiku about my cat", "smollm2-135m", time.time()),
        CorrectionView("k2", "and the same thing in Rust, please, but without any allocation on the heap",
                       "qwen2.5-coder-1.5b", time.time()))))


def to_the_end(window: Window) -> None:
    """The end of the settings."""
    settle(QApplication.instance(), 100)  # type: ignore[arg-type]
    bar = window.findChild(QDialog).findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())


def taught(window: Window) -> None:
    """Another one was asked instead, and that is remembered."""
    chat(window)
    window.take(m.CorrectionRemembered(CorrectionView("k1", "What is ownership in Rust?", "smollm2-135m", 0.0)))


def open_card(window: Window) -> None:
    """The card about the answer, once everything has its place."""
    settle(QApplication.instance(), 100)  # type: ignore[arg-type]
    window.chat.routing.why("m2")


def everywhere(name: str, act: Callable[[Window], None]) -> tuple[Scene, ...]:
    """The same in every size and look that a page has to stand."""
    return (Scene(name, act), Scene(f"{name}-dark", act, mode="dark"), Scene(f"{name}-720", act, (720, 900)),
            Scene(f"{name}-narrow", act, (400, 800)), Scene(f"{name}-200", act, zoom=2.0),
            Scene(f"{name}-rtl", act, mirrored=True), Scene(f"{name}-tall", act, (1280, 1600)))


SCENES = (
    Scene("first-start", first_start), Scene("first-start-installing", installing),
    Scene("first-start-error", install_failed), Scene("first-start-narrow", first_start, (400, 800)),
    Scene("empty", at_home), Scene("temporary", temporary, mode="dark"),
    Scene("chat", chat), Scene("chat-dark", chat, mode="dark"),
    Scene("chat-medium", chat, (720, 900)), Scene("chat-narrow", chat, (400, 800)),
    Scene("chat-360", chat, (360, 700)), Scene("drawer", drawer, (400, 800)),
    Scene("chat-200", chat, zoom=2.0), Scene("right-to-left", right_to_left, mirrored=True),
    *everywhere("models", shop(model_scenes.models_here)),
    *everywhere("models-attention", shop(model_scenes.shared)),
    *everywhere("discover", shop(model_scenes.discover)),
    *everywhere("hub", shop(model_scenes.searched)), Scene("hub-offline", shop(model_scenes.offline)),
    *everywhere("downloads", shop(model_scenes.queue)),
    *everywhere("model", shop(model_scenes.model)), *everywhere("model-hub", shop(model_scenes.repository)),
    Scene("model-absent", shop(model_scenes.model, key="specialist:gemma-3-12b")),
    Scene("model-gated", shop(model_scenes.repository, gated=True)),
    *everywhere("storage", shop(model_scenes.storage)),
    Scene("system", system), Scene("system-dark", system, mode="dark"), Scene("system-900", system, (900, 800)),
    Scene("system-narrow", system, (400, 800)), Scene("system-tall", system, (1280, 1400)),
    *(scene for stage in voice_scenes.STAGES
      for scene in everywhere(f"talk-{stage}", voice_scenes.talk(stage, at_home))),
    Scene("talk-key", voice_scenes.talk("first", at_home, by_key=True)),
    *everywhere("dictation", voice_scenes.dictation("hearing", chat)),
    *everywhere("dictation-missing", voice_scenes.dictation("missing", chat)),
    *(replace(scene, name=f"voice-{scene.name}", after=[voice_scenes.voice_settings])
      for scene in everywhere("settings", at_home)),
    *everywhere("reading", reading), *everywhere("reading-no-voice", no_voice),
    Scene("notice", notice),
    Scene("palette", at_home, after=[lambda window: window.commands.open_finder()]),
    Scene("settings", at_home, after=[settings]), Scene("settings-dark", at_home, mode="dark", after=[settings]),
    Scene("settings-900", at_home, (900, 1000), after=[settings]),
    Scene("settings-narrow", at_home, (400, 800), after=[settings]),
    Scene("settings-end", at_home, after=[settings, to_the_end]), Scene("ask-me-900", ask_me, (900, 800)),
    Scene("card-200", chat, zoom=2.0, after=[open_card]), Scene("system-200", system, zoom=2.0),
    Scene("card-right-to-left", right_to_left, mirrored=True, after=[open_card]), Scene("taught", taught),
    Scene("specialist-settings", at_home, after=[lambda window: window.show_specialist_settings("smollm2-135m")]),
    Scene("shortcuts", at_home, after=[lambda window: window.show_shortcuts()]),
    Scene("card", chat, after=[open_card]), Scene("card-dark", chat, mode="dark", after=[open_card]),
    Scene("ask-me", ask_me), Scene("ask-me-dark", ask_me, mode="dark"), Scene("ask-me-narrow", ask_me, (400, 800)),
    Scene("card-900", chat, (900, 800), after=[open_card]), Scene("card-narrow", chat, (400, 800), after=[open_card]),
)


def settle(app: QApplication, milliseconds: int) -> None:
    """Let Qt work for a while."""
    clock = QElapsedTimer()
    clock.start()
    while clock.elapsed() < milliseconds:
        app.processEvents()
        time.sleep(0.01)


def render(scenes: Iterator[Scene], folder: Path) -> None:
    """Take the pictures; the window with what lies over it becomes one image."""
    app = QApplication(sys.argv[:1])
    theme = Theme(app)
    for scene in scenes:
        direction = Qt.LayoutDirection.RightToLeft if scene.mirrored else Qt.LayoutDirection.LeftToRight
        app.setLayoutDirection(direction)
        window = Window(lambda command: None, theme, audio=SilentAudio())
        window.resize(*scene.size)
        window.show()
        scene.act(window)
        theme.set_mode(scene.mode)  # type: ignore[arg-type]
        theme.set_zoom(scene.zoom)
        for step in scene.after:
            step(window)
        settle(app, SETTLE)
        picture = window.grab()
        for above in app.topLevelWidgets():
            if above is not window and above.isVisible() and above.isWindow():
                painter = QPainter(picture)
                painter.drawPixmap(above.pos() - window.pos(), above.grab())
                painter.end()
        picture.save(str(folder / f"{scene.name}.png"))
        for each in app.topLevelWidgets():
            each.close()
            each.deleteLater()
        settle(app, 50)


def main() -> int:
    """Command line: a folder, and optionally the names of the scenes to render."""
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    wanted = set(sys.argv[2:])
    render((each for each in SCENES if not wanted or each.name in wanted), folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
