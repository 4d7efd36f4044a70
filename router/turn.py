"""One question, from the first word to the last: READ THIS FIRST.

`answer` keeps the person's words, lets the router choose, leases the specialist's worker, relays what it writes (saving
as it goes) and ends in exactly one TurnFinished, whatever happened. It knows no Qt, no SQL and no model library.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace

from router.choose.choice import Choice, NobodyCanAnswer
from router.choose.request import Request
from router.choose.rules import Situation
from router.choose.several import tasks_in
from router.desk import Desk
from router.draft import AnswerDraft
from router.errors import UserFacingError, sentence_for
from router.fleet.fleet import Lease
from router.fleet.sentences import LESS_MEMORY, context_lowered, sentence_for_death, sentence_for_failure
from router.fleet.worker import WorkerDied, WorkerFailed
from router.grounded_turn import answer_from_documents, wanted
from router.messages import (
    Ask,
    ChoiceNeeded,
    ConversationChanged,
    Noticed,
    PromptRead,
    Regenerate,
    Routed,
    TextAdded,
    TurnFinished,
    TurnStarted,
)
from router.parts import AttachmentPart, plain_text, spoken
from router.plan_turn import carry_out, make_plan
from router.prompt import conversation_prompt, shorten
from router.roster import Opening
from router.tool_turn import with_tool
from router.views import Choice as WayOut
from router.views import MessageState, MessageView, TurnStats
from specialists.manifest import Manifest
from specialists.wire import ChatMessage, Failed, Finished, Generate, Reading, Token

ATTEMPTS = 2
EARLIER_REQUESTS = 3        # of the conversation, that routing a follow-up looks at
RETRY = WayOut("Try again", "retry")
STATE_AFTER: dict[str, MessageState] = {"end": "complete", "length": "complete", "stop_text": "complete",
                                        "stopped": "stopped", "failed": "failed"}


class TooLong(Exception):
    """The specialist cannot read so much at once; `failed` has the numbers."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.detail)
        self.failed = failed


async def answer(ask: Ask | Regenerate, desk: Desk) -> None:
    """Answer `ask`. Never raises, except CancelledError after the turn has been finished as stopped."""
    try:
        question, reply = keep_words(ask, desk)
    except Exception as error:
        sentence = sentence_for(error, desk.crash_folder)
        desk.tell(TurnFinished(ask.turn, ask.conversation, "", "", "", "failed",
                               error=sentence.text, hint=sentence.hint, choices=(RETRY,)))
        return
    conversation = desk.store.conversation_of(reply.id)
    desk.conversation = conversation
    desk.tell(TurnStarted(ask.turn, conversation, question, reply, desk.temporary))
    desk.tell(ConversationChanged(replace(desk.store.conversation(conversation), temporary=desk.temporary)))
    draft = AnswerDraft(lambda parts: desk.store.write(reply.id, parts),
                        lambda error: desk.tell(Noticed(error.text, error.hint, ask.turn, level="warning")))
    end = TurnFinished(ask.turn, conversation, reply.id, "", "", "failed")
    choice: Choice | None = None
    try:
        history = desk.store.history(reply.id)
        choice = await route(ask, question, conversation, history, desk)
        end = replace(end, specialist=choice.specialist.id, why=choice.why)
        await desk.checking.before_first_use(choice.specialist, ask.turn)
        tasks = tasks_in(plain_text(question.parts), desk.task_words) if desk.planning else ()
        if (documents := wanted(question)) is not None:
            end = await answer_from_documents(ask.turn, documents, choice.specialist, history, end, draft, desk,
                                              lambda turns, end: ask_specialist(ask, choice, turns, end, draft, desk))
        elif tasks and choice.routing.layer != "person":
            end = await answer_in_steps(ask, tasks, choice, question, history, end, draft, desk)
        else:
            history = await with_tool(ask.turn, choice, history, draft, desk)
            end = await ask_specialist(ask, choice, history, end, draft, desk)
    except asyncio.CancelledError:
        end = replace(end, reason="stopped")
        raise
    except NobodyCanAnswer as missing:
        end = nobody(missing, end, desk)
    except TooLong as too_long:
        end = explain_too_long(too_long.failed, end, choice)
    except Exception as error:
        sentence = sentence_for(error, desk.crash_folder)
        end = replace(end, error=sentence.text, hint=sentence.hint, choices=(RETRY,))
    finally:
        finish(ask, replace(end, text=draft.text), choice, draft, desk)


