"""When a specialist was asked last is remembered over a restart, and losing it costs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from router.last_used import LastUsed


def test_it_is_remembered_over_a_restart(tmp_path: Path) -> None:
    used = LastUsed(tmp_path / "used.json", lambda: 1234.56)
    assert used.of("one") == 0
    used.note("one")
    used.flush()
    assert LastUsed(tmp_path / "used.json").of("one") == 1234.6


@pytest.mark.parametrize("content", [b"", b"[]", b'{"one": "x"}', b"\xff"])
def test_a_file_that_cannot_be_read_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "used.json").write_bytes(content)
    used = LastUsed(tmp_path / "used.json", lambda: 5.0)
    used.note("one")
    used.flush()
    assert LastUsed(tmp_path / "used.json").of("one") == 5.0
