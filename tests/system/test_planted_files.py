"""Leaks of each class planted into every file of a real annual edition: each is found, with its file and place."""

import os
import shutil
from pathlib import Path

import pytest
from built_editions import built
from planted_files import FilePlant, plant_in, plants

from sesec_analysis.editions import editions
from sesec_analysis.editions.documents import stored
from sesec_analysis.verdict import rewriting

pytestmark = pytest.mark.slow

FILES = ("index.html", "findings.html", "findings.csv", "report.docx", "report.pdf", "run.json")


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    return built(editions.find("latest"), tmp_path_factory)


@pytest.fixture(scope="module")
def fresh(edition, tmp_path_factory) -> Path:
    """The same edition, written again from its document."""
    document, meta = stored.read(edition), stored.imprint(edition)
    return rewriting.written(document, meta, edition, tmp_path_factory.mktemp("fresh"))


def found(edition: Path, fresh: Path, plant: FilePlant, folder: Path) -> list[str]:
    """The places in the planted file that are named."""
    shutil.copytree(edition, folder, copy_function=os.link)
    plant_in(folder, plant)
    named = [fault.where for fault in rewriting.compared(folder, fresh)]
    shutil.rmtree(folder)
    return [where for where in named if where.startswith(plant.file)]


def test_compared__finds_nothing_in_an_edition_as_it_was_written(edition, fresh):
    assert list(rewriting.compared(edition, fresh)) == []


@pytest.mark.parametrize("file", [*FILES, "figures", "more"])
def test_compared__finds_every_plant_with_file_and_place(edition, fresh, file, tmp_path):
    def is_here(plant: FilePlant) -> bool:
        kind = plant.file.partition("/")[0]
        return kind == file or (file == "more" and kind not in (*FILES, "figures"))

    chosen = [plant for plant in plants("composition") if is_here(plant)]
    assert chosen
    places = {plant.name: found(edition, fresh, plant, tmp_path / "copy") for plant in chosen}
    assert [name for name, named in places.items() if not named] == []


def test_plants__are_of_many_classes():
    assert len({plant.name for plant in plants("composition")}) >= 120