def keep_words(ask: Ask | Regenerate, desk: Desk) -> tuple[MessageView, MessageView]:
    """The person's words are on disk when this returns. Raises UserFacingError when they cannot be kept."""
    if isinstance(ask, Regenerate):
        return desk.store.begin_again(ask.conversation, ask.message)
    if not ask.text.strip() and not ask.attachments:
        raise UserFacingError("There is no question yet.", "Write something first.")
    return desk.store.begin(ask.conversation, ask.text, ask.attachments, edited=ask.edited, documents=ask.documents)


async def route(ask: Ask | Regenerate, question: MessageView, conversation: str, history: tuple[MessageView, ...],
                desk: Desk) -> Choice:
    """Who answers, told to everyone. Raises NobodyCanAnswer."""
    always = desk.routing.removeprefix("always:") if desk.routing.startswith("always:") else ""
    lengths = [len(spoken(view.parts)) for view in history]
    answered = max((place for place, view in enumerate(history) if view.stats.prompt_tokens), default=-1)
    stats = history[answered].stats if answered >= 0 else TurnStats()
    situation = Situation(ask.specialist, desk.store.conversation(conversation).specialist, always,
                          desk.store.last_specialist(conversation), conversation, sum(lengths),
                          stats.prompt_tokens + stats.written_tokens, sum(lengths[:answered + 1]))
    installed = desk.roster.answerers()
    choice = await desk.chooser.choose(request_of(question, history), installed, situation)
    if desk.routing == "ask" and choice.routing.layer != "person" and len(installed) > 1:
        choice = await ask_person(ask.turn, choice, installed, desk)
    chosen, routing = choice.specialist, choice.routing
    desk.tell(Routed(ask.turn, chosen.id, chosen.name, choice.why, routing.confidence, routing.layer, routing))
    if choice.notice:
        desk.tell(Noticed(choice.notice, choice.hint, ask.turn))
    return choice


async def answer_in_steps(ask: Ask | Regenerate, tasks: tuple[str, ...], choice: Choice, question: MessageView,
                          history: tuple[MessageView, ...], end: TurnFinished, draft: AnswerDraft,
                          desk: Desk) -> TurnFinished:
    """A request of several tasks: one answer in steps, each by whoever is best for it."""
    async def answer_step(step: str, turns: tuple[MessageView, ...], end: TurnFinished) -> TurnFinished:
        situation = Situation(ask.specialist, desk.store.conversation(end.conversation).specialist,
                              last=end.specialist, conversation=end.conversation,
                              prompt_characters=sum(len(spoken(view.parts)) for view in turns))
        chosen = await desk.chooser.choose(request_of(turns[-1], turns), desk.roster.answerers(), situation)
        await desk.checking.before_first_use(chosen.specialist, ask.turn)
        return await ask_specialist(ask, chosen, turns, replace(end, specialist=chosen.specialist.id), draft, desk)

    planned = make_plan(ask.turn, plain_text(question.parts), tasks, choice.specialist, desk)
    return await carry_out(ask.turn, tasks, planned, question, history, end, draft, desk, answer_step)


def request_of(question: MessageView, history: tuple[MessageView, ...]) -> Request:
    """What is to be routed: the words, the earlier requests above them, the names of what is attached."""
    before = tuple(plain_text(view.parts) for view in history if view.role == "user" and view.id != question.id)
    attached = tuple(part.name for part in question.parts if isinstance(part, AttachmentPart))
    return Request(plain_text(question.parts), before[-EARLIER_REQUESTS:], attached)


