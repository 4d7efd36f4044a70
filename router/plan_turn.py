"""A request of several tasks: a plan, then one step after the other, all in one answer.

Each step is routed for itself and asked as a turn of the conversation whose earlier turns are the steps before it, so
what one step said is what the next one reads, and a specialist that goes on need not read it again. It knows how a
step is answered only as a function; `turn` passes that in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from importlib.resources import files

from router.choose.planner import PlannedStep, plan_grammar, read_plan
from router.desk import Desk
from router.draft import AnswerDraft
from router.errors import sentence_for
from router.fleet.worker import WorkerDied, WorkerFailed
from router.messages import PlanMoved, TextAdded, TurnFinished
from router.parts import AttachmentPart, PlanStep, TextPart
from router.running_plan import RunningPlan
from router.views import MessageView
from specialists.manifest import Manifest
from specialists.wire import ChatMessage, Failed, Generate, Sampling, Token

PLAN_SECONDS = 20.0             # after that, the person's own words are the plan
MOST_TOKENS = 300

AnswerStep = Callable[[str, tuple[MessageView, ...], TurnFinished], Awaitable[TurnFinished]]


async def make_plan(turn: str, text: str, tasks: tuple[str, ...], planner: Manifest,
                    desk: Desk) -> tuple[PlannedStep, ...]:
    """Steps as `planner` sees them; the tasks as they are when it takes too long or fails."""
    opening = desk.roster.opening(planner)
    instructions = files("resources").joinpath("prompts/plan.md").read_text(encoding="utf-8").strip()
    request = Generate(f"{turn}-plan", (ChatMessage("system", instructions), ChatMessage("user", text)),
                       Sampling(temperature=0.0), MOST_TOKENS, grammar=plan_grammar(len(tasks)))
    said: list[str] = []
    try:
        async with asyncio.timeout(PLAN_SECONDS), \
                desk.fleet.lease(planner.id, opening.load, opening.bytes_needed) as lease, \
                aclosing(lease.worker.request(request)) as replies:
            async for reply in replies:
                if isinstance(reply, Token) and not reply.thought:
                    said.append(reply.text)
                elif isinstance(reply, Failed):
                    break
    except (TimeoutError, WorkerDied, WorkerFailed):
        said.clear()
    return read_plan("".join(said), tasks)


async def carry_out(turn: str, tasks: tuple[str, ...], planned: Awaitable[tuple[PlannedStep, ...]],
                    question: MessageView, history: tuple[MessageView, ...], end: TurnFinished, draft: AnswerDraft,
                    desk: Desk, answer_step: AnswerStep) -> TurnFinished:
    """Show the tasks at once, and run the steps that are `planned` in order into `draft`.

    What the person changes while the plan is being made is the plan. A step that fails says why; those after it are
    skipped.
    """
    def moved(steps: tuple[PlanStep, ...]) -> None:
        draft.plan = steps
        desk.tell(PlanMoved(turn, end.message, steps))

    plan = desk.plan = RunningPlan(tasks, moved)
    conversation = history[:-1]
    attached = tuple(part for part in question.parts if isinstance(part, AttachmentPart))
    try:
        plan.adopt(await planned)
        while (step := plan.begin_next()) is not None:
            first = plan.number == 1
            heading = f"{'' if first else chr(10) * 2}**{plan.number}. {step.do}**\n\n"
            draft.add(heading, False)
            desk.tell(TextAdded(turn, end.message, heading))
            begun = len(draft.text)
            asked = replace(question, parts=(TextPart(step.do), *(attached if first else ())))
            reached = await answer_step(step.do, (*conversation, asked), end)
            end = _summed(end, reached)
            if end.reason == "stopped":
                break
            plan.end_step(reached.specialist)
            said = replace(question, role="assistant", parts=(TextPart(draft.text[begun:].strip()),))
            conversation = (*conversation, asked, said)
        plan.break_off("stopped", "stopped")
    except asyncio.CancelledError:
        plan.break_off("stopped", "stopped")
        raise
    except Exception as error:
        sentence = sentence_for(error, desk.crash_folder)
        plan.break_off("failed", "skipped")
        end = replace(end, reason="failed", error=sentence.text, hint=sentence.hint)
    finally:
        desk.plan = None
    return end


def _summed(so_far: TurnFinished, step: TurnFinished) -> TurnFinished:
    """One turn's numbers: tokens and loading added up, the first word's seconds of the first step."""
    return replace(step, prompt_tokens=so_far.prompt_tokens + step.prompt_tokens,
                   reused_tokens=so_far.reused_tokens + step.reused_tokens,
                   written_tokens=so_far.written_tokens + step.written_tokens,
                   resumed_tokens=so_far.resumed_tokens + step.resumed_tokens,
                   load_seconds=so_far.load_seconds + step.load_seconds,
                   seconds_to_first_token=so_far.seconds_to_first_token or step.seconds_to_first_token)
