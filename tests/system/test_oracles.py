"""Every published number is met, and docs/ORACLES.md says so."""

import importlib
import inspect
import pkgutil
from functools import cache
from math import ceil, log10
from pathlib import Path

import oracles
import proofs
import pytest
from oracles import QUOTED, WITHOUT, Oracle
from public_names import PUBLIC_MEASURES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ORACLES.md"
MODULES = [
    importlib.import_module(f"oracles.{found.name}")
    for found in sorted(pkgutil.iter_modules(oracles.__path__), key=lambda found: found.name)
]
ALL: list[Oracle] = [one for module in MODULES for one in module.ORACLES]
MET = {
    name
    for name, measure in PUBLIC_MEASURES.items()
    if any(inspect.unwrap(measure) is held for module in MODULES for held in vars(module).values())
}
"""Public measures that a module of numbers imports; nothing there is imported without use (ruff)."""


HEAD = "| quantity | theirs | ours | difference |"
PRINTED = [one for one in ALL if one.printed]
NUMBERS = {(one.source, one.theirs) for one in PRINTED if not one.wrong}
"""Different numbers: one that several of our functions meet counts once."""


@cache
def ours(one: Oracle) -> float:
    """Our number, worked out once."""
    return one.ours()


@pytest.mark.slow
@pytest.mark.parametrize("one", ALL, ids=[f"{one.source}: {one.what}" for one in ALL])
def test_published_number_is_reproduced(one: Oracle) -> None:
    difference = abs(ours(one) - one.theirs)
    assert difference > one.within if one.wrong else difference <= one.within


def _row(one: Oracle, marks: str) -> str:
    """Theirs with the digits that the source prints, ours with one more."""
    places = ceil(-log10(one.within)) if one.within else 0
    as_printed = one.note in ("", QUOTED) and round(one.within * 10**places, 6) == 5
    theirs = f"{one.theirs:.{places - 1}f}" if as_printed else f"{one.theirs:.10g}"
    left = ours(one) - one.theirs
    # Less than a fiftieth of what is allowed is the noise of a computer's arithmetic.
    difference = f"{left:+.1g}" if abs(left) > max(one.within / 50, 1e-12) else "0"
    verdict = " (wrong)" if one.wrong else ""
    return f"| {one.what}{marks} | {theirs}{verdict} | {ours(one):.{places}f} | {difference} |"


def _table(source: str, these: list[Oracle]) -> list[str]:
    notes = [*dict.fromkeys(text for one in these for text in (one.note, one.wrong) if text)]
    lines = [f"### {source}", "", HEAD, "|---|---|---|---|"]
    for one in these:
        own = [notes.index(text) + 1 for text in (one.note, one.wrong) if text]
        lines.append(_row(one, "".join(f" [{number}]" for number in own)))
    told = [f"{number}. {text}" for number, text in enumerate(notes, start=1)]
    return [*lines, "", *told, *([""] if told else [])]


def page() -> str:
    """The tables of docs/ORACLES.md."""
    wrong = sum(bool(one.wrong) for one in ALL)
    lines = [
        "# Published numbers, and ours",
        "",
        f"{len(NUMBERS)} different numbers from {len({source for source, _ in NUMBERS})} sources are met, in "
        f"{sum(not one.wrong for one in PRINTED)} checks. {wrong} printed numbers are wrong, and",
        "must not be met; a note gives the proof. A difference is allowed up to half a unit of the last digit that the",
        "source prints, unless a note says why. Written by `pytest tests/system/test_oracles.py --write-oracles`; a",
        "test fails when page and package differ.",
        "",
    ]
    parts = {"Printed numbers": True, "Limits, identities and definitions": False}
    for heading, printed in parts.items():
        lines += [f"## {heading}", ""]
        for source in sorted({one.source for one in ALL if one.printed == printed}):
            lines += _table(
                source, [one for one in ALL if (one.source, one.printed) == (source, printed)]
            )
    lines += ["## Measures without a published number of their own", ""]
    lines += [f"- `{name}`: {why}." for name, why in WITHOUT.items()]
    return "\n".join(lines).rstrip() + "\n"


@pytest.mark.slow
def test_page_tells_what_the_tests_find(request: pytest.FixtureRequest) -> None:
    fix = "run: pytest tests/system/test_oracles.py --write-oracles"
    if request.config.getoption("--write-oracles"):
        PAGE.write_text(page(), encoding="utf-8")
    told = PAGE.read_text(encoding="utf-8")
    if proofs.is_whole():
        assert told == page(), fix
    rows = [row for row in told.splitlines() if row.startswith("| ") and row != HEAD]
    assert len(rows) == len(ALL), fix
    assert f"\n{len(NUMBERS)} different numbers from" in told, fix
    for one in proofs.sample(ALL, 20, seed=44):
        numbers = _row(one, "").removeprefix(f"| {one.what}")
        of_it = [row for row in rows if row.startswith(f"| {one.what}") and row.endswith(numbers)]
        assert of_it, (one.what, fix)


def test_each_public_measure_has_a_published_number_or_a_reason() -> None:
    public = set(PUBLIC_MEASURES)
    bare = sorted(public - MET - set(WITHOUT))
    assert not bare, (
        f"no published number in tests/oracles and no reason in oracles.WITHOUT: {bare}"
    )
    idle = sorted(set(WITHOUT) - (public - MET))
    assert not idle, f"a reason in oracles.WITHOUT for what has a number or is no measure: {idle}"


def test_each_measure_with_a_published_number_names_its_reference() -> None:
    silent = [name for name in sorted(MET) if "Reference:" not in PUBLIC_MEASURES[name].__doc__]
    assert not silent, f"no Reference: in the docstring of {silent}"


def test_enough_and_independent() -> None:
    assert len(NUMBERS) >= 60
    assert len({source for source, _ in NUMBERS}) >= 15
