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

from sesec_analysis.attack.check import GUARD
from sesec_analysis.editions import build, editions, fact_sheets, sheet_index
from sesec_analysis.editions.documents.notebook import translated_languages

AUDIT = GUARD.without_attack()


LANGUAGES = translated_languages()
"""Those with a translation."""

SCHOOLS = {
    "2120": "2120-rising-star-elementary-school",
    "3327": "3327-rainier-beach-high-school",
    "4277": "4277-hutch-school",  # a handful of students, closed
}
"""Schools whose sheets are made and attacked as `sesec report school` does."""


def drawn(name: str, count: int) -> list[str]:
    """Codes of schools whose sheets are tried, for an edition."""
    codes = [school.code for school in sheet_index.list_schools()]
    return sorted(random.Random(f"{built_editions.SEED} {name}").sample(codes, count))


def summary(name: str, factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the summary of an edition, in every language, without report and annex."""

    def made(folder: Path) -> None:
        make_summary(name, folder / name, LANGUAGES)

    return made_once(factory, f"summary-{name}", made) / name


def make_summary(name: str, target: Path, languages: Sequence[str]) -> None:
    """Make the summary of an edition alone."""
    entry = editions.editions()[name]
    alone = entry.model_copy(update={"notebook": entry.summary, "summary": None, "annex": None})
    plan = build.plan_edition(name, alone)
    products = tuple(replace(product, layout="summary") for product in plan.products)
    plan = replace(plan, products=products, languages=tuple(languages))
    build.make(plan, target, guard=AUDIT)


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


def make_sheet(name: str, code: str, out: Path, languages: Sequence[str]) -> None:
    """Make the sheet of a school."""
    [job] = fact_sheets._jobs([sheet_index.find(code)], name, out, AUDIT)
    plan = replace(fact_sheets._plan(job), languages=tuple(languages))
    build.make(plan, job.target, guard=AUDIT)


def shelf(factory: pytest.TempPathFactory) -> Path:
    """Return the shelf of the newest sheets of `SCHOOLS`, attacked together."""

    def made(folder: Path) -> None:
        schools = [sheet_index.find(code) for code in SCHOOLS]
        # One process, which reads the figures of all three once.
        fact_sheets.build_all(guard=GUARD, out=folder, schools=schools, workers=1)

    [index] = made_once(factory, "shelf", made).glob("schools-*/index.html")
    return index.parent
