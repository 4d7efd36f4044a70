"""What comes along with a model, announced, because one is little use without the other: the detector of speech with
whatever hears, the sentence encoder with the second specialist. Pure; it installs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from router.choose import encoder
from router.library.offer import offer
from router.roster import Roster
from specialists.manifest import Manifest

HINT = "It runs on this computer only. You can pause or remove it like every other model."


@dataclass(frozen=True)
class Companion:
    """manifest: what comes along. sentence: what the person is told."""

    manifest: Manifest
    sentence: str


def comes_with(manifest: Manifest, roster: Roster) -> Companion | None:
    """What is fetched beside what hears: without it nothing can be heard, and the check of it would say little."""
    detector = next((one for one in roster.catalogue() if one.kind == "speech-activity"), None)
    if manifest.kind != "speech-in" or detector is None or roster.first_installed("speech-activity") is not None:
        return None
    return Companion(detector, f"To hear, Consort also has to tell speech from silence. It fetches "
                               f"{offer(detector).sentence}")


def comes_after(specialist: str, roster: Roster) -> Companion | None:
    """What is fetched once there is somebody to choose between."""
    manifest = roster.manifest(encoder.SPECIALIST)
    there = {one.id for one in roster.answerers()}
    if manifest is None or len(there) < 2 or specialist not in there:
        return None
    return Companion(manifest, f"With a second specialist, Consort chooses who answers. To tell what a request means, "
                               f"it now fetches {offer(manifest).sentence}")
