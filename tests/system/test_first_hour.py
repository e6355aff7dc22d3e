"""The page for a newcomer is followed to the letter, from a fresh copy to a draft that was checked."""

import os
import re
import subprocess
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # every step is gone

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/howto/first_hour.md"
STEP = re.compile(r"^## (\d)\. (.+?)\n(.*?)(?=^## )", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.proof(
    "A newcomer's first hour goes as its page says, from a copy to a number in a draft",
    tried="every block of docs/howto/first_hour.md in a fresh copy",
    only_in_full=True,
)
def test_first_hour__goes_as_its_page_says(tmp_path, record_property):
    folder = tmp_path / "our-copy"
    own = {name: text for name, text in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    done, printed = set(), ""
    for number, title, text in STEP.findall(PAGE.read_text("utf-8")):
        begun = time.monotonic()
        for language, code in BLOCK.findall(text):
            if language == "python":
                (folder / "clinic.py").write_text(code, "utf-8")
                continue
            if language == "text":
                shown = " ".join(code.strip().removeprefix("…").split())
                assert shown in " ".join(printed.split()), (title, printed[-2000:])
                continue
            where = folder if folder.is_dir() else tmp_path
            ran = subprocess.run(
                ["bash", "-euc", code.replace("ADDRESS", str(ROOT))],
                cwd=where,
                env=own,
                capture_output=True,
                text=True,
                check=False,
            )
            printed = ran.stdout + ran.stderr
            assert ran.returncode == 0, (title, printed[-4000:])
            done.add(number)
        record_property(f"seconds for step {number}", round(time.monotonic() - begun))
    assert done == {"1", "2", "3", "4"}
