"""What families read in their own languages, made alone: the summary of an edition, and fact sheets of its year.

Each is an edition of one notebook, by the steps of `sesec report` but for the attack: seconds, where the edition takes
minutes.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import built_editions
import pytest
from once import made_once

from sesec_analysis import i18n_files
from sesec_analysis.editions import build, editions, fact_sheets, sheet_index
from sesec_analysis.editions.documents import spoken
from sesec_analysis.editions.run import Runner

__all__ = ["DRAWN", "LANGUAGES", "sheets", "summary"]

LANGUAGES = (*spoken.translated(), i18n_files.PSEUDO)
"""Those with a translation, and the one made by code."""

(DRAWN,) = random.Random(built_editions.SEED).sample(built_editions.published(), 1)
"""An edition whose summary is made in all of them, for all tests that read one."""


def summary(name: str, factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the summary of an edition, in every language, without report and annex."""

    def made(folder: Path) -> None:
        make_summary(name, folder / name, LANGUAGES)

    return made_once(factory, f"summary-{name}", made) / name


def make_summary(
    name: str, target: Path, languages: Sequence[str], run: Runner | None = None
) -> None:
    """Make the summary of an edition alone."""
    entry = editions.editions()[name]
    alone = entry.model_copy(update={"notebook": entry.summary, "summary": None, "annex": None})
    plan = build.planned(name, alone)
    products = tuple(replace(product, layout="summary") for product in plan.products)
    plan = replace(plan, products=products, languages=tuple(languages))
    build.make(plan, target, run=run)


def sheets(name: str, codes: Sequence[str], factory: pytest.TempPathFactory) -> list[Path]:
    """Return the folders of the fact sheets of some schools, of the year of an edition."""

    def made(folder: Path) -> None:
        make_sheet(name, code, folder, LANGUAGES)

    year = editions.editions()[name].parameters["report_year"]
    folders = []
    for code in codes:
        out = made_once(factory, f"sheet-{name}-{code}", made)
        folders.append(out / f"schools-{year}" / sheet_index.find(code).folder)
    return folders


def make_sheet(
    name: str, code: str, out: Path, languages: Sequence[str], run: Runner | None = None
) -> None:
    """Make the sheet of a school."""
    [job] = fact_sheets._jobs([sheet_index.find(code)], name, out)
    plan = replace(fact_sheets._plan(job), languages=tuple(languages))
    build.make(plan, job.target, run=run)
