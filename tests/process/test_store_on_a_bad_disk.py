"""The store in a process that truly cannot write: a file-size limit, a folder of somebody else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from router.memory.store import Store
from router.parts import plain_text

pytestmark = pytest.mark.process
REPOSITORY = Path(__file__).parents[2]

FULL = """
import resource, sys
from pathlib import Path
from router.errors import UserFacingError
from router.memory.store import Store
store = Store.open(Path(sys.argv[1]))
store.begin("", "kept")
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
try:
    store.begin("", "too much " * 200_000)
except UserFacingError as error:
    print(error.text)
print(len(store.conversations()))
"""

READ_ONLY = """
import os, sys
from pathlib import Path
from router.errors import UserFacingError
from router.memory.store import Store
if os.getuid() == 0:
    os.setuid(65534)
try:
    Store.open(Path(sys.argv[1]))
except UserFacingError as error:
    print(error.text)
    print(error.hint)
"""


def told(program: str, folder: Path) -> list[str]:
    """The lines that `program` prints."""
    done = subprocess.run([sys.executable, "-c", program, str(folder)], cwd=REPOSITORY, capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def open_way(tmp_path: Path) -> Path:
    """A folder that another user can reach: pytest's own are for their owner only."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(folder.stat().st_mode | 0o011)
    return tmp_path


def test_a_disk_that_takes_no_more_is_a_sentence_and_what_was_kept_stays(tmp_path: Path) -> None:
    sentence, count = told(FULL, tmp_path / "data")
    assert sentence.startswith(f"Consort cannot write to {tmp_path / 'data'}: the disk ")
    assert count == "1"
    store = Store.open(tmp_path / "data")
    (row,) = store.conversations()
    assert plain_text(store.path(row.id)[0][0].parts) == "kept"
    store.close()


def test_a_folder_that_cannot_be_written_is_a_sentence_naming_it(open_way: Path) -> None:
    folder = open_way / "data"
    Store.open(folder).close()
    (folder / "consort.db").chmod(0o444)
    folder.chmod(0o555)
    before = (folder / "consort.db").read_bytes()
    sentence, hint = told(READ_ONLY, folder)
    assert sentence == f"Consort cannot write to {folder}: access is denied."
    assert "--data-dir" in hint
    assert (folder / "consort.db").read_bytes() == before and list(folder.iterdir()) == [folder / "consort.db"]
    folder.chmod(0o700)


def test_a_folder_that_cannot_be_made_is_a_sentence_naming_it(open_way: Path) -> None:
    open_way.chmod(0o555)
    (sentence, _) = told(READ_ONLY, open_way / "data")
    assert sentence == f"Consort cannot write to {open_way / 'data'}: access is denied."
    open_way.chmod(0o700)