async def ask_person(turn: str, choice: Choice, installed: tuple[Manifest, ...], desk: Desk) -> Choice:
    """Wait for the person to choose. What they choose is theirs; the card keeps what the router would have done."""
    desk.chosen = asyncio.get_running_loop().create_future()
    desk.tell(ChoiceNeeded(turn, choice.routing.candidates, choice.why))
    wanted = await desk.chosen
    picked = next((one for one in installed if one.id == wanted), choice.specialist)
    if picked is choice.specialist:
        return choice
    return Choice(picked, "You chose it for this question.", replace(choice.routing, layer="person", confidence=1.0))


async def ask_specialist(ask: Ask | Regenerate, choice: Choice, history: tuple[MessageView, ...], end: TurnFinished,
                         draft: AnswerDraft, desk: Desk) -> TurnFinished:
    """Lease the worker and relay its answer. A worker that dies before its first word is replaced once, unseen."""
    opening = desk.roster.opening(choice.specialist)
    messages = conversation_prompt(opening.system_prompt, history, desk.roster.answerers())
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with desk.fleet.lease(choice.specialist.id, opening.load, opening.bytes_needed) as lease:
                end = replace(end, load_seconds=lease.load_seconds, context=lease.worker.ready.context)
                if lease.lowered_from and lease.load_seconds:
                    desk.tell(Noticed(context_lowered(choice.specialist.name, lease.worker.ready.context,
                                                      lease.lowered_from), LESS_MEMORY, ask.turn, level="warning"))
                if lease.worker.ready.notice and lease.load_seconds:
                    desk.tell(Noticed(lease.worker.ready.notice, turn=ask.turn))
                return await relay_fitting(ask, messages, opening, lease, end, draft, desk)
        except WorkerDied as died:
            if died.cause == "crashed":
                desk.checking.crashed(choice.specialist.id)
            if draft.text or attempt == ATTEMPTS:
                raise sentence_for_death(died, choice.specialist.name) from died
            draft.clear()
        except WorkerFailed as failed:
            raise sentence_for_failure(failed.code, failed.detail, choice.specialist.name) from failed
    raise AssertionError("unreachable")


async def relay_fitting(ask: Ask | Regenerate, messages: tuple[ChatMessage, ...], opening: Opening, lease: Lease,
                        end: TurnFinished, draft: AnswerDraft, desk: Desk) -> TurnFinished:
    """Relay; when the conversation is longer than the context, leave out the oldest turns and say so, then relay."""
    try:
        return await relay(ask, messages, opening, lease, end, draft, desk)
    except TooLong as too_long:
        shorter = shorten(messages, too_long.failed, ask.overflow)
        if shorter is None:
            raise
        draft.notice(shorter.notice)
        desk.tell(Noticed(shorter.notice, "It is all still in this conversation.", ask.turn,
                          (WayOut("New chat", "new_chat"), WayOut("Settings", "settings"))))
        return await relay(ask, shorter.messages, opening, lease, end, draft, desk)


