"""What axe finds on a page: of what is built and looks alike, side by side, it is shown the first.

Most of a report's page are rows and list items by the thousand; axe takes seconds to say the same of each. Alike are
elements of one parent with the same tags, attributes, colors and sizes of letters all the way down, that hold words in
the same places. What one of them alone can get wrong, an id that stands twice or leads nowhere, is asked of all.
"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LOOSE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(part => part.id), known = new Set(ids);
  const named = ["aria-labelledby", "aria-describedby", "headers", "for"];
  const asked = named.flatMap(name => [...document.querySelectorAll(`[${name}]`)].flatMap(
    part => part.getAttribute(name).trim().split(/\\s+/)));
  return [...ids.filter((id, at) => ids.indexOf(id, at + 1) > 0), ...asked.filter(id => !known.has(id))];
}"""
"""Ids that stand twice, and those that are named and are not there."""

ALIKE = """() => {
  const told = new Set(["class", "role", "scope", "lang", "style", "type", "tabindex"]);
  const keyOf = (part) => {
    const style = getComputedStyle(part), own = [...part.childNodes];
    const look = [part.tagName, style.color, style.backgroundColor, style.fontSize, style.fontWeight, style.opacity,
      style.display, style.visibility, own.some(one => one.nodeType == 3 && one.data.trim()),
      ...[...part.attributes].map(one => [one.name, told.has(one.name) ? one.value : !!one.value.trim()])];
    const seen = new Set(), inside = [];
    for (const one of [...part.children]) {
      const key = keyOf(one);
      if (seen.has(key)) one.remove();
      else inside.push(key);
      seen.add(key);
    }
    return `${look}(${inside})`;
  };
  keyOf(document.body);
}"""
"""Take out what is like a brother or sister before it."""


def found(page: Page) -> list[tuple[str, str]]:
    """Return each barrier with the first place that has it. Elements are taken out."""
    loose = [("id", name) for name in page.evaluate(LOOSE)]
    page.evaluate(ALIKE)
    asked = {"resultTypes": ["violations"], "preload": False}
    faults = Axe().run(page, options=asked).response["violations"]
    return loose + [(fault["id"], fault["nodes"][0]["html"]) for fault in faults]
