"""A real JupyterLab in Chromium: the first tutorial runs without an error, and its finding can be copied."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[2] / "notebooks" / "tutorials" / "01_first_look.ipynb"
TOKEN = "a-token-of-the-tests"
PATIENCE = 120  # seconds for a lab to start, and for all cells to run, on a busy machine


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(address: str, lab: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            if lab.poll() is not None:
                break
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """Address of a JupyterLab on a folder that holds the tutorial, started as `make lab` does."""
    shutil.copy(TUTORIAL, tmp_path)
    home, log, port = tmp_path / "home", tmp_path / "lab.log", _free_port()
    home.mkdir()
    settings = {
        "ServerApp.port": port,
        "ServerApp.ip": "127.0.0.1",
        "IdentityProvider.token": TOKEN,
        "ServerApp.allow_root": True,
        "ServerApp.open_browser": False,
        "LabApp.extension_manager": "readonly",
        "LabApp.news_url": "",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    environment = os.environ | {"JUPYTER_PREFER_ENV_PATH": "1", "HOME": str(home)}
    environment.pop("PYTHONPATH")  # nothing is kept from it
    with log.open("wb") as told:
        started = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", *options, str(tmp_path)],
            cwd=tmp_path,
            env=environment,
            stdout=told,
            stderr=told,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api/status?token={TOKEN}", started, log)
        yield f"{address}/lab/tree/{TUTORIAL.name}?token={TOKEN}"
    finally:
        started.terminate()
        started.wait(timeout=30)


@pytest.mark.slow
@pytest.mark.proof("The first tutorial runs in JupyterLab, in a browser", only_in_full=True)
def test_first_tutorial__runs_in_jupyterlab(lab: str, browser_page: Callable[..., object]) -> None:
    visit = browser_page(
        lab,
        offline=False,
        permissions=["clipboard-read", "clipboard-write"],
        viewport={"width": 1400, "height": 1000},
    )
    page = visit.page  # type: ignore[attr-defined]
    page.set_default_timeout(PATIENCE * 1000)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()

    card = page.locator('section[aria-label="Finding"]')
    card.wait_for(state="visible")
    assert not page.locator(
        ".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']"
    ).count()
    assert not page.locator(".jp-OutputArea-output:has-text('Traceback')").count()

    told = card.inner_text()
    assert "71.7 percent of students in Southeast Seattle attended school regularly" in told
    assert "95% interval 70.8–72.7%" in told
    assert "Office of Superintendent of Public Instruction" in told
    assert "sesec:rate.regular_attendance.2024.all.southeast_seattle.all" in told

    card.locator("summary").click()
    cited = card.locator("details p").inner_text()
    button = card.get_by_role("button")
    button.click()
    page.wait_for_function("button => button.textContent == 'Copied'", arg=button.element_handle())
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.sub(r"\s+", " ", copied) == re.sub(r"\s+", " ", cited)
    assert copied.startswith("Southeast Seattle Education Coalition.")
