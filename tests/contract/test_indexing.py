"""The index follows the files: what is read, refused, changed, moved, and what a broken-off run leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from router.documents.indexing import Indexing
from router.documents.reading import read_document
from router.documents.shelf import Shelf
from router.memory.document_store import DocumentStore
from router.memory.passage_search import Filter


async def encode(texts: Sequence[str]) -> tuple[tuple[float, ...], ...] | None:
    """Vectors that tell boats from the rest."""
    return tuple((1.0, 0.0) if "boat" in text or "ship" in text else (0.0, 1.0) for text in texts)


async def no_encoder(texts: Sequence[str]) -> None:
    """There is none."""


async def moved(root: str, reading: str) -> None:
    """Nobody looks."""


async def index(shelf: Shelf, *, encode: object = encode) -> None:
    """Bring the shelf up to date."""
    work = Indexing(shelf, read_document, encode, lambda: False, moved)  # type: ignore[arg-type]
    await work.look(await shelf.ask(DocumentStore.roots))
    await work.work()


async def texts(shelf: Shelf, question: str, vector: tuple[float, ...] | None = None) -> list[str]:
    """What is found."""
    return ["\n".join(one.text for one in run.passages) for run in await shelf.find(question, vector, 5, Filter())]


def on_a_shelf(tmp_path: Path, work: object) -> None:
    """Run an async test over a new shelf that has the folder `files`."""
    (tmp_path / "files").mkdir()

    async def run() -> None:
        shelf = Shelf.of(tmp_path)
        await shelf.ask(DocumentStore.add_root, str(tmp_path / "files"))
        try:
            await work(shelf, tmp_path / "files")  # type: ignore[operator]
        finally:
            await shelf.close()
    asyncio.run(run())


def test_words_and_meaning_find_together(tmp_path: Path) -> None:
    async def work(shelf: Shelf, files: Path) -> None:
        (files / "a.md").write_text("The ship left at dawn.")
        (files / "b.md").write_text("Bread rises at night.")
        await index(shelf)
        assert await texts(shelf, "vessel departure", (1.0, 0.0)) == ["The ship left at dawn.", "Bread rises at night."]
        assert await texts(shelf, "bread") == ["Bread rises at night."]
    on_a_shelf(tmp_path, work)


def test_changes_moves_and_deletions_are_followed(tmp_path: Path) -> None:
    async def work(shelf: Shelf, files: Path) -> None:
        (files / "a.md").write_text("The ship left at dawn.")
        (files / "b.md").write_text("Bread rises at night.")
        await index(shelf)
        (files / "a.md").write_text("The ship came back again.")
        (files / "b.md").rename(files / "c.md")
        await index(shelf)
        assert await texts(shelf, "ship") == ["The ship came back again."]
        run = (await shelf.find("bread", None, 5, Filter()))[0].passages
        assert [Path(path).name for path in run[0].paths] == ["c.md"]
        (files / "c.md").unlink()
        await index(shelf)
        assert await texts(shelf, "bread") == []
    on_a_shelf(tmp_path, work)


def test_an_unplugged_disk_empties_nothing(tmp_path: Path) -> None:
    async def work(shelf: Shelf, files: Path) -> None:
        (files / "a.md").write_text("The ship left.")
        await index(shelf)
        await asyncio.to_thread(files.rename, files.with_name("elsewhere"))
        indexing = Indexing(shelf, read_document, encode, lambda: False, moved)
        roots = await shelf.ask(DocumentStore.roots)
        assert await indexing.look(roots) == {roots[0].id}
        assert await texts(shelf, "ship") == ["The ship left."]
    on_a_shelf(tmp_path, work)


@pytest.mark.parametrize(("name", "content", "problem"), [
    ("a.txt", b"MZ\0\0\0", "It is not a text file."), ("a.exe", b"x", "cannot read files of this kind"),
    ("noending", b"x", "cannot read files of this kind (no ending)")])
def test_what_cannot_be_read_costs_one_sentence(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    async def work(shelf: Shelf, files: Path) -> None:
        (files / name).write_bytes(content)
        (files / "good.md").write_text("The ship.")
        await index(shelf)
        assert await texts(shelf, "ship") == ["The ship."]
        refused, = await shelf.ask(DocumentStore.refused)
        assert problem in refused.problem
    on_a_shelf(tmp_path, work)


def test_without_an_encoder_words_find_and_the_vectors_come_later(tmp_path: Path) -> None:
    async def work(shelf: Shelf, files: Path) -> None:
        (files / "a.md").write_text("The ship left.")
        await index(shelf, encode=no_encoder)
        assert await texts(shelf, "ship") == ["The ship left."]
        assert await texts(shelf, "vessel", (1.0, 0.0)) == []
        await index(shelf)
        assert await texts(shelf, "vessel", (1.0, 0.0)) == ["The ship left."]
    on_a_shelf(tmp_path, work)


def test_a_run_that_broke_off_goes_on_where_it_was(tmp_path: Path) -> None:
    async def work(shelf: Shelf, files: Path) -> None:
        for number in range(3):
            (files / f"{number}.md").write_text(f"Ship number {number} " + "x" * number)
        read: list[str] = []

        async def read_one_then_break(path: Path) -> object:
            if read:
                raise KeyboardInterrupt
            read.append(path.name)
            return await read_document(path)

        broken = Indexing(shelf, read_one_then_break, encode, lambda: False, moved)  # type: ignore[arg-type]
        await broken.look(await shelf.ask(DocumentStore.roots))
        with pytest.raises(KeyboardInterrupt):
            await broken.work()
        assert len(await texts(shelf, "ship")) == 1
        await index(shelf)
        assert len(await texts(shelf, "ship")) == 3
    on_a_shelf(tmp_path, work)
