"""What the stages of a spoken conversation are called. Plain Python."""

from __future__ import annotations

from desktop_app.talk_state import TalkState
from desktop_app.voice_preferences import VoicePreferences

HEADS = {"needs": "Talk with Consort", "opening": "Getting ready", "listening": "Listening", "hearing": "Hearing you",
         "thinking": "Thinking", "speaking": "Speaking", "paused": "Paused", "muted": "Muted", "ended": "Ended"}


def head_of(state: TalkState, chosen: VoicePreferences, *, held: bool) -> str:
    """One or two words."""
    if state.stage == "listening" and chosen.mode == "push-to-talk" and not held:
        return "Ready"
    return HEADS.get(state.stage, "")


def hint_of(state: TalkState, chosen: VoicePreferences, *, held: bool) -> str:
    """One sentence, quieter."""
    by_key = chosen.mode == "push-to-talk"
    match state.stage:
        case "opening":
            return "The microphone opens and the models come into memory."
        case "listening" | "hearing" if by_key and held:
            return "Let go when you have said it."
        case "listening" if by_key:
            return "Hold the button below, or Space, and speak."
        case "listening":
            return "Speak whenever you like."
        case "speaking" if by_key:
            return "Hold the button to interrupt."
        case "speaking" if chosen.sound != "loudspeakers":
            return "Speak to interrupt."
        case "speaking":
            return "Esc interrupts. On loudspeakers it does not hear you meanwhile."
        case "muted":
            return "Nothing is heard until you unmute it."
        case "ended":
            return " ".join(filter(None, (state.why, state.hint))) or "The microphone is closed."
    return ""
