"""Every published number is met, and docs/ORACLES.md says so."""

import importlib
import pkgutil
from pathlib import Path

import oracles
import pytest
from oracles import Oracle

PAGE = Path(__file__).resolve().parents[1] / "docs" / "ORACLES.md"
ALL: list[Oracle] = [
    one
    for module in sorted(pkgutil.iter_modules(oracles.__path__), key=lambda found: found.name)
    for one in importlib.import_module(f"oracles.{module.name}").ORACLES
]


@pytest.mark.parametrize("one", ALL, ids=[f"{one.source}: {one.what}" for one in ALL])
def test_published_number_is_reproduced(one: Oracle) -> None:
    difference = abs(one.ours() - one.theirs)
    assert difference > one.within if one.wrong else difference <= one.within


def _digits(one: Oracle) -> str:
    """Our number to one digit more than the source prints."""
    places = max(0, len(f"{one.within:.12f}".rstrip("0").partition(".")[2]))
    return f"{one.ours():.{places}f}"


def page() -> str:
    """The table of docs/ORACLES.md."""
    sources = sorted({one.source for one in ALL})
    lines = [
        "# Published numbers, and ours",
        "",
        f"{len(ALL)} numbers from {len(sources)} sources. Written by `pytest tests/test_oracles.py --write-oracles`;",
        "a test fails when this page and the package differ. A difference is allowed up to half a unit of the last digit",
        "that the source prints.",
        "",
    ]
    for source in sources:
        lines += [
            f"## {source}",
            "",
            "| quantity | theirs | ours | difference |",
            "|---|---|---|---|",
        ]
        notes = []
        for one in ALL:
            if one.source != source:
                continue
            verdict = " (the source is wrong)" if one.wrong else ""
            lines.append(
                f"| {one.what} | {one.theirs:g}{verdict} | {_digits(one)} | {one.ours() - one.theirs:+.1g} |"
            )
            notes += [f"{one.what}: {text}" for text in (one.note, one.wrong) if text]
        lines += ["", *[f"- {note}" for note in dict.fromkeys(notes)], *([""] if notes else [])]
    return "\n".join(lines).rstrip() + "\n"


def test_page_tells_what_the_tests_find(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-oracles"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: pytest tests/test_oracles.py --write-oracles"
    )


def test_enough_and_independent() -> None:
    assert len(ALL) >= 60
    assert len({one.source for one in ALL}) >= 15
