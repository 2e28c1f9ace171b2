"""The demonstration plays to its end and leaves what it promises."""

import os
import subprocess
import sys


def test_the_day_is_played_to_its_end(small_town, tmp_path):
    out = tmp_path / "day"
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "demo", "--play", out],
        env={**os.environ, "GRIDDESK_HOME": str(small_town), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert len(list(out.glob("*.png"))) == 7
    slip, *_ = out.glob("事件处理单-*.pdf")
    text = subprocess.run(
        ["pdftotext", "-layout", slip, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "油烟扰民" in text.replace(" ", "")
    assert "已归档" in text
