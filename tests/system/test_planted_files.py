"""Leaks of each class planted into an edition: `sesec attack` alone finds each, and names its file and place."""

import itertools
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from certified import attacked, district, whole
from planted_files import (
    SOURCES,
    FilePlant,
    drawn,
    plant_in,
    planted,
    plants,
    tell_in,
    tellings,
)

from sesec_analysis.attack.rewriting import compared

pytestmark = pytest.mark.slow

FILES = (*SOURCES, "disclosure_audit.json", "figures", "derived")
WEIGHED = ("numerator of a record",)
"""A count is no text: what it tells is weighed by the attack, and here it only differs from the other files."""


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Iterator[Path]:
    base = tmp_path_factory.mktemp("planted")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in district(base).items():
            patch.setenv(name, value)
        yield whole(base / "root", base / "out")


FORMS = tuple(
    f"{stem}.{kind}"
    for stem in ("index", "report", "summary", "annex", "findings")
    for kind in ("html", "pdf", "docx", "csv", "json")
)
"""What is written from a document and its findings."""


def named(said: str, file: str) -> list[str]:
    """The lines that name a place in a file; a file that no edition has is named whole."""
    return re.findall(rf"^\s*{re.escape(file)}(?:[ ,/] ?\S.*|: no edition.*)$", said, re.MULTILINE)


def is_named(said: str, file: str) -> bool:
    """Whether a line names a place in the file; of one that forms are written from, a form will do."""
    return any(named(said, one) for one in ((file, *FORMS) if file in SOURCES else (file,)))


def batches(chosen: Iterable[FilePlant]) -> Iterator[list[FilePlant]]:
    """Plants that can stand beside each other: of one file one, and none in what the others are written from."""
    by_file: dict[str, list[FilePlant]] = {}
    for plant in chosen:
        by_file.setdefault(plant.file, []).append(plant)
    apart = {
        file
        for file in by_file
        if file in (*SOURCES, "disclosure_audit.json") or "figures/rates" in file
    }
    yield from ([plant] for file in apart for plant in by_file.pop(file))
    for beside in itertools.zip_longest(*by_file.values()):
        yield [plant for plant in beside if plant]


def kind_of(plant: FilePlant) -> str:
    kind = plant.file.partition("/")[0]
    return kind if kind in FILES else "derived"


def test_attack__passes_the_edition_without_plants(edition):
    code, said = attacked([edition])
    assert (code, "Passed" in said) == (0, True), said


@planted
@pytest.mark.parametrize("file", FILES)
def test_attack__finds_every_plant_with_file_and_place(edition, file, tmp_path, record_property):
    missed = []
    tried = drawn(list(batches(one for one in plants("rates") if kind_of(one) == file)), file)
    record_property("plants", sum(map(len, tried)))
    for at, batch in enumerate(tried):
        folder = shutil.copytree(edition, tmp_path / f"{at}")
        for plant in batch:
            plant_in(folder, plant)
        code, said = attacked([folder])
        shutil.rmtree(folder)
        missed += [
            (plant.name, said[-300:])
            for plant in batch
            if not code or not (is_named(said, plant.file) or plant.name in WEIGHED)
        ]
    assert missed == []


@planted
@pytest.mark.parametrize("part", range(4))
def test_compared__finds_what_every_form_repeats(edition, part, tmp_path, record_property):
    """A document that was edited, and every form written from it again: only a rebuild can show it."""
    missed = []
    tried = drawn(tellings()[part::4], part)
    record_property("that every form repeats", len(tried))
    for at, telling in enumerate(tried):
        folder = shutil.copytree(edition, tmp_path / f"{at}")
        tell_in(folder, telling)
        found = [fault.where for fault in compared(folder, edition)]
        shutil.rmtree(folder)
        if not any(where.startswith((*SOURCES, "figures")) for where in found):
            missed.append((telling.name, found[:3]))
    assert missed == []
