"""Facts about the computer and the defaults that follow from them."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from router.machine import Machine, cpu_limit, default_gpu_layers, language, memory_limit

GIB = 2**30


def machine(cores: int = 4, memory: int = 16 * GIB) -> Machine:
    return Machine("Linux", cores, memory)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="ascii")


def test_this_computer_is_described_by_what_the_system_says() -> None:
    here = Machine.this()
    assert 1 <= here.physical_cores <= psutil.cpu_count()
    assert 0 < here.memory_total <= psutil.virtual_memory().total
    assert 0 < here.memory_available() <= here.memory_total
    assert here.platform


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 2), (4, 4), (5, 4), (8, 7), (64, 63)])
def test_one_core_is_left_to_the_person_where_there_are_many(cores: int, threads: int) -> None:
    assert machine(cores).default_threads() == threads


@pytest.mark.parametrize(("gibibytes", "trained", "context"), [
    (4, 32768, 4096), (8, 32768, 8192), (16, 32768, 16384), (64, 131072, 16384),
    (64, 2048, 2048), (4, 0, 4096), (64, 0, 4096)])
def test_the_context_grows_with_memory_up_to_what_the_model_was_trained_for(
        gibibytes: int, trained: int, context: int) -> None:
    assert machine(memory=gibibytes * GIB).default_context(trained) == context


def test_models_may_take_the_larger_part_of_memory_but_not_all() -> None:
    assert machine(memory=10 * GIB).default_memory_budget() == 6 * GIB


def test_all_layers_go_to_a_gpu_that_is_there() -> None:
    assert (default_gpu_layers(True), default_gpu_layers(False)) == (-1, 0)


def test_the_tightest_limit_of_nested_groups_counts(tmp_path: Path) -> None:
    write(tmp_path / "proc/self/cgroup", "0::/user/app")
    write(tmp_path / "sys/fs/cgroup/user/app/memory.max", "max")
    write(tmp_path / "sys/fs/cgroup/user/memory.max", str(2 * GIB))
    write(tmp_path / "sys/fs/cgroup/memory.max", str(3 * GIB))
    write(tmp_path / "sys/fs/cgroup/user/app/cpu.max", "150000 100000")
    write(tmp_path / "sys/fs/cgroup/user/cpu.max", "max 100000")
    assert memory_limit(tmp_path) == 2 * GIB
    assert cpu_limit(tmp_path) == 1.5


def test_groups_of_the_first_version_count_too_and_no_limit_is_none(tmp_path: Path) -> None:
    write(tmp_path / "proc/self/cgroup", "4:memory:/docker/1\n1:cpu,cpuacct:/docker/1\n0::/")
    write(tmp_path / "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712")
    assert memory_limit(tmp_path) is None
    write(tmp_path / "sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes", str(GIB))
    write(tmp_path / "sys/fs/cgroup/cpu/docker/1/cpu.cfs_quota_us", "50000")
    write(tmp_path / "sys/fs/cgroup/cpu/docker/1/cpu.cfs_period_us", "100000")
    write(tmp_path / "sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1")
    assert memory_limit(tmp_path) == GIB
    assert cpu_limit(tmp_path) == 0.5


def test_a_system_without_groups_has_no_limit(tmp_path: Path) -> None:
    assert memory_limit(tmp_path) is None and cpu_limit(tmp_path) is None
    write(tmp_path / "proc/self/cgroup", "nonsense")
    assert memory_limit(tmp_path) is None


@pytest.mark.parametrize(("said", "expected"), [
    ({"LANG": "de_AT.UTF-8"}, "de"), ({"LANG": "en_US.UTF-8", "LC_ALL": "fr_FR.UTF-8"}, "fr"), ({"LANG": "C"}, "en"),
    ({"LANG": "sr_RS@latin"}, "sr"), ({"LANG": "nonsense"}, "en"),
])
def test_the_language_is_the_systems(monkeypatch: pytest.MonkeyPatch, said: dict[str, str], expected: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert language() == expected
