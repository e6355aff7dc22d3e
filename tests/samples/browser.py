"""Chromium for the tests that look at a page: find one, get one, and the `browser_page` fixture.

``python tests/browser.py`` gets a browser where none is found (``make test`` runs it). pytest loads this module as a
plugin (``-pbrowser`` in pyproject.toml), so any test can ask for `browser_page`:

    def test_report__fetches_nothing(browser_page, report):
        visit = browser_page(report)               # a path or an address
        assert visit.page.title() == "Annual equity report"
        assert visit.requests == [report.as_uri()]
        assert visit.errors == []
"""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from absent import absent, starts
from playwright.sync_api import (
    Browser,
    Error,
    Page,
    ViewportSize,
    sync_playwright,
)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NO_BROWSER = "no Chromium was found: install chromium to run the browser tests"
NO_START = "Chromium is there and does not start: install chromium anew to run the browser tests"
NO_FONT = (
    "Chromium has no font to show a page in: install fonts-dejavu-core to run the browser tests"
)
SIZE = ViewportSize(width=1280, height=720)
WIDTH = "document.createElement('canvas').getContext('2d').measureText('Wide').width"


@functools.cache
def find_browser() -> str | None:
    """Path of a Chromium that starts: the system's, else one that Playwright fetched earlier."""
    for name in NAMES:
        if (path := shutil.which(name)) and starts(path, "--version"):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if starts(path, "--version") else None


def get_browser() -> str | None:
    """`find_browser`, after installing one if there was none and this user may."""
    if find_browser():
        return find_browser()
    if os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get"):
        install = "apt-get install -qq --yes --no-install-recommends chromium fonts-dejavu-core"
        steps = ["apt-get update -qq", install]
    else:
        steps = [f"{sys.executable} -m playwright install chromium"]
    print("Installing Chromium for the browser tests ...", flush=True)
    quiet_apt = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in steps:
        try:
            subprocess.run(
                step.split(), check=True, capture_output=True, env=quiet_apt, timeout=600
            )
        except (OSError, subprocess.SubprocessError):
            break
    find_browser.cache_clear()
    return find_browser()


@dataclass
class Visit:
    """A page, every address it asked for, and what went wrong on it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(
    scope="module"
)  # not "session": while Playwright runs, nothing else can start an event loop
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        absent(NO_BROWSER)
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Error:  # it told its version, and that was all
            absent(NO_START)
        with started:
            page = started.new_page()
            if not page.evaluate(WIDTH):
                absent(NO_FONT)
            page.close()
            yield started


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open a page, cut off from the network: ``browser_page(target, **options)`` gives a `Visit`.

    `options` are those of Playwright's ``new_context``, such as ``viewport`` or ``color_scheme``.
    """
    with ExitStack() as contexts:

        def open_page(target: str | Path, **options: Any) -> Visit:
            asked = {"offline": True, "viewport": SIZE} | options
            page = contexts.enter_context(browser.new_context(**asked)).new_page()
            visit = Visit(page)
            page.on("request", lambda request: visit.requests.append(request.url))
            page.on("pageerror", lambda error: visit.errors.append(str(error)))
            page.on(
                "console",
                lambda said: visit.errors.append(said.text) if said.type == "error" else None,
            )
            page.goto(target.resolve().as_uri() if isinstance(target, Path) else target)
            return visit

        yield open_page


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser_page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


if __name__ == "__main__":
    if get_browser() is None:
        print(f"The browser tests are left out: {NO_BROWSER}")
