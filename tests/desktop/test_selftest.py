import os
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from db.domain.errors import EnvironmentError_
from desktop import selftest
from desktop.selftest import STEPS, SelfTestError, Step, run_self_test

ROOT = Path(selftest.__file__).resolve().parents[1]


@pytest.fixture
def steps(monkeypatch):
    def use(*runs):
        chosen = tuple(Step(f"步骤{n}", run) for n, run in enumerate(runs, start=1))
        monkeypatch.setattr(selftest, "STEPS", chosen)

    return use


def test_all_of_it_passes_in_an_empty_environment(tmp_path):
    before = monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "--self-test"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    count = len(STEPS)
    assert lines[:-1] == [
        f"自检 {number}/{count} {step.name} … 好" for number, step in enumerate(STEPS, start=1)
    ]
    assert monotonic() - before < 30
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix == ".db"] == []


def test_the_first_step_that_fails_is_named_and_ends_it(steps, capsys):
    ran = []

    def fail(_):
        raise SelfTestError("纸卡住了")

    steps(ran.append, fail, ran.append)
    assert run_self_test() == 3
    assert capsys.readouterr().out.splitlines() == [
        "自检 1/3 步骤1 … 好",
        "自检 2/3 步骤2 … 失败：SelfTestError: 纸卡住了",
        "自检未通过",
    ]
    assert len(ran) == 1


def test_an_error_of_ours_is_told_in_words(steps, capsys):
    def fail(_):
        raise EnvironmentError_("disk_full", detail="")

    steps(fail)
    assert run_self_test() == 3
    assert "disk_full" not in capsys.readouterr().out


@pytest.mark.parametrize("named", [None, "/somewhere"])
def test_the_data_folder_of_the_user_is_left_alone(steps, monkeypatch, named):
    seen = []
    steps(lambda trial: seen.append((os.environ["GRIDDESK_HOME"], trial.folder)))
    if named is None:
        monkeypatch.delenv("GRIDDESK_HOME", raising=False)
    else:
        monkeypatch.setenv("GRIDDESK_HOME", named)
    assert run_self_test() == 0
    home, folder = seen[0]
    assert Path(home).parent == folder
    assert not folder.exists()
    assert os.environ.get("GRIDDESK_HOME") == named


def test_a_service_that_does_not_start_tells_why(tmp_path):
    (tmp_path / "hub").write_text("a file where the folder should be")
    with (
        pytest.raises(SelfTestError, match="没有启动"),
        selftest._serving(tmp_path, tmp_path / "hub"),
    ):
        pass
