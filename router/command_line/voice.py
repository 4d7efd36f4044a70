"""`consort transcribe`, `consort speak` and `consort voices`: speech in files, and who hears and speaks here."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from router.command_line.following import erase
from router.command_line.front import Front, confirmed, new_id, size_in_words
from router.command_line.install import find, install, offer_text
from router.command_line.tables import print_table
from router.errors import UserFacingError
from router.messages import (
    Command,
    Event,
    ListVoices,
    Noticed,
    Refused,
    SegmentTranscribed,
    SpeakingMoved,
    SpeakText,
    StopVoice,
    TextSpoken,
    Transcribe,
    Transcribed,
    TranscriptMoved,
    VoicesListed,
    VoiceView,
)
from router.transcript_forms import FORMS, in_form

Done = TypeVar("Done")


def add_transcribe_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort transcribe`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="an audio or video file, in any usual format")
    parser.add_argument("--language", default="", metavar="CODE",
                        help="what is spoken, such as en or de (default: find out)")
    parser.add_argument("--model", default="", metavar="ID", help="who hears (default: the best that is installed)")
    for form in FORMS:
        parser.add_argument(f"--{form}", dest="form", action="store_const", const=form, help=f"print it as {form}")
    parser.add_argument("--yes", action="store_true", help="install what is missing without asking")


def add_speak_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort speak`."""
    parser.add_argument("text", help="what to say; - reads it from standard input")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.wav", help="the sound file to write")
    parser.add_argument("--voice", default="", metavar="ID",
                        help="who speaks (default: a voice for the text's language)")
    parser.add_argument("--language", default="", metavar="CODE", help="the text's language (default: find out)")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="2 is twice as fast")
    parser.add_argument("--volume", type=float, default=1.0, metavar="X", help="0.5 is half as loud")
    parser.add_argument("--speaker", type=int, default=0, metavar="N", help="which speaker, of a voice with several")
    parser.add_argument("--yes", action="store_true", help="install what is missing without asking")


async def run_transcribe(arguments: argparse.Namespace, front: Front) -> int:
    """The words on stdout as they come, or a form at the end. Ctrl-C stops and keeps what is there.

    Exit code 1 when that is not all of it: stopped, or the file is cut off.
    """
    path = arguments.file.expanduser().absolute()
    await ensure(front, lambda listed: listed.to_hear, "hear", arguments.yes)
    plain = not front.as_json and arguments.form in (None, "txt")

    def show(event: Event) -> None:
        front.show(event)
        if isinstance(event, SegmentTranscribed) and plain:
            print(f"{erase() if sys.stdout.isatty() else ''}{event.segment.text}", flush=True)
        elif isinstance(event, TranscriptMoved):
            _draw("Heard", event.seconds, event.total)

    command = Transcribe(str(path), arguments.language, arguments.model, new_id())
    done = await _finished(command, command.request, Transcribed, show, front)
    if not front.as_json and not plain:
        print(in_form(arguments.form, done.segments), end="")
    if not done.segments and not done.stopped:
        front.note(f"{erase()}No speech was heard in this file.")
    if done.broke_off:
        short = f" It says it is {done.promised:.1f} s long." if done.promised > done.seconds else ""
        front.note(f"{erase()}The file is damaged or cut off after {done.seconds:.1f} s.{short} This is what could be "
                   "heard of it.", "Copy it again from where it is whole.")
    code = _end(done.stopped, f"{done.seconds:.1f} s of sound in {done.seconds_taken:.1f} s.", front)
    return 1 if done.broke_off else code


async def run_speak(arguments: argparse.Namespace, front: Front) -> int:
    """The sound in a file. Ctrl-C stops and keeps what is there."""
    text = sys.stdin.buffer.read().decode("utf-8", errors="replace") if arguments.text == "-" else arguments.text
    if not text.strip():
        raise UserFacingError("There is nothing to say.", "Write it behind `consort speak`, or pipe it in with -.")
    await ensure(front, lambda listed: listed.to_speak, "speak", arguments.yes)

    def show(event: Event) -> None:
        front.show(event)
        if isinstance(event, SpeakingMoved):
            _draw("Said", event.seconds, 0.0 if not event.done else event.seconds * event.total / event.done)

    command = SpeakText(text, str(arguments.out.expanduser().absolute()), arguments.voice, arguments.language,
                        arguments.speed, arguments.volume, arguments.speaker, new_id())
    done = await _finished(command, command.request, TextSpoken, show, front)
    where = f" in {done.path}" if done.path else ""
    return _end(done.stopped, f"{done.seconds:.1f} s of sound{where}, made in {done.seconds_taken:.1f} s by "
                              f"{done.voice}.", front)


async def run_voices(arguments: argparse.Namespace, front: Front) -> int:
    """Who speaks and who hears, installed or not, in which languages."""
    listed = await front.ask_core(ListVoices(new_id()), VoicesListed)
    front.show(listed)
    if not front.as_json:
        print_table(("voice", "state", "size", "languages", "name"), [_row(one) for one in listed.voices])
        print()
        print_table(("hears", "state", "size", "languages", "name"), [_row(one) for one in listed.hearing])
    return 0


async def ensure(front: Front, missing_of: Callable[[VoicesListed], tuple[str, ...]], what: str, yes: bool) -> None:
    """Install what is missing to hear or to speak. Raises UserFacingError when that is not to be done."""
    missing = missing_of(await front.ask_core(ListVoices(new_id()), VoicesListed))
    if not missing:
        return
    views = [await find(specialist, front) for specialist in missing]
    orders = " and ".join(f"consort install {view.id}" for view in views)
    front.note(f"To {what}, Consort needs: " + " ".join(offer_text(view) for view in views))
    if not yes and not sys.stdin.isatty():
        raise UserFacingError(f"Nothing that can {what} is installed yet.", f"Install it with: {orders}, or add --yes.")
    if not confirmed("Install it now?", yes):
        raise UserFacingError("Nothing was installed.", f"Whenever you like: {orders}")
    for view in views:
        await install(view, front, agreed=True)


async def _finished(command: Command, request: str, expected: type[Done], show: Callable[[Event], None],
                    front: Front) -> Done:
    """Give the command, show what happens, return the event that ends it. Raises UserFacingError."""
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(ending, front.send, StopVoice(request))
    front.send(command)
    async for event in front.events():
        if isinstance(event, Noticed) and not event.turn:
            front.note(event.text, event.hint)
        if getattr(event, "request", None) != request:
            continue
        if isinstance(event, Refused):
            raise UserFacingError(erase() + event.text, event.hint)
        show(event)
        if isinstance(event, expected):
            return event
    raise AssertionError("events() never ends")


def _draw(what: str, seconds: float, total: float) -> None:
    """One line that is drawn over, on a terminal only."""
    if sys.stderr.isatty():
        of = f" of {total:.0f}" if total else ""
        print(f"{erase()}{what} {seconds:.0f}{of} s", end="", file=sys.stderr, flush=True)


def _end(stopped: bool, facts: str, front: Front) -> int:
    if stopped:
        front.note(f"{erase()}Stopped; what is there is kept: {facts}")
        return 1
    front.note(erase() + facts)
    return 0


def _row(view: VoiceView) -> tuple[str, ...]:
    more = len(view.languages) - 8
    languages = " ".join(view.languages[:8]) + (f" and {more} more" if more > 0 else "")
    state = "can be installed" if view.state == "absent" else view.state
    return view.id, state, size_in_words(view.size) if view.size else "", languages, view.name
