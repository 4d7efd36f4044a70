"""Who hears and who speaks, by language, among what is installed; and what to install when nobody can.

It looks at manifests only and loads nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from router.errors import UserFacingError
from router.events import Noticed
from router.roster import Roster
from router.speech_events import VoicesListed, VoiceView
from router.views import Choice as WayOut
from specialists.manifest import Manifest

HEARS, SPEAKS, DETECTS = "speech-in", "speech-out", "speech-activity"
SUGGESTED = "whisper-base"      # to hear with: a hundred languages, quick enough on two cores
THERE = ("installed", "loading", "ready", "busy")
NAMES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
         "nl": "Dutch", "sv": "Swedish", "pl": "Polish", "cs": "Czech", "tr": "Turkish", "ru": "Russian",
         "uk": "Ukrainian", "fi": "Finnish", "ca": "Catalan", "ja": "Japanese", "ko": "Korean", "zh": "Chinese",
         "el": "Greek", "he": "Hebrew", "ar": "Arabic", "hi": "Hindi", "th": "Thai", "ka": "Georgian",
         "sk": "Slovak", "sl": "Slovenian", "hu": "Hungarian", "ro": "Romanian", "lv": "Latvian", "cy": "Welsh",
         "lb": "Luxembourgish", "fa": "Persian", "ml": "Malayalam", "te": "Telugu", "ne": "Nepali", "id": "Indonesian",
         "sw": "Swahili", "sr": "Serbian", "vi": "Vietnamese", "da": "Danish", "no": "Norwegian", "bg": "Bulgarian",
         "hr": "Croatian", "lt": "Lithuanian", "et": "Estonian", "is": "Icelandic", "ur": "Urdu", "ta": "Tamil",
         "hy": "Armenian", "bn": "Bengali", "pa": "Punjabi", "gu": "Gujarati", "kn": "Kannada", "si": "Sinhala",
         "lo": "Lao", "my": "Burmese", "am": "Amharic", "km": "Khmer"}


class Choice:
    """Chooses among the specialists of a roster."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def detector(self) -> Manifest:
        """Who tells speech from silence. Raises UserFacingError."""
        found = self._roster.first_installed(DETECTS)
        if found is None:
            missing = next(iter(self._of_kind(DETECTS)), None)
            raise UserFacingError("To hear, Consort needs to tell speech from silence first.",
                                  f"Install it with: consort install {missing.id if missing else 'silero-vad'}")
        return found

    def hearer(self, language: str = "", picked: str = "", *, live: bool = False) -> Manifest:
        """Who hears `language` (empty: not known). For a file the largest that is there; live, where somebody waits,
        the first one of the catalogue. Raises UserFacingError."""
        if picked:
            self.detector()
            return self._picked(picked, HEARS, "hears no speech")
        there = self._installed(HEARS)
        if not there:
            raise UserFacingError("Nothing that hears speech is installed yet.",
                                  f"Install it with: consort install {SUGGESTED}")
        fitting = [one for one in there if language in one.languages] if language else [
            one for one in there if len(one.languages) > 1] or there
        if not fitting:
            raise UserFacingError(f"Nothing that is installed hears {name_of(language)}.",
                                  f"Install one that does: consort install {SUGGESTED}")
        self.detector()
        return fitting[0] if live else max(fitting, key=lambda one: one.size)

    def voice(self, language: str = "", picked: str = "") -> Manifest:
        """Who speaks `language` (empty: any). Raises UserFacingError, with the offer of one that does."""
        if picked:
            return self._picked(picked, SPEAKS, "is no voice")
        there = self._installed(SPEAKS)
        fitting = [one for one in there if not language or language in one.languages]
        if fitting:
            return fitting[0]
        what, known = self._missing_voice(language)
        raise UserFacingError(what, f"Install one with: consort install {known.id}" if known is not None else
                              "Another one reads it with --voice ID; `consort voices` shows them.")

    def nearest_voice(self, language: str = "", picked: str = "") -> tuple[Manifest, Noticed | None]:
        """Who speaks `language`, else whoever speaks at all, with what is to be said of that. Raises UserFacingError
        when there is no voice, or not the one that was picked."""
        if picked or any(language in one.languages for one in self._installed(SPEAKS)):
            return self.voice(language, picked), None
        other = self.voice()
        if not language:
            return other, None
        what, known = self._missing_voice(language)
        text = f"{what} {other.name} reads it instead."
        if known is None:
            return other, Noticed(text, level="warning")
        return other, Noticed(text, f"Install one on the Models page, or with: consort install {known.id}",
                              choices=(WayOut(f"Install {known.name}", f"install:{known.id}"),), level="warning")

    def listed(self, request: str = "") -> VoicesListed:
        """All that hear and speak, and what is missing."""
        to_hear = [] if self._roster.first_installed(DETECTS) else [one.id for one in self._of_kind(DETECTS)][:1]
        if not self._installed(HEARS):
            to_hear.append(SUGGESTED)
        to_speak = () if self._installed(SPEAKS) else tuple(one.id for one in self._of_kind(SPEAKS))[:1]
        return VoicesListed(self._views(SPEAKS), self._views(HEARS), tuple(to_hear), to_speak, request)

    def _missing_voice(self, language: str) -> tuple[str, Manifest | None]:
        """What to say when nobody speaks it, and who could be installed for it."""
        known = next((one for one in self._of_kind(SPEAKS) if not language or language in one.languages), None)
        if known is None:
            return f"Consort knows no voice for {name_of(language)}.", None
        return f"No voice for {name_of(language)} is installed." if language else "No voice is installed yet.", known

    def _picked(self, specialist: str, kind: str, otherwise: str) -> Manifest:
        manifest = self._roster.manifest(specialist)
        if manifest is None:
            raise UserFacingError(f"There is no specialist called “{specialist}”.", "`consort voices` shows them all.")
        if manifest.kind != kind:
            raise UserFacingError(f"{manifest.name} {otherwise}.", "`consort voices` shows what can be chosen.")
        if self._roster.view(specialist).state not in THERE:
            raise UserFacingError(f"{manifest.name} is not installed.",
                                  f"Install it with: consort install {specialist}")
        return manifest

    def _of_kind(self, kind: str) -> Iterable[Manifest]:
        return (one for one in self._roster.catalogue() if one.kind == kind)

    def _installed(self, kind: str) -> list[Manifest]:
        return [one for one in self._of_kind(kind) if self._roster.view(one.id).state in THERE
                and self._roster.refusal(one.id) is None]

    def _views(self, kind: str) -> tuple[VoiceView, ...]:
        views = [self._roster.view(one.id) for one in self._of_kind(kind)]
        views.sort(key=lambda one: one.state not in THERE)
        manifests = {one.id: one for one in self._of_kind(kind)}
        return tuple(VoiceView(one.id, one.name, manifests[one.id].languages, one.state, one.size, one.licence)
                     for one in views)


def name_of(language: str) -> str:
    """A language in English, or its code where that is not known."""
    return NAMES.get(language, f"the language “{language}”")
