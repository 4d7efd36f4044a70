"""Which files of a folder are read."""

from __future__ import annotations

from pathlib import Path

from router.documents.walking import walk


def write(root: Path, *names: str) -> None:
    """Empty files."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")


def names(root: Path, *ignored: str) -> list[str]:
    """What is found, below the root."""
    return [str(Path(file.path).relative_to(root)) for file in walk(str(root), ignored).files]


def test_all_files_are_found_but_hidden_ones_and_what_programs_fill(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "b/c.txt", ".git/config", ".secret", "web/node_modules/x.js", "b/.hidden/y")
    assert names(tmp_path) == ["a.md", "b/c.txt"]


def test_patterns_leave_out_by_name_and_by_path(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "a.log", "b/a.log", "b/c.txt", "drafts/d.md")
    assert names(tmp_path, "*.log", "drafts") == ["a.md", "b/c.txt"]
    assert names(tmp_path, "b/*.txt") == ["a.log", "a.md", "b/a.log", "drafts/d.md"]


def test_a_link_out_of_the_folder_is_not_followed_and_a_circle_ends(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.txt", "in/a.txt")
    (tmp_path / "in/way-out").symlink_to(tmp_path / "outside/secret.txt")
    (tmp_path / "in/circle").symlink_to(tmp_path / "in")
    (tmp_path / "in/same").symlink_to(tmp_path / "in/a.txt")
    assert names(tmp_path / "in") == ["a.txt", "same"]


def test_one_file_may_be_added_and_a_missing_folder_is_missing(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    assert [file.path for file in walk(str(tmp_path / "a.md"), ()).files] == [str(tmp_path / "a.md")]
    assert walk(str(tmp_path / "gone"), ()).missing
