"""What families read in their own languages, made alone: the summary of an edition, and fact sheets of its year.

Each is an edition of one notebook, by the steps of `sesec report` but for the attack: seconds, where the edition takes
minutes.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from once import made_once

from sesec_analysis.editions import build, editions, fact_sheets, sheet_index
from sesec_analysis.editions.documents import spoken

__all__ = ["sheets", "summary"]


def summary(name: str, factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the summary of an edition, in every language, without report and annex."""

    def made(folder: Path) -> None:
        entry = editions.editions()[name]
        alone = entry.model_copy(update={"notebook": entry.summary, "summary": None, "annex": None})
        plan = build.planned(name, alone)
        products = tuple(replace(product, layout="summary") for product in plan.products)
        build.make(replace(plan, products=products, languages=spoken.translated()), folder / name)

    return made_once(factory, f"summary-{name}", made) / name


def sheets(name: str, codes: Sequence[str], factory: pytest.TempPathFactory) -> list[Path]:
    """Return the folders of the fact sheets of some schools, of the year of an edition."""

    def made(folder: Path) -> None:
        fact_sheets.build_all(edition=name, out=folder, schools=schools, workers=1)

    schools = [sheet_index.find(code) for code in codes]
    folder = made_once(factory, f"sheets-{name}-{'-'.join(codes)}", made)
    year = editions.editions()[name].parameters["report_year"]
    return [folder / f"schools-{year}" / school.folder for school in schools]
