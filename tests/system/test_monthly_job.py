"""The page on the scheduled job cannot rot: its commands are parsed, and its script is run."""

import os
import re
import subprocess
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/howto/monthly_job.md"
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
[SCRIPT] = [text for kind, text in BLOCKS if kind == "sh"]
STUB = """\
#!/bin/sh
echo "$@" >> calls.txt
case "$*" in
    "data fetch"*) exit "$FETCH" ;;
    report*) exit "$REPORT" ;;
    diff*) exit "$DIFF" ;;
esac
"""


def run(folder: Path, fetch: int = 0, report: int = 0, diff: int = 0) -> tuple[int, list[str]]:
    """Run the script in a copy whose `sesec` notes what it is asked and ends as it is told."""
    (folder / ".venv/bin").mkdir(parents=True)
    stub = folder / ".venv/bin/sesec"
    stub.write_text(STUB, encoding="utf-8")
    stub.chmod(0o755)
    codes = {"FETCH": str(fetch), "REPORT": str(report), "DIFF": str(diff)}
    home = {"SESEC_HOME": str(folder), "PATH": os.environ["PATH"]}
    done = subprocess.run(["sh", "-c", SCRIPT], env=codes | home, check=False)
    return done.returncode, (folder / "calls.txt").read_text("utf-8").splitlines()


def test_script__fetches_builds_and_compares(tmp_path):
    code, calls = run(tmp_path)
    assert code == 0
    assert calls == [
        "data fetch --quiet",
        "report latest --quiet",
        "diff latest --csv reports/build/changes.csv",
    ]


@pytest.mark.parametrize(
    ("codes", "ends", "calls"),
    [
        ({"fetch": 1}, 1, 3),
        ({"report": 1}, 3, 2),
        ({"fetch": 1, "report": 2}, 3, 2),
        ({"diff": 2}, 4, 3),
        ({"fetch": 130}, 1, 3),
    ],
)
def test_script__ends_with_the_codes_that_the_page_explains(tmp_path, codes, ends, calls):
    code, made = run(tmp_path, **codes)
    assert (code, len(made)) == (ends, calls)
    assert f"\n| {ends} | " in PAGE.read_text("utf-8")