async def relay(ask: Ask | Regenerate, messages: tuple[ChatMessage, ...], opening: Opening, lease: Lease,
                end: TurnFinished, draft: AnswerDraft, desk: Desk) -> TurnFinished:
    """One request to the worker: what it reads and writes becomes events; returns the finished turn. Raises TooLong."""
    sampling = opening.sampling
    if ask.temperature is not None:
        sampling = replace(sampling, temperature=ask.temperature)
    if ask.seed is not None:
        sampling = replace(sampling, seed=ask.seed)
    kept_for = "" if desk.temporary else end.conversation       # a temporary chat never gets a page
    pages, beginning = await desk.pages.pages_for(end.specialist, lease.worker, opening.load, kept_for,
                                                  opening.system_prompt)
    request = Generate(ask.turn, messages, sampling, ask.max_tokens or opening.max_tokens, pages=pages,
                       beginning=beginning)
    desk.stop_writing = lambda: lease.worker.cancel(request.request)
    try:
        async with aclosing(lease.worker.request(request)) as replies:
            async for said in replies:
                match said:
                    case Token():
                        draft.add(said.text, said.thought)
                        desk.tell(TextAdded(ask.turn, end.message, said.text, said.thought))
                    case Reading():
                        desk.tell(PromptRead(ask.turn, said.done, said.total, said.reused))
                    case Finished():
                        end = replace(end, reason=said.reason, prompt_tokens=said.prompt_tokens,
                                      reused_tokens=said.reused_tokens, written_tokens=said.written_tokens,
                                      seconds_to_first_token=said.seconds_to_first_token,
                                      tokens_per_second=said.tokens_per_second, resumed_tokens=said.resumed_tokens)
                        desk.pages.answered(end.specialist, lease.worker, kept_for, said, beginning)
                        desk.checking.answered(end.specialist)
                        desk.fleet.note_answer(end.specialist, said, "" if desk.temporary else end.conversation)
                    case Failed(code="too_long"):
                        raise TooLong(said)
                    case Failed():
                        raise WorkerFailed(said.code, said.detail)
    finally:
        desk.stop_writing = None
    return end


def nobody(missing: NobodyCanAnswer, end: TurnFinished, desk: Desk) -> TurnFinished:
    """No specialist is there to answer: say which, and offer to install it."""
    wanted = desk.roster.manifest(missing.wanted) if missing.wanted else desk.roster.starter()
    if wanted is None:
        return replace(end, error=f"There is no specialist called “{missing.wanted}”.",
                       hint="`consort list` shows them all.")
    lost = desk.roster.lost(wanted.id)
    if lost is not None:
        return replace(end, error=lost.text, hint=lost.hint, choices=(RETRY,))
    if (trouble := desk.roster.refusal(wanted.id)) is not None:
        return replace(end, error=trouble.text, hint=trouble.hint)
    what = f"{wanted.name} is not installed." if missing.wanted else "No specialist is installed yet."
    return replace(end, error=what, hint=f"Install it on the Models page, or with: consort install {wanted.id}",
                   choices=(WayOut(f"Install {wanted.name}", "install"), RETRY))


def explain_too_long(failed: Failed, end: TurnFinished, choice: Choice | None) -> TurnFinished:
    """The newest message alone is longer than the context: nothing is cut without being asked."""
    name = choice.specialist.name if choice else "The specialist"
    newest = failed.message_tokens[-1] if failed.message_tokens else failed.prompt_tokens
    return replace(
        end, error=f"Your message is about {newest:,} tokens long; {name} can read {failed.context:,} at once.",
        hint="Nothing was cut. Choose what it should read, raise its context in Settings, or pick another specialist.",
        context=failed.context,
        choices=(WayOut("Read the beginning", "head"), WayOut("Read the end", "tail"), WayOut("Settings", "settings")))


def finish(ask: Ask | Regenerate, end: TurnFinished, choice: Choice | None, draft: AnswerDraft, desk: Desk) -> None:
    """Save the final answer and tell the end, in this order. A disk that is full costs a sentence, not the answer."""
    draft.stop_saving()
    if end.error:
        draft.notice(f"{end.error} {end.hint}".strip())
    specialist = choice.specialist if choice else None
    try:
        desk.store.finish(end.message, draft.parts, STATE_AFTER[end.reason], specialist.id if specialist else "",
                          specialist.name if specialist else "", choice.why if choice else "", end.stats,
                          choice.routing if choice else None)
        desk.tell(ConversationChanged(replace(desk.store.conversation(end.conversation), temporary=desk.temporary)))
    except Exception as error:
        sentence = sentence_for(error, desk.crash_folder)
        desk.tell(Noticed(sentence.text, sentence.hint, ask.turn, level="warning"))
    desk.tell(end)
