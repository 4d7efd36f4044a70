"""`consort talk`: a spoken conversation between sound files, in the window's own way of having one."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
from pathlib import Path

from router.command_line.front import Front, new_id
from router.command_line.voice import ensure
from router.errors import UserFacingError
from router.messages import (
    EndTalking,
    Event,
    Noticed,
    SpeechHeard,
    SpokenTurnEnded,
    StartTalking,
    TalkStateChanged,
)
from router.talk.carrying import Carrier
from router.talk.sound_files import FileLoudspeaker, FileMicrophone


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort talk`."""
    parser.add_argument("--in", dest="heard", type=Path, metavar="FILE",
                        help="the microphone: a WAV file with one or several questions")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the loudspeaker: a WAV file to write")
    parser.add_argument("--model", default="", metavar="ID", help="who answers (default: the router chooses)")
    parser.add_argument("--voice", default="", metavar="ID", help="who speaks (default: by language)")
    parser.add_argument("--hearing", default="", metavar="ID", help="who hears (default: by language)")
    parser.add_argument("--language", default="", metavar="CODE", help="what is spoken (default: found out)")
    parser.add_argument("--conversation", default="", metavar="ID", help="go on in this conversation")
    parser.add_argument("--temporary", action="store_true", help="keep nothing of it")
    parser.add_argument("--pause", type=float, default=0.5, metavar="SECONDS", help="silence that ends a question")
    parser.add_argument("--interrupt", action="store_true",
                        help="whoever speaks in the file does not wait for the answer's end")
    parser.add_argument("--yes", action="store_true", help="install what is missing without asking")
    parser.add_argument("--fast", action="store_true", help="as fast as it goes instead of in real time")


async def run(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when something was heard and answered."""
    if arguments.heard is None or arguments.out is None:
        raise UserFacingError("A terminal has no microphone and no loudspeaker here.",
                              "Name a WAV file with --in and one for the answer with --out, or talk in the window.")
    microphone = await asyncio.to_thread(FileMicrophone, arguments.heard)      # before anything is installed for it
    await ensure(front, lambda listed: (*listed.to_hear, *listed.to_speak), "talk", arguments.yes)
    if microphone.cut:
        front.note(f"{arguments.heard.name} is cut off: there is less of it than it says.", "What is there is heard.")
    loudspeaker = FileLoudspeaker(arguments.out)
    talk = new_id()
    carrier = Carrier(talk, microphone, loudspeaker, front.send, real_time=not arguments.fast,
                      polite=not arguments.interrupt)
    for ending in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):       # Windows: Ctrl-C arrives as KeyboardInterrupt
            asyncio.get_running_loop().add_signal_handler(ending, front.send, EndTalking(talk))
    front.send(StartTalking(talk, arguments.conversation, arguments.temporary, arguments.model,
                            duplex="full" if arguments.interrupt else "half", hearing=arguments.hearing,
                            voice=arguments.voice, language=arguments.language, pause=arguments.pause))
    carrying = asyncio.create_task(carrier.run())
    turns = 0
    try:
        async for event in front.events():
            carrier.take(event)
            show(event, talk, front)
            turns += isinstance(event, SpokenTurnEnded) and event.talk == talk
            if carrier.ended is not None:
                break
        await carrying
    finally:
        carrying.cancel()
    await asyncio.to_thread(loudspeaker.close)
    if carrier.ended is not None and carrier.ended.why:
        front.note(carrier.ended.why, carrier.ended.hint)
        return 1
    if not turns:
        front.note("Nobody speaks in this file.", "Check that it plays in a media player.")
    return 0 if turns else 1


def show(event: Event, talk: str, front: Front) -> None:
    """Who says what, for a person; or as JSON, without the sound itself."""
    if isinstance(event, TalkStateChanged | SpeechHeard | SpokenTurnEnded) and event.talk == talk:
        front.show(event)
    if isinstance(event, Noticed):
        front.note(event.text, event.hint)
    if not isinstance(event, SpokenTurnEnded) or event.talk != talk or front.as_json:
        return
    print(f"You: {event.heard}")
    print(f"Consort: {event.said}{' …' if event.interrupted else ''}", flush=True)
    front.note(f"First sound after {event.first_sound:.2f} s: {event.waited:.2f} s of silence, hearing "
               f"{event.hearing:.2f} s, writing {event.writing:.2f} s, speaking {event.voicing:.2f} s.")
