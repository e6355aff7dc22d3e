"""A small edition of three documents over a made-up district, certified as `sesec report` does; the command on it."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from attack_samples import figure_of, home, place, state
from click.testing import CliRunner
from once import made_once
from report_samples import notebook, showing, text, write_root

import sesec_analysis as sa
from sesec_analysis.attack.check import GUARD
from sesec_analysis.cli import main
from sesec_analysis.editions import build
from sesec_analysis.editions.editions import Edition

NAME = "annual-2019"
ENTRY = Edition(title="Equity Report", notebook="a.ipynb")


@contextmanager
def district(base: Path) -> Iterator[None]:
    """Name the made-up district and the root of its edition, which are in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESEC_DATA", str(base / "data"))
        patch.setenv("SESEC_ROOT", str(base / "root"))
        yield


def made_for_a_run(factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield the folder of the edition, which is built once for a run and only read, in its surroundings."""

    def make(base: Path) -> None:
        home(base / "data")
        root = write_root(base / "root", {}, "editions: {}")
        with district(base):
            whole(root, base / "out")

    base = made_once(factory, "certified", make)
    with district(base):
        yield base / "out" / NAME


def places(obs: pd.DataFrame) -> pd.DataFrame:
    codes = ("southeast_seattle", "rest_of_seattle_regular")
    return pd.concat([sa.rates(place(obs, code)) for code in codes], ignore_index=True)


def whole(root: Path, out: Path) -> Path:
    """Build an edition with a summary and an annex beside it: tables, a figure, and schools that are withheld."""
    both = places(state())
    chosen = state().query("indicator == 'ela_met' and end_year == 2019 and grade_level == 'all'")
    chosen = chosen.query("student_group_type == 'all'").sort_values("organization_name")
    schools = sa.rates(chosen)
    table = sa.table(schools, columns=["place", "value", "interval", "n"])
    shown = showing(sa.findings(both)._repr_mimebundle_())
    report = notebook(text("## Results\n\nWords."), shown)
    summary = notebook(text("## In brief\n\nIn short."), shown, title="# Summary")
    annex = notebook(
        text("## School by school\n\nAll of them."),
        showing(figure_of(both), tag="figure-rates"),
        showing(table._repr_mimebundle_()),
        title="# Technical annex",
    )
    entry = ENTRY.model_copy(update={"summary": "s.ipynb", "annex": "x.ipynb"})
    return _made(root, out, entry, report, summary, annex)


def _made(root: Path, out: Path, entry: Edition, *notebooks: object) -> Path:
    by_title = {}
    for name, done in zip(entry.notebooks, notebooks, strict=True):
        (root / "notebooks" / name).write_text(json.dumps(done), "utf-8")
        by_title[done.cells[0].source] = done
    # Nothing is run here, so that nothing is shown in another language.
    plan = replace(build.plan_edition(NAME, entry), languages=())

    def ran(made: Any, values: object, **how: object) -> tuple[object, bool]:
        return by_title[made.cells[0].source], True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sesec_analysis.editions.run.run", ran)
        return build.make(plan, out / NAME, guard=GUARD).parent


def attacked(folders: Sequence[Path]) -> tuple[int, str]:
    """Return the exit code of `sesec attack FOLDER...` and all that it says."""
    done = CliRunner().invoke(main, ["attack", *map(str, folders)], env=dict(os.environ))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output
