"""The newest edition on a screen and on a phone: all words fit, and everything can be reached by keyboard alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import built_editions
import pytest
from playwright.sync_api import Page

from sesec_analysis.checkout import template_dir
from sesec_analysis.editions import editions

WIDE = {"width": 1280, "height": 900}
SMALLEST = 12  # px, of any word
MOST_SCREENS = 25  # of a report on a phone
MOST_SCRIPT = 500  # lines, all scripts together

LETTERS = """() => { const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const clipped = new Map(), isClipped = (part) => {
    if (!part) return false;
    const here = () => getComputedStyle(part).clipPath !== "none" || isClipped(part.parentElement);
    if (!clipped.has(part)) clipped.set(part, here());
    return clipped.get(part);
  };
  while (walk.nextNode()) {
    const node = walk.currentNode, on = node.parentElement;
    if (!node.textContent.trim() || on.closest("script, style, title, .skip, option") || isClipped(on)
      || !on.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 3 || box.height < 3) continue;
      const style = getComputedStyle(on), at = on.ownerSVGElement && on.getScreenCTM();
      const scale = at ? Math.hypot(at.a, at.b) : 1;
      found.push({ text: node.textContent.trim().slice(0, 60), size: parseFloat(style.fontSize) * scale,
        x: box.left, y: box.top + scrollY, right: box.right, foot: box.bottom + scrollY });
    }
  }
  return found;
}"""
"""Each line of words that is seen: its words, the size of its letters, and its box."""
SHARE = 0.28
"""How much of a line's height lies over and under its letters."""
SCREENS = "document.documentElement.scrollHeight / innerHeight"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUS = """() => { const on = document.activeElement, style = getComputedStyle(on), box = on.getBoundingClientRect();
  return { tag: on.tagName, text: on.textContent.trim(), label: on.getAttribute("aria-label") || "", id: on.id,
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.width > 0 && box.height > 0
      && box.bottom > 0 && box.top < innerHeight }; }"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_editions.built(editions.find("latest"), tmp_path_factory)


def over_each_other(lines: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the lines of words whose letters lie on each other's."""
    found, open_ = [], list[dict[str, Any]]()
    for line in sorted(lines, key=lambda line: line["y"]):
        open_ = [other for other in open_ if other["foot"] > line["y"]]
        for other in open_:
            pad = SHARE * min(line["foot"] - line["y"], other["foot"] - other["y"])
            deep = min(line["foot"], other["foot"]) - line["y"]
            wide = min(line["right"], other["right"]) - max(line["x"], other["x"])
            if deep > 2 * pad and wide > 1.5:
                found.append((other["text"], line["text"]))
        open_.append(line)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index.html", "summary.html"])
def test_page__fits_every_screen_and_lays_no_word_on_another(browser_page, built: Path, name: str):
    page = browser_page(built / name, viewport=WIDE).page
    for width in (1280, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        for opened in (False, True) if width < 640 else (False,):  # what a phone folds fits too
            page.evaluate(
                f"document.querySelectorAll('.fold').forEach(one => one.open = {str(opened).lower()})"
            )
            assert page.evaluate(WIDER) <= 0, width
            assert page.evaluate(SCREENS) <= MOST_SCREENS or width != 390
            lines = page.evaluate(LETTERS)
            assert len(lines) > 80
            assert [line for line in lines if line["size"] < SMALLEST] == [], width
            assert over_each_other(lines) == [], width


def test_scripts__are_few():
    lines = [path.read_text("utf-8").count("\n") for path in template_dir().glob("*.js")]
    assert len(lines) >= 4
    assert sum(lines) <= MOST_SCRIPT


# by keyboard alone -------------------------------------------------------------------------------


def tab_to(page: Page, is_there: Callable[[dict[str, Any]], bool], most: int = 60) -> None:
    """Go on by Tab; wherever the focus comes by, it can be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        on = page.evaluate(FOCUS)
        assert on["seen"], on
        if is_there(on):
            return
    pytest.fail("Tab does not lead there")


@pytest.mark.slow
def test_report__is_walked_through_by_keyboard_alone(browser_page, built: Path):
    page = browser_page(built / "index.html", viewport=WIDE).page
    tab_to(page, lambda on: on["text"] == "Skip to the report", most=1)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    tab_to(page, lambda on: on["text"].startswith("Tables, ranges, and ids"))
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")
    tab_to(page, lambda on: on["label"].startswith("Values of figure"), most=99)
    page.keyboard.press("ArrowRight")
    first = page.locator(".tip:visible").text_content()
    page.keyboard.press("ArrowRight")
    assert page.locator(".tip:visible").text_content() not in ("", first)
    page.keyboard.press("Escape")
    assert page.locator(".tip:visible").count() == 0
    tab_to(page, lambda on: on["text"].startswith("Table, words, and downloads"))
    page.keyboard.press("Enter")
    tab_to(page, lambda on: on["tag"] == "BUTTON")
    page.keyboard.press("Enter")
    heads = page.evaluate(
        "[...document.activeElement.closest('tr').cells].map(cell => cell.ariaSort)"
    )
    assert heads.count("ascending") == 1
