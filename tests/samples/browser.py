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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from absent import absent, starts
from playwright.sync_api import (
    Browser,
    BrowserContext,
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


@dataclass
class Window:
    """A window of the browser with its options, and its pages that no test looks at any more."""

    context: BrowserContext
    size: ViewportSize
    free: list[Page] = field(default_factory=list)

    def page(self) -> Page:
        """Give a blank page: a page's process is most of what it costs."""
        if not self.free:
            return self.context.new_page()
        page = self.free.pop()
        page.emulate_media(media="null")
        page.set_viewport_size(self.size)
        return page

    def take_back(self, page: Page) -> None:
        """Leave a page blank for the next test; one that does not come back is closed."""
        try:
            page.mouse.move(0, 0)
            page.goto("about:blank")
            self.free.append(page)
        except Error:
            page.close()


@pytest.fixture(scope="module")
def windows(browser: Browser) -> dict[str, Window]:
    """A window of the browser for each set of options."""
    return {}


@pytest.fixture
def browser_page(browser: Browser, windows: dict[str, Window]) -> Iterator[Callable[..., Visit]]:
    """Open a page, cut off from the network: ``browser_page(target, **options)`` gives a `Visit`.

    `options` are those of Playwright's ``new_context``, such as ``viewport`` or ``color_scheme``. Pages of a module
    that are opened with the same options share a window, and what one test has left the next begins on, blank: our
    pages keep nothing there.
    """
    opened_pages: list[tuple[Window, Page]] = []

    def open_page(target: str | Path, **options: Any) -> Visit:
        asked = {"offline": True, "viewport": SIZE} | options
        key = repr(sorted(asked.items()))
        if key not in windows:
            windows[key] = Window(browser.new_context(**asked), asked["viewport"])
        visit = Visit(windows[key].page())
        # The next test on this page has a visit of its own, so that these may go on to be heard.
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
        visit.page.on(
            "console",
            lambda said: visit.errors.append(said.text) if said.type == "error" else None,
        )
        opened_pages.append((windows[key], visit.page))
        visit.page.goto(target.resolve().as_uri() if isinstance(target, Path) else target)
        return visit

    yield open_page
    for window, page in opened_pages:
        window.take_back(page)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser_page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


if __name__ == "__main__":
    if get_browser() is None:
        print(f"The browser tests are left out: {NO_BROWSER}")
