"""What a report shows of any place, year, and grade is never refused after it has run.

An edition takes minutes; its choosing blocks, tables, and figures alone take a second each, with real figures.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import proofs
import pytest
from report_samples import notebook, showing, text

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.attack.document_walk import walk
from sesec_analysis.checkout import Commit
from sesec_analysis.editions.documents import formats, model
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.making import Maker
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.not_computed import notice_of

META = BuildInfo(
    "annual-2019", "Report", None, "a.ipynb", "0" * 64, {}, (), "1", Commit("0" * 32, False), ()
)
Make = Callable[[], object]
SEED, COUNT = 42, 60
PROOF = "What a report shows of drawn parameters is read back, and passes the walk"
TRIED = f"{COUNT} of all places, years, and grades"


def outcomes(values: dict[str, object]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rates of both places, and how far they are apart."""
    both = {"up_to": values["report_year"], "place": [values["place"], values["compare_to"]]}
    everyone = {"grade_level": "all", "student_group": "all"}
    tables = [
        sa.newest("math_met", **both, grade_level=values["test_grade"], student_group="all"),
        sa.newest("regular_attendance", **both, **everyone),
        sa.newest("disciplined", **both, **everyone),
        sa.newest("enrollment", **both, grade_level="all", student_group="low_income"),
    ]
    now = pd.concat(tables)
    here, there = (now[now["organization_id"] == code] for code in both["place"])
    level = float(str(values["ci_level"]))
    apart = sa.compare(here, there, level=level).query("measure == 'gap'")
    return sa.rates(now, level=level), apart


def of_places(values: dict[str, object]) -> Iterator[Make]:
    """Yield how the report shows both places: blocks that choose, tables, and figures of all kinds."""
    place, other = str(values["place"]), str(values["compare_to"])
    rates, apart = outcomes(values)
    best, every = sa.report.best(apart), pd.concat([rates, apart])
    yield lambda: sa.report.headline(best, apart)
    yield lambda: sa.report.key_numbers(every, caption="Four numbers to quote")
    yield lambda: sa.report.implication(best)
    yield lambda: sa.report.board_questions(apart)
    yield lambda: sa.table(sa.report.best(apart, most=5), columns=["subject", "value", "direction"])
    yield lambda: sa.plot_at_a_glance(every, place=place, reference=other)
    yield lambda: sa.plot_rates(rates.query("indicator == 'disciplined'"), focus=place)
    years = sa.history("disciplined", up_to=int(str(values["report_year"])), place=[place, other])
    everyone = years.query("grade_level == 'all' and student_group == 'all'")
    yield lambda: sa.plot_trend(sa.rates(everyone), focus=place)


def of_schools(values: dict[str, object]) -> Iterator[Make]:
    """Yield how the report shows schools: next to what their need makes likely, and by place."""
    place, other = str(values["place"]), str(values["compare_to"])
    schools = {"up_to": int(str(values["report_year"])), "organization_level": "school"}
    tests = {**schools, "grade_level": values["test_grade"], "student_group": "all"}
    inside = sa.newest("math_met", place=place, **tests)
    outside = sa.newest("math_met", place=other, **tests).query("status == 'reported'")
    outside = outside[~outside["organization_id"].isin(inside["organization_id"])]
    low_income = {"grade_level": "all", "student_group": "low_income"}
    need = sa.newest("enrollment", place=[place, other], **schools, **low_income)
    usual = sa.expected_rates(inside, outside, need, levels=sa.report.level_rules().schools)
    yield lambda: sa.report.headline(sa.report.best(usual))
    every = pd.concat([sa.rates(pd.concat([inside, outside])), sa.rates(need), usual])
    yield lambda: sa.plot_expected(every, focus=place)
    for group in ("low_income", "english_learner"):
        of_group = {**schools, "grade_level": "all", "student_group": group}
        rates = sa.rates(sa.newest("enrollment", place=[place, other], **of_group))
        yield lambda of=rates: sa.plot_schools(of, places=[place, other], focus=place)


def shown(makes: Iterator[Make]) -> Iterator[object]:
    """Yield what each shows, or the notice that a report has in its place."""
    while True:
        try:
            yield next(makes)()
        except StopIteration:
            return
        except DataError as fault:
            yield notice_of(fault)


def drawn(seed: int) -> dict[str, object]:
    """Return parameters of the report: two places, a year, and a grade."""
    rng = random.Random(seed)
    place, other = rng.sample(list(catalog.places()), 2)
    grade = rng.choice(["all", "all", "04", "08", "10"])
    year = rng.randint(2011, 2026)
    return {
        "place": place,
        "compare_to": other,
        "report_year": year,
        "test_grade": grade,
        "ci_level": 0.95,
    }


def faults_of(values: dict[str, object], folder: Path) -> list[str]:
    """Return what the walk finds in a document of these parameters as it is read back."""
    cells = [text("## In brief")]
    for at, block in enumerate([*shown(of_places(values)), *shown(of_schools(values))]):
        bundle = block._repr_mimebundle_()
        figure = isinstance(bundle, tuple)
        cells.append(showing(bundle[0] if figure else bundle, tag=f"figure-{at}" if figure else ""))
    maker = Maker()
    document = documents_notebook.read(notebook(*cells, title="# Summary"), maker)
    decisions = {name: one.decisions() for name, one in maker.given.items()}
    formats.write_sources(replace(document, decisions=decisions), META, folder)
    return [f"{fault.where}: {fault.what}" for fault in walk(model.read(folder))]


@pytest.mark.slow
@pytest.mark.proof(PROOF, seed=SEED, tried=TRIED, only_in_full=True)
def test_plot_schools__names_a_place_of_which_one_school_has_figures(tmp_path: Path):
    pair = {"place": "rest_of_seattle_regular", "compare_to": "seattle_k8", "ci_level": 0.95}
    assert faults_of({**pair, "report_year": 2016, "test_grade": "all"}, tmp_path) == []


@pytest.mark.slow
@pytest.mark.proof(PROOF, seed=SEED, tried=TRIED)
@pytest.mark.parametrize("seed", proofs.sample(range(COUNT), 1, seed=SEED))
def test_blocks__of_drawn_parameters_pass_the_walk(seed: int, tmp_path: Path):
    assert faults_of(drawn(seed), tmp_path) == []
