"""The site opens from disk and from a server at a path of its own: every link works, and everybody can read it."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import barriers
import pytest
import site_samples
from browser import Visit

from sesec_analysis.evidence.citation import page_of
from sesec_analysis.site import build as site_build

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
READING = page_of(site_samples.READING).partition("#")[0]
GONE = page_of(site_samples.WITHDRAWN).partition("#")[0]
EMBED = READING.replace(".html", "/embed.html")
PAGES = ("index.html", "vocabulary.html", "indicators/ela_met.html", READING, GONE, EMBED)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        shelf = site_samples.shelf(with_restated=True, with_record=True)
        patch.setattr(site_build.edition_index, "states", lambda: shelf)
        patch.setattr(site_build.SiteSource, "sheets", {})
        out = tmp_path_factory.mktemp("served") / "equity" / "reports"
        return site_build.build(out).out


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args) -> None: ...


@pytest.fixture(scope="module")
def address(site) -> Iterator[str]:
    """The site on this machine, below a path as on the pages of a project."""
    handler = functools.partial(Silent, directory=str(site.parents[1]))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/equity/reports"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("name", "viewport"), [(PAGES[0], WIDE), *((name, NARROW) for name in PAGES)]
)
def test_site__can_be_read_by_everybody(browser_page, site, name, viewport):
    visit = browser_page(site / name, viewport=viewport)
    assert visit.page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    assert barriers.found(visit.page) == []
    assert visit.errors == []


@pytest.fixture(params=["disk", "server"])
def front(site, request) -> Path | str:
    """The first page, opened as a file and from a server."""
    if request.param == "disk":
        return site / "index.html"
    return f"{request.getfixturevalue('address')}/index.html"


def test_site__leads_from_the_front_to_a_number_in_its_own_style(browser_page, front):
    visit = browser_page(front, offline=isinstance(front, Path))
    page = visit.page
    page.locator('a[href="indicators/ela_met.html"]').click()
    page.locator(f'a[href="../{READING}"]').click()
    assert page.locator(".number").inner_text() == "49.8%"
    page.wait_for_load_state()  # the number can stand before its style has come
    # Its style is a file beside it, which the page's own rule lets in from a disk as from a server.
    assert page.locator(".number").evaluate("one => getComputedStyle(one).fontWeight") == "700"
    assert visit.errors == []


def test_site__finds_a_number_from_the_front(browser_page, front):
    visit = browser_page(front, offline=isinstance(front, Path))
    page = visit.page
    page.locator("#search\\:words").fill("ELA standard southeast seattle 2025")
    page.locator("#page\\:results a").first.click()
    assert page.url.endswith(page_of(site_samples.READING))
    assert visit.errors == []


@pytest.fixture
def lost(browser_page, site, address) -> Visit:
    """A visit to a server that shows the site's page for what is not there."""

    def missing(route):
        if (site / unquote(route.request.url.removeprefix(f"{address}/"))).is_file():
            route.continue_()
        else:
            route.fulfill(status=404, content_type="text/html", path=site / "404.html")

    visit = browser_page(f"{address}/index.html", offline=False)
    visit.page.route(f"{address}/**", missing)
    return visit


@pytest.mark.parametrize("colon", ["~", "%3A"])
def test_site__leads_an_old_address_to_its_series(lost, address, colon):
    name = site_samples.WITHDRAWN.removeprefix("sesec:").replace(":", colon)
    lost.page.goto(f"{address}/findings/{name}.html")
    lost.page.wait_for_url(f"{address}/{page_of(site_samples.WITHDRAWN)}")
    assert "do not quote it" in lost.page.locator("main").inner_text()


def test_site__says_that_a_page_is_not_there(lost, address):
    path = "findings/%E0%A4%A.html"
    lost.page.goto(f"{address}/{path}")
    lost.page.wait_for_load_state()
    assert lost.page.url == f"{address}/{path}"
    assert "ids.csv" in lost.page.locator("body").inner_text()
    # Of the browser itself: that the answer was 404.
    assert [error for error in lost.errors if "status of 404" not in error] == []
