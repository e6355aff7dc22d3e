"""What is exported has the digits of the page and no more: records, CSV, tables, pictures' words."""

import re

import pytest
from estimate_samples import bounded, estimates, gap, grade_3, rate, row, trend
from measure_samples import GROUPS
from measure_samples import estimates as measured

from sesec_analysis.publishing.figures import plot_gaps, plot_rates, plot_trend
from sesec_analysis.publishing.findings import findings
from sesec_analysis.publishing.scale import Scale

NUMBERS = ["estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]
NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numerals(*texts):
    return {float(text.replace(",", "")) for text in NUMERAL.findall(" ".join(texts))}


def told(found):
    """The numbers of a record, as the page writes them: 0.329 is 32.9."""
    shift = Scale.of(found.row).shift
    record = found.record()
    return {round(abs(record[name]) * 10**shift, 9) for name in NUMBERS if record[name] is not None}


def printed(found):
    """The numbers that the page prints of it; of one too small to be printed, none."""
    texts = (found.printed.value, found.printed.interval)
    return numerals(*texts) | ({0.0} if texts[0].startswith("under") else set())


@pytest.fixture(scope="module")
def every(counts):
    """Every measure, plain and with a small group, few counted and one withheld in part."""
    part = {
        "numerator_low": 40,
        "numerator_high": 46,
        "denominator_low": 110,
        "denominator_high": 110,
    }
    part |= {"value_low": 40 / 110, "value_high": 46 / 110}
    cells = {"asian": (2, 60), "black": part, "hispanic": (4, 8), "white": (90, 120)}
    tables = [
        *measured(counts),
        *measured(counts, cells),
        *measured(counts, GROUPS | {"black": (31, 99)}),
    ]
    return [found for one in tables for found in findings(one)]


def test_record__holds_no_number_that_the_page_does_not_print(every):
    assert {found.row.publish for found in every} == {"point", "range", "nothing"}
    for found in every:
        assert told(found) <= printed(found), (found.id, found.printed)


def test_record__of_a_point_has_no_ends_that_would_tell_it_more_finely():
    # 71 of 216 are 32.87 percent: ends rounded outward would tell that it lies below 32.9.
    record = findings(estimates([rate(71, 216)]))[0].record()
    assert record["estimate"] == 0.329
    assert record["bound_low"] is None
    assert record["bound_high"] is None


def test_record__of_a_point_without_chance_has_its_number_alone():
    alone = rate(71, 216, ci_low=None, ci_high=None, outer_low=71 / 216, outer_high=71 / 216)
    record = findings(estimates([alone]))[0].record()
    assert [record[name] for name in NUMBERS] == [0.329, *[None] * 6]


@pytest.mark.parametrize(
    ("made", "value"),
    [
        (rate(31, 99), "31%"),
        (rate(31, 100), "31.0%"),
        (bounded(0.301, 0.349, n_low=99), "30–35%"),
        (bounded(0.301, 0.349, n_low=100), "30.1–34.9%"),
        (bounded(0.301, 0.349, n_low=None, n_high=None), "30–35%"),
        (gap(31, 99, 50, 120), "−10.4 points"),
        (row(status="suppressed"), "not shown"),
    ],
)
def test_digits__follow_the_number_of_students(made, value):
    found = findings(estimates([made]))[0]
    assert found.record()["value"] == found.printed.value == value
    assert told(found) <= printed(found)


FIGURES = {
    "rates": lambda: plot_rates(estimates([*grade_3(), bounded(0.2, 0.24, student_group="all")])),
    "gaps": lambda: plot_gaps(
        estimates(gap(40, 121, 88, 104, student_group=g) for g in ("asian", "black"))
    ),
    "trend": lambda: plot_trend(estimates(trend(range(2015, 2020)))),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure__says_and_exports_the_same_digits_as_its_table(name):
    figure = FIGURES[name]()
    records = figure.findings.records()
    for line, record in zip(figure.csv_rows(), records, strict=True):
        assert line == {column: record[column] for column in line}
    known = numerals(
        *(text for record in records for text in (record["value"], record["interval"]))
    )
    told_of = (
        f"{figure.title} {figure.subtitle} {figure.alt} {figure.long_description} {figure.caption}"
    )
    fine = {float(text) for text in re.findall(r"\d+\.\d+", told_of)}
    assert fine <= known
    cells = " ".join(text for line in figure.table.rows for text in line)
    assert {float(text) for text in re.findall(r"\d+\.\d+", cells)} <= known
    # Inside the SVG letters are shapes; its words are the title and the description.
    words = " ".join(re.findall(r"<(?:title|desc)[^>]*>([^<]*)<", figure.svg))
    assert {float(text) for text in re.findall(r"\d+\.\d+", words)} <= known
