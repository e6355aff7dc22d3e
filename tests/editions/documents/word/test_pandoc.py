"""Documents written behind another with pandoc: each is, byte by byte, what it is when it is written alone."""

import base64
import re
from typing import Any

import pytest
from report_samples import PNG

from sesec_analysis.editions.documents.word import pandoc

ODD = 'Kids’ & “St. Mary\'s” <7 "and" more'


def words(text: str) -> list[Any]:
    return [{"t": "Str", "c": text}]


def para(text: str) -> dict[str, Any]:
    return {"t": "Para", "c": words(text)}


def headed(level: int, name: str, text: str) -> dict[str, Any]:
    return {"t": "Header", "c": [level, [name, [], []], words(text)]}


LINK = {"t": "Para", "c": [{"t": "Link", "c": [["", [], []], words("a"), ["https://a.org", ""]]}]}
LIST = {"t": "BulletList", "c": [[para("one")], [para("two")]]}
PICTURE = {"t": "Para", "c": [{"t": "Image", "c": [["", [], []], words("a"), ["a.png", ""]]}]}


def tree(*blocks: dict[str, Any], lang: str = "es", **titles: str) -> dict[str, Any]:
    texts = {"title": ODD, "subtitle": f"Of {ODD}", "author": "A & B", "lang": lang} | titles
    meta = {name: {"t": "MetaInlines", "c": words(text)} for name, text in texts.items() if text}
    first = headed(1, "at-a-glance", "At a glance")
    lead = {"t": "Div", "c": [["", [], [["custom-style", "Notice"]]], [para("Lead")]]}
    return {
        "pandoc-api-version": [1, 23, 1],
        "meta": meta,
        "blocks": [lead, para("Words"), first, *blocks],
    }


FIRST = tree(LINK, headed(2, "b", "B"), para("Words"), lang="en-US", title="First")


_DAY = re.compile(rb"\d{4}-\d\d-\d\dT[\d:]+Z")


def raw(*trees: dict[str, Any]) -> list[dict[str, bytes]]:
    """Return the parts of each document, but for the hour and the styles, which are put in later."""
    shown = {"a": base64.b64decode(PNG)}
    parts, _ = pandoc.written([(one, shown if PICTURE in one["blocks"] else {}) for one in trees])
    return [
        {name: _DAY.sub(b"", one[name]) for name in one if name != "word/styles.xml"}
        for one in parts
    ]


def counted(monkeypatch) -> list[Any]:
    asked, write = [], pandoc._Pandoc.write
    monkeypatch.setattr(
        pandoc._Pandoc, "write", lambda self, place: (asked.append(place), write(self, place))
    )
    return asked


@pytest.mark.slow
def test_written__gives_what_stands_behind_another_as_if_it_stood_alone(monkeypatch):
    asked = counted(monkeypatch)
    raw_words = {"t": "RawBlock", "c": ["openxml", "<w:p><w:r><w:t>a</w:t></w:r></w:p>"]}
    behind = (
        tree(para(ODD), headed(2, "c", ODD), raw_words),
        tree(lang="so", title="Two", subtitle="3"),
    )
    together = raw(FIRST, *behind)
    assert len(asked) == 1
    for one, made in zip((FIRST, *behind), together, strict=True):
        [alone] = raw(one)
        # What Word is told of the language of its theme is put in by `docx.finished`.
        assert made.keys() == alone.keys()
        assert [name for name in made if made[name] != alone[name]] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "other",
    [tree(LINK), tree(LIST), tree(PICTURE), tree(subtitle=""), {**tree(), "blocks": [para("A")]}],
    ids=["link", "list", "picture", "no subtitle", "paragraph first"],
)
def test_written__writes_alone_what_has_parts_of_its_own(other, monkeypatch):
    asked = counted(monkeypatch)
    last = tree(para("Last"), lang="vi")
    every = FIRST, other, last
    made = raw(*every)
    assert len(asked) == 2
    assert made == [raw(one)[0] for one in every]


@pytest.mark.slow
def test_written__writes_nothing_behind_what_has_a_list(monkeypatch):
    asked = counted(monkeypatch)
    every = tree(LIST), tree(para("Last"), lang="vi")
    assert raw(*every) == [raw(one)[0] for one in every]
    assert len(asked) == 4


@pytest.mark.slow
def test_written__writes_alone_what_does_not_come_apart(monkeypatch):
    asked = counted(monkeypatch)
    every = tree(headed(1, "", pandoc._CUT)), tree()
    together = raw(*every)
    assert len(asked) == 3
    assert together == [raw(one)[0] for one in every]
