"""A question over the person's documents, through the real loop and real workers that say the prompt back."""

from __future__ import annotations

from pathlib import Path

from router.messages import (
    AnswerCited,
    Ask,
    ConversationOpened,
    DocumentsListed,
    ListDocuments,
    OpenConversation,
    Regenerate,
    SourcesFound,
    TextAdded,
)
from router.parts import DocumentsPart, SourcesPart
from tests.echo_core import Talk, talking

HANDBOOK = ("# Handbook\n\n## Keys\n\nThe master key lies in the safe of Mrs Okonkwo.\n\n## Bread\n\n"
            "Bread is baked at four in the morning.\n")
ASKED = "Where does the master key lie?"


def handbook(folder: Path) -> Path:
    path = folder / "files" / "handbook.md"
    path.parent.mkdir()
    path.write_text(HANDBOOK, encoding="utf-8")
    return path


async def saved(talk: Talk, conversation: str) -> list[SourcesPart]:
    opened = await talk.answer(OpenConversation(conversation, "opened"), ConversationOpened)
    return [part for part in opened.messages[-1].parts if isinstance(part, SourcesPart)]


async def test_the_answer_names_the_characters_it_rests_on_and_keeps_them(tmp_path: Path) -> None:
    path = handbook(tmp_path)
    (tmp_path / "data").mkdir()
    async with talking(tmp_path / "data") as talk:
        end = await talk.ask(Ask("t1", ASKED, documents=DocumentsPart((str(path),))))
        cited = await talk.until(AnswerCited, turn="t1")
        assert end.reason == "end" and end.text == cited.text and "[1]" in end.text
        read = await talk.until(SourcesFound, turn="t1")
        assert [(one.headings, HANDBOOK[one.start:one.end]) for one in read.sources] == [
            (("Handbook", "Keys"), "The master key lies in the safe of Mrs Okonkwo.\n")]
        told = [type(event) for event in talk.events]
        assert told.index(SourcesFound) < told.index(TextAdded) < told.index(AnswerCited)
        (part,) = await saved(talk, end.conversation)
        good = [one for one in part.citations if one.supported]
        assert good and all("Okonkwo" in HANDBOOK[one.quote_start:one.quote_end] for one in good)


async def test_what_no_document_says_is_not_asked_of_a_specialist(tmp_path: Path) -> None:
    path = handbook(tmp_path)
    (tmp_path / "data").mkdir()
    async with talking(tmp_path / "data") as talk:
        end = await talk.ask(Ask("t1", "Which opera did Verdi write?", documents=DocumentsPart((str(path),))))
        assert end.text == "There is nothing about this in your documents." and end.written_tokens == 0
        assert await saved(talk, end.conversation) == [SourcesPart(())]


async def test_answering_again_looks_into_the_documents_again(tmp_path: Path) -> None:
    path = handbook(tmp_path)
    (tmp_path / "data").mkdir()
    async with talking(tmp_path / "data") as talk:
        end = await talk.ask(Ask("t1", ASKED, documents=DocumentsPart((str(path),))))
        path.write_text(HANDBOOK.replace("Okonkwo", "Haddad"), encoding="utf-8")
        again = Regenerate("t2", end.conversation, end.message)
        assert "Haddad" in (await talk.ask(again)).text


async def test_a_temporary_question_leaves_no_document_behind(tmp_path: Path) -> None:
    path = handbook(tmp_path)
    (tmp_path / "data").mkdir()
    async with talking(tmp_path / "data") as talk:
        end = await talk.ask(Ask("t1", ASKED, temporary=True, documents=DocumentsPart((str(path),))))
        assert "Okonkwo" in end.text
        assert (await talk.answer(ListDocuments(request="l"), DocumentsListed)).folders == ()


async def test_a_file_that_cannot_be_read_costs_one_sentence(tmp_path: Path) -> None:
    path = handbook(tmp_path).with_name("broken.md")
    path.write_bytes(b"\0\0\0")
    (tmp_path / "data").mkdir()
    async with talking(tmp_path / "data") as talk:
        end = await talk.ask(Ask("t1", ASKED, documents=DocumentsPart((str(path),))))
        assert end.reason == "failed" and end.error == "broken.md could not be read. It is not a text file."


async def test_a_whole_file_is_read_part_by_part_with_progress(tmp_path: Path) -> None:
    path = handbook(tmp_path)
    path.write_text("\n\n".join(f"On {day} May 2021 the ship number {day} came in. " + "It brought salt and rope. " * 30
                                for day in range(1, 13)), encoding="utf-8")
    (tmp_path / "data").mkdir()
    async with talking(tmp_path / "data") as talk:
        end = await talk.ask(Ask("t1", "Summarise this", documents=DocumentsPart((str(path),))))
        moves = [(event.done, event.parts) for event in talk.events if isinstance(event, SourcesFound) and event.parts]
        assert end.reason == "end" and len(moves) > 2
        assert moves == [(done, moves[0][1]) for done in range(moves[0][1] + 1)]
