"""Small OBSERVATIONS, written so that a reader can check a test on paper."""

import functools
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest
from absent import absent
from hypothesis import settings

from sesec_analysis import schema
from sesec_analysis.catalog import own
from sesec_analysis.errors import SesecError

# JupyterLab brings grammars of web addresses that cost every `import nbformat` two seconds; nothing here reads one.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
# Nor does a process that a test starts, which finds an empty module of this name first.
_LIGHT = str(Path(__file__).parent / "samples" / "light")
_PATHS = os.environ.get("PYTHONPATH", "").split(os.pathsep)
os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys([_LIGHT, *filter(None, _PATHS)]))

# A busy machine is no fault of the code, and a run is to be the same as the last one.
settings.register_profile("prove", deadline=None, derandomize=True)  # with --prove (proofs.py)
settings.register_profile("suite", settings.get_profile("prove"), max_examples=50)
settings.load_profile("suite")

_DEFAULT_RAW = Path(__file__).parents[2] / "shared" / "data" / "raw"


def only(table: pd.DataFrame) -> pd.Series:
    """Return the one row of a valid ESTIMATES table."""
    assert len(schema.validate_estimates(table)) == 1
    return table.iloc[0]


def row_of(table: pd.DataFrame, group: str) -> pd.Series:
    """Return the one row of a group."""
    return only(table[table["student_group"] == group].reset_index(drop=True))


@pytest.fixture(autouse=True)
def _nothing_of_ones_own() -> None:
    """Let no table or place that another test made stand beside the catalog."""
    own.forget()


@pytest.fixture(autouse=True)
def _texts_of_the_package_are_read_once() -> None:
    """Keep the texts of the package, which takes a second to read, for every project folder that a test makes."""
    messages = sys.modules.get("sesec_analysis.editions.texts.messages")
    if messages and not hasattr(messages._of_package, "cache_info"):
        own = messages._of_package
        messages._of_package = functools.cache(lambda: tuple(own()))


@functools.cache
def gathered_texts() -> set[str | tuple[str, str]]:
    """Return every text to translate, gathered once a process: seconds, as all of the package is read for them."""
    from sesec_analysis.editions.texts import messages

    return messages.gather_texts()


@pytest.fixture(scope="session")
def every_text() -> set[str | tuple[str, str]]:
    """Every text to translate."""
    return gathered_texts()


Cell = tuple[int, int] | str | Mapping[str, object]


def _reported(k: int, n: int) -> dict[str, object]:
    rate = k / n if n else None
    return {
        "status": "reported" if n else "no_students",
        **dict.fromkeys(["numerator", "numerator_low", "numerator_high"], k),
        **dict.fromkeys(["denominator", "denominator_low", "denominator_high"], n),
        **dict.fromkeys(["value", "value_low", "value_high"], rate),
        "coverage": 1.0,
        "cells_reported": 1,
    }


def _masked(**known: object) -> dict[str, object]:
    return {"value_low": 0.0, "value_high": 1.0, "coverage": 0.0, "cells_reported": 0, **known}


_TOKENS: dict[str, dict[str, object]] = {
    "N<10": _masked(
        status="small_n", numerator_low=0, numerator_high=9, denominator_low=1, denominator_high=9
    ),
    "<15%": _masked(  # under the state's rule 3 / n: at most 2 of 20
        status="bounded",
        numerator_low=0,
        numerator_high=2,
        denominator_low=20,
        denominator_high=20,
        value_high=0.15,
    ),
    "withheld": _masked(status="withheld"),
    "No Students": _reported(0, 0),
    "not collected": {"status": "not_collected", "coverage": 0.0, "cells_reported": 0},
}


def _cell(cell: Cell) -> dict[str, object]:
    if isinstance(cell, tuple):
        return _reported(*cell)
    if isinstance(cell, str):
        return {**_TOKENS[cell], "token": cell}
    return _masked(**{"status": "bounded", **cell})


def make_counts(**groups: Cell | object) -> pd.DataFrame:
    """Make OBSERVATIONS with a row per student group: ``counts(black=(80, 110), white="N<10")``.

    A cell is ``(k, n)``, reported exactly; one of the tokens above; or a dict of what is known of a masked cell.
    A keyword that names an OBSERVATIONS column sets that column in every row.
    """
    asked = tuple(groups.items())
    try:
        hash(asked)
    except TypeError:  # a cell is a dict
        return _counts(asked)
    return _counts_once(asked).copy()


def _counts(asked: tuple[tuple[str, Cell | object], ...]) -> pd.DataFrame:
    groups = dict(asked)
    common: dict[str, object] = {
        "source_id": "ospi_assessment@2019",
        "indicator": "ela_met",
        "end_year": 2019,
        "organization_level": "place",
        "organization_id": "southeast_seattle",
        "organization_name": "Southeast Seattle",
        "grade_level": "all",
        "student_group_type": "race_ethnicity",
        "cells": 1,
    }
    common |= {name: groups.pop(name) for name in schema.OBSERVATIONS_COLUMNS if name in groups}
    rows = [{"student_group": name, **_cell(cell), **common} for name, cell in groups.items()]
    empty = pd.DataFrame({name: [] for name in schema.OBSERVATIONS_COLUMNS})
    return schema.conform_observations(pd.DataFrame(rows) if rows else empty)


_counts_once = functools.lru_cache(maxsize=500)(_counts)  # many tests ask for the same few tables


def make_schools(
    *cells: Cell, codes: Iterable[str] | None = None, group: str = "all", **columns: object
) -> pd.DataFrame:
    """Make OBSERVATIONS with a row per school, of cells as `make_counts` takes them; s0, s1, ... without ``codes``."""
    named = codes or (f"s{at}" for at in range(len(cells)))
    common = {"organization_level": "school", "student_group_type": "all"} | columns
    obs = make_counts(**dict(zip(named, cells, strict=True)), **common)
    return obs.assign(organization_id=obs["student_group"], student_group=group)


@pytest.fixture(scope="session")
def counts() -> Callable[..., pd.DataFrame]:
    """Give the maker of small OBSERVATIONS; see `make_counts`."""
    return make_counts


@pytest.fixture(scope="session")
def raw() -> Path:
    """The folder of real raw files; they stay outside the repository."""
    folder = Path(os.environ.get("SESEC_RAW", _DEFAULT_RAW)).resolve()
    if not folder.is_dir():
        absent(f"the raw files are not at {folder}: set SESEC_RAW to their folder")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out examples of public functions where the front hall holds them: they are run where they stand."""
    of_the_hall = "sesec_analysis/__init__.py::sesec_analysis."
    items[:] = [item for item in items if not item.nodeid.startswith(of_the_hall)]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that write two pages of docs/ and the variation between years."""
    parser.addoption(
        "--write-oracles", action="store_true", help="write docs/ORACLES.md from the oracles"
    )
    parser.addoption(
        "--write-claims", action="store_true", help="write docs/CLAIMS.md from the ledger of claims"
    )
    parser.addoption(
        "--write-variation",
        action="store_true",
        help="write data/reference/year_variation.csv from the figures",
    )


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what worker processes would do here, where a test can reach it."""
    from sesec_analysis.editions import pool

    def each(work: Callable, tasks: Sequence, **_: object) -> Iterator[pool.TaskResult]:
        for task in tasks:
            try:
                yield pool.TaskResult(task, work(task), None)
            except SesecError as refusal:
                yield pool.TaskResult(task, None, refusal)

    monkeypatch.setattr(pool, "each", each)
