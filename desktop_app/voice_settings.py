"""How Consort hears and speaks: devices with a level test, who hears, who speaks, when the microphone closes."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.catalogue_state import USABLE
from desktop_app.choice_field import ChoiceField
from desktop_app.controls import button, label
from desktop_app.desk import Desk, new_id
from desktop_app.level_meter import LevelMeter
from desktop_app.sound_devices import SoundDevice
from desktop_app.voice_preferences import IDLE_MINUTES, PAUSES, SPEEDS, voice_preferences
from router import messages as m
from router.errors import UserFacingError

SAMPLE = "This is how I sound. You can choose another voice, or a quicker one."
MODES = (("hands-free", "Hands-free: it hears when you speak"), ("push-to-talk", "Hold a key or a button to talk"))
PLACES = (("loudspeakers", "Loudspeakers: it listens when it is silent"),
          ("headphones", "Headphones: speak at any time"),
          ("cancelled", "Loudspeakers: speak at any time, its echo is cancelled"))
Options = tuple[tuple[str, str], ...]


class VoiceSettings(QWidget):
    """Attributes: fields, by the preference each one changes; test, meter, try_voice. free: nobody else has the
    devices, so they can be tried."""

    def __init__(self, desk: Desk, *, free: bool = True) -> None:
        super().__init__()
        self._desk, self._free = desk, free
        self._talk = ""                 # the sample that is being said
        self.fields: dict[str, ChoiceField] = {}
        self.trouble = label("", "warning")
        self.meter = LevelMeter()
        self.test = button("Test", self._test, "", "Test the microphone")
        self.test.setCheckable(True)
        self.try_voice = button("Try it", self._try_voice, "", "Hear the voice")
        self.missing = label("", "small")
        self._lay_out()
        desk.audio.devices_moved.connect(self.show_now)
        desk.audio.level_moved.connect(self.meter.set_level)
        desk.audio.failed.connect(self._failed)
        self.show_now()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(8)
        form.addRow("Microphone", self._beside(self._field("microphone", "Microphone"), self.test))
        form.addRow("", self.meter)
        form.addRow("Loudspeaker", self._field("loudspeaker", "Loudspeaker"))
        form.addRow("Voice", self._beside(self._field("voice", "Voice"), self.try_voice))
        form.addRow("Speed", self._field("voice_speed", "Speed of the voice"))
        form.addRow("Who hears", self._field("hearing", "Who hears"))
        form.addRow("Spoken language", self._field("spoken_language", "Spoken language"))
        form.addRow("How you talk", self._field("talk_mode", "How you talk"))
        form.addRow("Sound comes from", self._field("sound", "Sound comes from"))
        form.addRow("A turn ends after", self._field("speech_pause", "A turn ends after so much silence"))
        form.addRow("Microphone closes", self._field("idle_minutes", "The microphone closes"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(label("Sound stays on this computer and is not kept.", "small"))
        whole.addLayout(form)
        whole.addWidget(self.missing)
        whole.addWidget(self.trouble)

    @staticmethod
    def _beside(field: ChoiceField, verb: QWidget) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(field, 1)
        row.addWidget(verb)
        return holder

    def _field(self, key: str, name: str) -> ChoiceField:
        field = self.fields[key] = ChoiceField(self._desk, name)
        field.activated.connect(lambda _: self._change(key, field.currentData()))
        return field

    # ── what is so ────────────────────────────────────────────────────────────────────────────────────────
    def show_now(self) -> None:
        """Draw what the view state and the devices say."""
        kept = self._desk.state.preferences
        here = [each for each in self._desk.state.specialists.values() if each.state in USABLE]
        chosen = voice_preferences(kept, frozenset(each.id for each in here))
        hearing = [each for each in here if each.kind == "speech-in"]
        voices = [each for each in here if each.kind == "speech-out"]
        languages = sorted({one for each in hearing for one in each.languages}, key=language_in_words)
        trouble = ""
        try:
            microphones, loudspeakers = self._desk.audio.microphones(), self._desk.audio.loudspeakers()
        except UserFacingError as error:
            microphones = loudspeakers = ()
            trouble = f"{error.text} {error.hint}"
        self._fill("microphone", _devices(microphones, chosen.microphone), chosen.microphone)
        self._fill("loudspeaker", _devices(loudspeakers, chosen.loudspeaker), chosen.loudspeaker)
        self._fill("voice", (("", "By the answer's language"), *((each.id, each.name) for each in voices)),
                   chosen.voice)
        self._fill("voice_speed", tuple((each, f"{each} ×") for each in SPEEDS), f"{chosen.speed:g}")
        self._fill("hearing", (("", "By what is spoken"), *((each.id, each.name) for each in hearing)),
                   chosen.hearing)
        self._fill("spoken_language", (("", "Found out"), *((each, language_in_words(each)) for each in languages)),
                   chosen.language)
        self._fill("talk_mode", MODES, chosen.mode)
        self._fill("sound", PLACES, chosen.sound)
        self._fill("speech_pause", tuple((each, f"{each} s of silence") for each in PAUSES), f"{chosen.pause:g}")
        self._fill("idle_minutes", tuple((each, f"after {each} min without a word") for each in IDLE_MINUTES),
                   f"{chosen.idle_minutes:g}")
        self.test.setEnabled(self._free and bool(microphones))
        self.try_voice.setEnabled(self._free and bool(voices and loudspeakers))
        for each in (self.test, self.try_voice):
            each.setToolTip("" if self._free else "End the conversation first: it has the sound now.")
        lacking = [words for words, found in (("hears", hearing), ("speaks", voices)) if not found]
        self.missing.setText(f"Nothing that {' or '.join(lacking)} is installed yet. Consort offers it when you begin "
                             "to talk; the Models page has all of them." if lacking else "")
        self.missing.setVisible(bool(lacking))
        self._say(trouble)

    def _fill(self, key: str, options: Options, present: str) -> None:
        field = self.fields[key]
        if options != tuple((field.itemData(row), field.itemText(row)) for row in range(field.count())):
            field.clear()
            for value, words in options:
                field.addItem(words, value)
        field.setCurrentIndex(max(0, field.findData(present)))

    def take(self, event: object) -> None:
        """The sample has been said."""
        if isinstance(event, m.TalkStateChanged) and event.state == "ended" and event.talk == self._talk:
            self._talk = ""
            self._say(" ".join(filter(None, (event.why, event.hint))))
            self.try_voice.setText("Try it")

    # ── what the person does ──────────────────────────────────────────────────────────────────────────────
    def settle(self) -> None:
        """The page is closed: the microphone and the voice are, too."""
        if self._talk:
            self._stop_voice()
        if self.test.isChecked():
            self.test.setChecked(False)
            self._test()

    def _test(self) -> None:
        """While it is pressed the bar shows how loud it is; nothing is kept or told to anybody."""
        if self.test.isChecked():
            self._stop_voice()
            self._say("")
            self.test.setText("Stop the test")
            self._desk.audio.listen()
        else:
            self.test.setText("Test")
            self.meter.clear()
            self._desk.audio.end()

    def _try_voice(self) -> None:
        if self._talk:
            self._stop_voice()
            return
        if self.test.isChecked():
            self.test.setChecked(False)
            self._test()
        self._say("")
        kept = self._desk.state.preferences
        self._talk = new_id()
        self.try_voice.setText("Stop")
        self._desk.audio.begin(self._talk, hears=False)
        if self._talk:
            self._desk.send(m.ReadAloud(self._talk, speed=float(kept.get("voice_speed", "1")), text=SAMPLE,
                                        voice=self.fields["voice"].currentData() or ""))

    def _stop_voice(self) -> None:
        talk, self._talk = self._talk, ""
        self.try_voice.setText("Try it")
        if talk:
            self._desk.audio.end()
            self._desk.send(m.EndTalking(talk))

    def _failed(self, text: str, hint: str) -> None:
        if self._talk or self.test.isChecked():
            self._talk = ""
            self.try_voice.setText("Try it")
            self.test.setChecked(False)
            self.test.setText("Test")
            self.meter.clear()
            self._say(f"{text} {hint}")

    def _change(self, key: str, value: str) -> None:
        self._desk.state.preferences[key] = value
        self._desk.send(m.ChangePreference(key, value))

    def _say(self, trouble: str) -> None:
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))


def language_in_words(code: str) -> str:
    """A language in English, or its code."""
    language = QLocale.codeToLanguage(code)
    return code if language == QLocale.Language.AnyLanguage else QLocale.languageToString(language)


def _devices(found: tuple[SoundDevice, ...], chosen: str) -> Options:
    """The system's choice first, and what was chosen although it is not connected now."""
    usual = next((each.name for each in found if each.usual), "")
    options = [("", f"The system's choice ({usual})" if usual else "The system's choice")]
    options += [(each.id, each.name) for each in found]
    if chosen and chosen not in [each.id for each in found]:
        options.append((chosen, "The one you chose (not connected now)"))
    return tuple(options)
