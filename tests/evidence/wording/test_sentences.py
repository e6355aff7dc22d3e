"""Every measure of the library has words that are short, whole and kind, a gate, and an id of its own."""

import re

import pandas as pd
import pytest
from estimate_samples import bounded, enrollment, gap, rate
from estimate_samples import estimates as made_of
from kind_words import BANNED
from measure_samples import GROUPS, closing, made_for_a_run

from sesec_analysis import catalog, schema
from sesec_analysis.attack.audit import audit
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.finding import finding, findings
from sesec_analysis.evidence.gate.gate import gate
from sesec_analysis.evidence.row import read_rows
from sesec_analysis.evidence.tables import table
from sesec_analysis.evidence.wording.labels import finding_id
from sesec_analysis.evidence.wording.sentences import LONGEST, word_count
from sesec_analysis.metrics.decomposition import kitagawa
from sesec_analysis.metrics.disparity import gaps, rates
from sesec_analysis.metrics.inequality import inequality
from sesec_analysis.metrics.trends import trend

NUMBERS = ["estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]
COUNTS = [name for name in schema.ESTIMATES_COLUMNS if re.search("(^|_)(n|numerator)_", name)]


@pytest.fixture(scope="module")
def every_measure(tmp_path_factory):
    return made_for_a_run(tmp_path_factory, "plain")


@pytest.fixture(scope="module")
def masked(tmp_path_factory):
    return made_for_a_run(tmp_path_factory, "masked")


@pytest.fixture(scope="module")
def gated(masked):
    return [gate(one) for one in masked]


@pytest.fixture(scope="module", params=["every_measure", "masked"])
def measured(request):
    """The tables of either, each with its findings."""
    return [(one, findings(one)) for one in request.getfixturevalue(request.param)]


def key_of(name: str) -> str:
    return re.sub(r"_\d+$", "_n", name)


@pytest.mark.slow
def test_measures__has_an_entry_for_all_that_is_measured_and_no_other(every_measure):
    made = {key_of(name) for one in every_measure for name in one["measure"]}
    assert made == set(catalog.measures()), (
        "add a new measure to tests/samples/measure_samples.py, and its entry to data/catalog/measures.yml"
    )


@pytest.mark.parametrize("name", catalog.measures())
def test_measure__is_told_in_kind_words(name):
    entry = catalog.measure(name)
    texts = [entry.title, entry.label, entry.reading, entry.caution, entry.subject, entry.sentence]
    for text in texts:
        plain = re.sub(r"[{}]", "", text)
        assert not BANNED.search(plain), text
        assert "%" not in text
    for text in (entry.reading, entry.caution):
        assert re.fullmatch(r"[A-Z0-9].*[.]", text), text
        assert word_count(text) <= LONGEST
    assert bool(entry.subject) == bool(entry.sentence)


@pytest.mark.slow
def test_sentence__of_every_measure_is_short_whole_and_kind(measured):
    for _, every in measured:
        for found in every:
            text = found.sentence()
            assert word_count(text) <= LONGEST, text
            assert not BANNED.search(text), text
            assert "%" not in text, text
            assert re.fullmatch(r"[A-Z0-9].*[.]", text), text
            assert "–" in text, text  # its school year
            assert ("not shown" in text.lower()) == (found.row.publish == "nothing"), text


@pytest.mark.slow
def test_finding_id__is_of_one_row_and_keeps_nothing_of_its_values(every_measure):
    for one in every_measure:
        ids = [finding_id(row) for row in read_rows(one)]
        assert len(set(ids)) == len(ids)
        again = one.sample(frac=1, random_state=3).assign(estimate=None)
        assert {finding_id(row) for row in read_rows(again)} == set(ids)


@pytest.mark.slow
def test_finding_id__tells_years_places_and_kinds_of_groups_apart(counts):
    here = counts(**GROUPS)
    for there, named in (
        (counts(**GROUPS, organization_id="rest_of_seattle_regular"),
         "2019.all.southeast_seattle-rest_of_seattle_regular"),
        (counts(**GROUPS, end_year=2016, organization_id="rest_of_seattle_regular"),
         "2019-2016.all.southeast_seattle-rest_of_seattle_regular"),
    ):  # fmt: skip
        found = findings(kitagawa(here, there, by="race_ethnicity"))[0]
        assert found.id == f"sesec:kitagawa_total.ela_met.{named}.all_by_race_ethnicity"


@pytest.mark.slow
def test_table_and_record__print_no_more_than_the_gate_lets_through(measured):
    for one, every in measured:
        assert len(table(one).rows) == len(one)
        for found in every:
            record = found.record()
            if found.row.publish == "nothing":
                assert all(
                    record[name] is None for name in (*NUMBERS, "n", "numerator", "reference_n")
                )
                assert record["reason"]
                # The power to find a gap names the gap that the caller asked about.
                assert found.row.measure == "power" or not re.search(
                    r"\d\.\d", str(record["method"])
                )
            assert record["value"] in found.alt_text()
            assert record["label"]


# What may be printed.


def groups_of(gated: pd.DataFrame, group: str) -> pd.DataFrame:
    return gated[(gated["student_group"] == group) | (gated["reference"] == group)]


@pytest.mark.slow
def test_gate__hides_small_groups_in_every_measure(masked, gated):
    for one, out in zip(masked, gated, strict=True):
        if (
            not one["student_group_type"].eq("race_ethnicity").any()
            or one["indicator"].eq("enrollment").any()
        ):
            continue
        of_place = one[(one["organization_level"] == "place") & (one["end_year"] == 2019)]
        small = groups_of(out.loc[of_place.index], "hispanic")
        assert small[NUMBERS + COUNTS].isna().all().all(), one["measure"].iloc[0]


@pytest.mark.slow
def test_gate__tells_nothing_exact_of_a_side_with_few_counted(gated):
    for out in gated:
        few = out[(out["student_group"] == "asian") & (out["end_year"] == 2019)]
        few = few[few["organization_level"] == "place"]
        made = few["measure"].map(lambda name: catalog.measure(name).made)
        told = few[~few["measure"].isin(["participation", "tested_rate"])]
        assert (told["publish"] != "point").all(), told[["measure", "publish"]]
        assert (few.loc[made == "derived", "publish"] == "nothing").all(), few[
            ["measure", "publish"]
        ]


# Words and numbers.


@pytest.mark.slow
@pytest.mark.parametrize(
    ("measure", "unit", "estimate", "value"),
    [
        ("par", "points", 0.10112, "+10.1 points"),
        ("paf", "ratio", -0.1234, "−12.3%"),
        ("relative_difference", "ratio", 1.1619, "+116.2%"),
        ("index_of_disparity", "index", 0.2041, "20.4%"),
        ("between_group_variance", "proportion squared", 0.01814, "0.0181"),
        ("mutual_information", "nats", 0.0291, "0.029 nats"),
        ("funnel_z", "standard errors", 2.04, "+2.0 standard errors"),
        ("years_to_close", "years", 20.6, "21 years"),
        ("years_to_close", "years", 1.2, "1 year"),
        ("p_value", "probability", 0.0000211, "under 0.001"),
    ],
)
def test_printed__of_every_unit(measure, unit, estimate, value):
    row = bounded(estimate, estimate, estimate=estimate, status="ok", coverage=1.0, cells_reported=20,
                  numerator_low=71, numerator_high=71, n_low=216, n_high=216)  # fmt: skip
    row |= {"measure": measure, "unit": unit, "outer_low": estimate, "outer_high": estimate}
    reference = {"trend": "2015", "theil_h": "", "theil": ""}.get(measure, "white")
    found = findings(made_of([row | {"reference": reference}]))[0]
    assert found.printed.value == value


@pytest.mark.slow
@pytest.mark.parametrize(
    ("group", "value", "said"),
    [
        ("asian", "2 years", "would close in about 2 years."),
        ("black", "not shown", "2018–19. The gap is not closing."),
        (
            "hispanic",
            "not shown",
            "2018–19. It cannot be projected: the gap may have no pace.",
        ),
    ],
)
def test_sentence__of_years_to_close_is_an_answer_in_words(group, value, said):
    found = finding(closing(), student_group=group)
    assert found.printed.value == value
    text = found.sentence()
    assert said in text
    assert ("would close is not shown." in text) == (value == "not shown")


def test_sentence__of_years_beyond_reach_has_no_upper_end():
    row = (
        closing()
        .query("student_group == 'asian'")
        .assign(estimate=18.0, ci_low=9.4, ci_high=float("inf"))
    )
    row = row.assign(bound_low=18.0, bound_high=18.0, outer_low=9.4, outer_high=float("inf"))
    found = findings(row)[0]
    assert found.interval_words() == "95% interval at least 9 years"
    assert found.record()["ci_high"] is None


# The audit of an edition.


def records_of(*tables: pd.DataFrame) -> list[dict[str, object]]:
    return [record for one in tables for record in findings(one).records()]


@pytest.mark.slow
def test_audit__passes_every_measure_of_groups_that_are_all_shown(every_measure):
    for one in every_measure:
        assert audit(records_of(one))["passed"]


@pytest.mark.slow
def test_audit__finds_the_only_hidden_figure_that_an_index_is_made_of(counts):
    obs = counts(**GROUPS | {"hispanic": (2, 90)})
    index = inequality(obs, by="race_ethnicity", measures=["theil"])
    with pytest.raises(DataError, match=r"rate.*hispanic \(from what sesec:theil"):
        audit(records_of(rates(obs), index))
    two = counts(**GROUPS | {"hispanic": (2, 90), "asian": (1, 120)})
    index = inequality(two, by="race_ethnicity", measures=["theil"])
    assert audit(records_of(rates(two), index))["passed"]


@pytest.mark.slow
def test_audit__finds_the_only_hidden_year_of_a_trend(counts):
    k = {2015: 40, 2016: 2, 2017: 47, 2018: 48, 2019: 52}
    obs = pd.concat([counts(black=(k[year], 100), end_year=year) for year in k], ignore_index=True)
    assert gate(trend(obs))["publish"].item() == "point"
    with pytest.raises(DataError, match=r"2016.*\(from what sesec:trend"):
        audit(records_of(rates(obs), trend(obs)))
    assert audit(records_of(trend(obs)))["passed"]


def test_audit__adds_a_group_and_all_others_up_to_everybody(counts):
    obs = counts(**GROUPS | {"hispanic": (4, 8)})
    one = gaps(obs, by="race_ethnicity", reference="others").query("student_group == 'asian'")
    with pytest.raises(DataError, match="hispanic"):
        audit(records_of(rates(obs), one))


# On which scale, and on what evidence.


def sentence(made):
    return findings(made_of([made]))[0].sentence()


def test_sentence__speaks_of_shares_of_enrollment():
    share = enrollment(
        {"english_learner": 2678}, total=10503, student_group_type="english_learner"
    )[0]
    assert sentence(share) == (
        "In 2018–19, multilingual learners were 25.5 percent of students in Southeast Seattle."
    )
    everyone = rate(10503, 10503, indicator="enrollment", student_group="all", student_group_type="all",
                    grade_level="all", end_year=2019, measure="count", unit="students")  # fmt: skip
    assert sentence(everyone) == "In 2018–19, 10,503 students were enrolled in Southeast Seattle."


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [(2019, 2022, " School buildings closed in between."), (2018, 2019, "")],
)
def test_sentence__of_a_change_tells_what_happened_between_its_years(first, last, told):
    change = {"measure": "change", "reference": str(first), "end_year": last, "grade_level": "all"}
    said = sentence(gap(71, 216, 88, 104) | change | {"indicator": "regular_attendance"})
    assert said.endswith(f"fell by 51.7 points.{told}")
