"""Who hears and who speaks, by language, among what is installed; and what to install when nobody can.

It looks at manifests only and loads nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from router.errors import UserFacingError
from router.roster import Roster
from router.voice_events import VoicesListed, VoiceView
from specialists.manifest import Manifest

HEARS, SPEAKS, DETECTS = "speech-in", "speech-out", "speech-activity"
SUGGESTED = "whisper-base"      # to hear with: a hundred languages, quick enough on two cores
THERE = ("installed", "loading", "ready", "busy")
NAMES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
         "nl": "Dutch", "sv": "Swedish", "pl": "Polish", "cs": "Czech", "tr": "Turkish", "ru": "Russian",
         "uk": "Ukrainian", "fi": "Finnish", "ca": "Catalan", "ja": "Japanese", "ko": "Korean", "zh": "Chinese",
         "el": "Greek", "he": "Hebrew", "ar": "Arabic", "hi": "Hindi", "th": "Thai", "ka": "Georgian"}


class Choice:
    """Chooses among the specialists of a roster."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def hearer(self, language: str = "", picked: str = "") -> Manifest:
        """Who hears `language` (empty: not known): the largest that is there. Raises UserFacingError."""
        if self._roster.first_installed(DETECTS) is None:
            missing = next((one for one in self._of_kind(DETECTS)), None)
            raise UserFacingError("To hear, Consort needs to tell speech from silence first.",
                                  f"Install it with: consort install {missing.id if missing else 'silero-vad'}")
        if picked:
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
        return max(fitting, key=lambda one: one.size)

    def voice(self, language: str = "", picked: str = "") -> Manifest:
        """Who speaks `language` (empty: any). Raises UserFacingError."""
        if picked:
            return self._picked(picked, SPEAKS, "is no voice")
        there = self._installed(SPEAKS)
        fitting = [one for one in there if not language or language in one.languages]
        if fitting:
            return fitting[0]
        known = next((one for one in self._of_kind(SPEAKS) if not language or language in one.languages), None)
        what = f"No voice for {name_of(language)} is installed." if language else "No voice is installed yet."
        if known is not None:
            raise UserFacingError(what, f"Install one with: consort install {known.id}")
        raise UserFacingError(f"Consort knows no voice for {name_of(language)}.",
                              "Another one reads it with --voice ID; `consort voices` shows them.")

    def listed(self, request: str = "") -> VoicesListed:
        """All that hear and speak, and what is missing."""
        to_hear = [] if self._roster.first_installed(DETECTS) else [one.id for one in self._of_kind(DETECTS)][:1]
        if not self._installed(HEARS):
            to_hear.append(SUGGESTED)
        to_speak = () if self._installed(SPEAKS) else tuple(one.id for one in self._of_kind(SPEAKS))[:1]
        return VoicesListed(self._views(SPEAKS), self._views(HEARS), tuple(to_hear), to_speak, request)

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
