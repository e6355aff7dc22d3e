"""Spending by district and budgets by school: figures as in the files, and amounts put back into their years."""

import csv
import gzip
from collections.abc import Mapping
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.loaders.raw.codes import school_code
from sesec_analysis.loaders.tidy.rules import RULES, funds_in_their_years, placements
from sesec_analysis.loaders.tidy.tidy import tidy

SPENDING = "finance/per_pupil_expenditure_2014-15_to_2024-25_6districts.csv"
BY_SCHOOL = "finance/Report_Card_Per_Pupil_Finance_Data_2018-19_KingCounty.csv.gz"
TITLE_I = "title1/SPS_Title_I_schools_list.csv"
SUMMARY = "title1/SPS_SchoolSummary_2023-24_elementary_K8.csv"
BUDGETS = "finance/sps_school_budgets_2021-22_to_2023-24.csv"
FUNDS = ("general", "special_education", "bilingual", "lap", "title_i", "levy", "other_grants")


def rows_of(raw: Path, file: str) -> list[dict[str, str]]:
    with (raw / file).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def spending(folder: Path, **columns: str) -> Path:
    path = folder / SPENDING
    path.parent.mkdir(parents=True)
    cells = {"district_code": "17001", "district_name": "Seattle", **columns}
    path.write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n", encoding="utf-8")
    return folder


@pytest.mark.slow
def test_spending__reads_the_columns_of_its_year(tmp_path: Path):
    folder = spending(
        tmp_path,
        **{
            "per_pupil_14-15": "12665.35",
            "enrollment_14-15": "51168.0",
            "expenditure_14-15": "648066617.0",
            "per_pupil_15-16": "13689.51",
            "enrollment_15-16": "51909.0",
            "expenditure_15-16": "710607691.0",
        },
    )
    found = [tidy(f"ospi_spending@{year}", folder).iloc[0] for year in (2015, 2016)]
    assert [(row["value"], row["denominator"], row["end_year"]) for row in found] == [
        (12665.35, 51168, 2015),
        (13689.51, 51909, 2016),
    ]
    with pytest.raises(DataError, match="per_pupil_16-17"):
        tidy("ospi_spending@2017", folder)


def test_spending__refuses_a_column_that_no_pattern_ignores(tmp_path: Path):
    columns = {"per_pupil_14-15": "1", "enrollment_14-15": "1", "adjusted_per_pupil_14-15": "1"}
    with pytest.raises(DataError, match="adjusted_per_pupil_14-15"):
        tidy("ospi_spending@2015", spending(tmp_path, **columns))


@pytest.mark.slow
@pytest.mark.parametrize("year", range(2015, 2026))
def test_spending__is_as_printed_for_six_districts(raw: Path, year: int):
    label = f"{year - 1 - 2000}-{year - 2000}"
    printed = {
        row["district_code"]: float(row[f"per_pupil_{label}"]) for row in rows_of(raw, SPENDING)
    }
    table = sa.load("spending_per_student", organization_level="district", end_years=year)
    assert dict(zip(table["organization_id"], table["value"], strict=True)) == printed
    assert set(table["unit"]) == {"dollars_per_student"}


def test_spending__by_school_adds_up_to_the_district(raw: Path):
    with gzip.open(raw / BY_SCHOOL, "rt", encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["DistrictCode"] == "17001"]
    members = catalog.place("southeast_seattle").schools
    spent: dict[str, float] = {}
    students: dict[str, float] = {}
    for row in rows:
        level = row["OrganizationalLevel"]
        inside = "southeast_seattle" if row["SchoolCode"] in members else "rest_of_seattle"
        place = inside if level == "School" else "seattle"
        spent[place] = spent.get(place, 0.0) + float(row["Expenditure"])
        students[f"{place} {row['SchoolCode']}"] = float(row["EnrollmentTotal"])
    found = {
        row["organization_id"]: row
        for _, row in sa.load("spending_per_student", place=list(spent), end_years=2019).iterrows()
    }
    for place, amount in spent.items():
        over = sum(number for key, number in students.items() if key.startswith(place))
        # The district's own figure is divided by whole students.
        within = 0.05 if place == "seattle" else 0.01
        assert found[place]["value"] == pytest.approx(amount / over, abs=within)
    assert (round(found["southeast_seattle"]["value"]), found["southeast_seattle"]["cells"]) == (
        18346,
        20,
    )
    assert (round(found["rest_of_seattle"]["value"]), found["rest_of_seattle"]["cells"]) == (
        16386,
        88,
    )
    state = sa.load("spending_per_student", organization_level="state", end_years=2019).iloc[0]
    assert (state["organization_id"], round(state["value"]), state["denominator"]) == (
        "WA",
        14213,
        1119011,
    )


@pytest.mark.parametrize("odd", [{"Expenditure": ""}, {"EnrollmentTotal": "12"}])
def test_spending__by_school_is_unknown_without_an_amount_or_with_two_counts(
    odd: Mapping[str, str],
):
    first = {"amount": "100.50", "students_fte": "10.25"}
    second = {
        "amount": odd.get("Expenditure", "50"),
        "students_fte": odd.get("EnrollmentTotal", "10.25"),
    }
    key = {"organization_level": "school", "organization_id": "2182", "grade_level": "all"}
    fine, dropped = RULES["amounts_per_student"](pd.DataFrame([first | key, first | key]))
    assert (fine["per_student"].tolist(), dropped) == (["19.6098"], 1)
    assert fine[["amount", "students"]].to_numpy().tolist() == [["201", "10"]]
    unknown, _ = RULES["amounts_per_student"](pd.DataFrame([first | key, second | key]))
    assert unknown["per_student"].tolist() == [""]


def test_title_i__the_list_of_all_levels(raw: Path):
    table = sa.load("title_i_school", place=["southeast_seattle", "seattle"], end_years=2021)
    assert table[["numerator", "denominator"]].to_numpy().tolist() == [[17, 20], [38, 107]]
    listed = {school_code(row["School"]) for row in rows_of(raw, TITLE_I)}
    schools = sa.load("title_i_school", organization_level="school", end_years=2021)
    assert set(schools.loc[schools["numerator"] == 1, "organization_id"]) == listed
    # What puts the list near 2021-22: the budgets of that year fund the same elementary and K-8 schools.
    budgets = sa.load("title_i_school", organization_level="school", end_years=2022)
    funded = set(budgets.loc[budgets["numerator"] == 1, "organization_id"])
    assert funded == listed & set(budgets["organization_id"])


def test_title_i__a_summary_of_2024_agrees_with_the_budgets(raw: Path):
    with (raw / SUMMARY).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    budgets = sa.load("title_i_school", organization_level="school", end_years=2024)
    funded = dict(zip(budgets["organization_id"], budgets["numerator"], strict=True))
    marked = {}
    for row in rows:
        name = " ".join(row["School"].split())
        code = (
            school_code(name) or school_code(f"{name} School") or school_code(f"{name} Elementary")
        )
        marked[code] = int(row["Title I"] == "Yes")
    both = set(funded) & set(marked)
    assert (len(both), sum(marked.values())) == (72, 32)
    assert {code: funded[code] for code in both} == {code: marked[code] for code in both}


def test_spending__printed_and_divided_agree_to_four_dollars(raw: Path):
    off = [
        abs(
            float(row[f"expenditure_{y}"]) / float(row[f"enrollment_{y}"])
            - float(row[f"per_pupil_{y}"])
        )
        for row in rows_of(raw, SPENDING)
        for y in (f"{year}-{year + 1}" for year in range(14, 25))
    ]
    assert len(off) == 66
    assert max(off) < 4


def budget(**funds: list[float]) -> pd.DataFrame:
    """Three years of one school; funds not given are nothing. Totals are those of ``total``."""
    years = ["2021-22", "2022-23", "2023-24"]
    named = {name: funds.get(name, [0.0, 0.0, 0.0]) for name in (*FUNDS, "total")}
    texts = {name: [f"{amount}" for amount in amounts] for name, amounts in named.items()}
    return pd.DataFrame({"school_name": "Maple", "school_year": years, **texts})


def test_placements__keep_the_order_of_amounts():
    ways = {tuple(way) for way in placements(np.array([5.0, 7.0, 0.0]))}
    assert ways == {(5, 7, 0), (5, 0, 7), (0, 5, 7)}
    assert [way.tolist() for way in placements(np.array([1.0, 2.0, 3.0]))] == [[1, 2, 3]]
    assert [way.tolist() for way in placements(np.zeros(3))] == [[0, 0, 0]]
    # A correction below nothing is an amount as well.
    assert {tuple(way) for way in placements(np.array([5.0, -7.0, 0.0]))} == {
        (5, -7, 0),
        (5, 0, -7),
        (0, 5, -7),
    }


def test_funds__that_slid_into_earlier_years_are_put_back():
    # Cascadia's levy of 551,035 stands under 2021-22 in the file as carried, and is missing from the total of 2023-24.
    rows, touched = funds_in_their_years(
        budget(general=[100, 200, 300], levy=[50, 0, 0], total=[100, 200, 350])
    )
    assert rows["levy"].astype(float).tolist() == [0, 0, 50]
    assert rows["general"].astype(float).tolist() == [100, 200, 300]
    assert touched == 2


def test_funds__that_add_up_stay_where_they_are():
    table = budget(general=[100, 200, 300], title_i=[20, 0, 0], total=[120, 200, 300])
    rows, touched = funds_in_their_years(table)
    assert rows["title_i"].astype(float).tolist() == [20, 0, 0]
    assert rows["title_i_schools"].tolist() == ["1", "0", "0"]
    assert touched == 0


def test_funds__are_blank_where_two_ways_fit_or_none():
    alike = budget(general=[1, 1, 1], levy=[5, 0, 0], title_i=[5, 0, 0], total=[6, 6, 1])
    rows, _ = funds_in_their_years(alike)
    assert rows["levy"].tolist() == ["", "", "0.00"]
    assert rows["title_i_schools"].tolist() == ["", "", "0"]
    assert rows["general"].tolist() == ["1.00", "1.00", "1.00"]
    # That they add up as they stand is no proof where another way adds up too.
    as_they_stand = budget(general=[1, 1, 1], levy=[5, 0, 0], title_i=[0, 5, 0], total=[6, 6, 1])
    rows, _ = funds_in_their_years(as_they_stand)
    assert rows["levy"].tolist() == ["", "", "0.00"]
    never = budget(general=[1, 1, 1], total=[1, 1, 9])
    rows, touched = funds_in_their_years(never)
    assert (rows[list(FUNDS)] == "").all(axis=None)
    assert touched == 3


def test_funds__of_more_years_than_can_be_tried_are_blank_at_once():
    # As where the columns of schools and years are exchanged: a "school" for each year, with a hundred rows.
    years = [f"{year}-{(year + 1) % 100:02d}" for year in range(1950, 2020)]
    amounts = [float(at % 2) for at in range(70)]
    rows = pd.DataFrame({"school_name": "A", "school_year": years, "total": [*map(str, amounts)]})
    rows = rows.assign(**{key: [*map(str, amounts)] for key in FUNDS})
    told, touched = funds_in_their_years(rows)
    assert (told[list(FUNDS)] == "").all(axis=None)
    assert touched == 70


AMOUNT = st.integers(min_value=1, max_value=1000).map(float)
TRUTH = st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT), min_size=7, max_size=7)
GAPS = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=7, max_size=7)


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(truth=TRUTH, gaps=GAPS)
def test_funds__that_are_told_add_up_and_keep_their_order(
    truth: list[tuple[float, ...]], gaps: list[tuple[bool, ...]]
):
    """Slide each fund to the left as the carrier did; what is told afterwards adds up and has kept its order."""
    whole = np.array(truth) * ~np.array(gaps)
    slid = [np.array([*fund[fund > 0], *np.zeros(int((fund == 0).sum()))]) for fund in whole]
    funds: Mapping[str, list[float]] = dict(zip(FUNDS, (list(fund) for fund in slid), strict=True))
    rows, _ = funds_in_their_years(budget(**funds, total=list(whole.sum(axis=0))))
    told = rows[list(FUNDS)].replace("", "nan").astype(float).to_numpy().T
    full = ~np.isnan(told).any(axis=0)
    assert np.abs(told[:, full].sum(axis=0) - whole.sum(axis=0)[full]).max(initial=0) <= 1
    # Each fund keeps all its amounts, in their order, wherever it is told in full.
    for own, fund in zip(told, whole, strict=True):
        if not np.isnan(own).any():
            assert own[own > 0].tolist() == fund[fund > 0].tolist()


@pytest.mark.slow
def test_budgets__fit_in_one_way_even_if_amounts_may_trade_places(raw: Path):
    """Stricter than the rule: with a fund's amounts in any order of years, one way alone meets all three totals."""
    columns = [name for name in rows_of(raw, BUDGETS)[0] if name.endswith("(BUDGET)")]
    schools: dict[str, list[dict[str, str]]] = {}
    for row in sorted(rows_of(raw, BUDGETS), key=lambda row: row["Year"]):
        schools.setdefault(row["School"], []).append(row)
    assert len(schools) == 73
    for name, years in schools.items():
        own = {column: [float(row[column] or 0) for row in years] for column in columns}
        total = own.pop("Total Budget (BUDGET)")
        ways = np.zeros((1, len(total)))  # of every order of every fund, the sums by year
        for amounts in own.values():
            orders = np.array(sorted(set(permutations(amounts))))
            ways = (ways[:, None] + orders).reshape(-1, len(total))
        fits = (np.abs(ways - total) <= 1).all(axis=1)
        assert fits.sum() == 1, name


def test_budgets__are_told_in_full_and_add_up_to_the_printed_totals(raw: Path):
    printed: dict[tuple[str | None, int], float] = {
        (school_code(row["School"]), int(row["Year"][:4]) + 1): float(row["Total Budget (BUDGET)"])
        for row in rows_of(raw, BUDGETS)
    }
    names = [f"budget_{name}_per_student" for name in FUNDS[:-1]]
    question = {"organization_level": "school", "end_years": [2022, 2023, 2024]}
    parts = pd.concat([sa.load(name, **question) for name in names])
    total = sa.load("budget_per_student", **question)
    assert set(parts["status"]) == set(total["status"]) == {"reported"}
    assert len(total) == len(printed) == 219
    made = (total["value"] * total["denominator"]).round(2)
    keys = list(zip(total["organization_id"], total["end_year"], strict=True))
    assert made.tolist() == [printed[key] for key in keys]
    spent = (
        (parts["value"] * parts["denominator"])
        .groupby([parts["organization_id"], parts["end_year"]])
        .sum()
    )
    # What the six funds leave is other grants: never less than nothing.
    left = [printed[key] - dollars for key, dollars in spent.items()]
    assert len(left) == 219
    assert min(left) > -1.01


def test_budgets__of_a_place_are_dollars_over_students(raw: Path):
    codes = set(catalog.place("southeast_seattle").schools)
    rows = [
        row
        for row in rows_of(raw, BUDGETS)
        if row["Year"] == "2023-24" and school_code(row["School"]) in codes
    ]
    dollars = sum(float(row["Total Budget (BUDGET)"]) for row in rows)
    students = sum(float(row["Total AAFTE* Enrollment (ENROLLMENT)"]) for row in rows)
    [place] = sa.load("budget_per_student", place="southeast_seattle", end_years=2024).to_dict(
        "records"
    )
    assert (place["denominator"], place["cells"]) == (students, 15)
    assert place["value"] == pytest.approx(dollars / students)
    assert round(place["value"]) == 16521


@pytest.mark.slow
def test_title_i__counts_schools_of_southeast_seattle_and_of_the_district():
    # By the file: all 15 in 2021-22 and 2022-23; Hawthorne has none in 2023-24. Viewlands' first is 2022-23.
    table = sa.load(
        "title_i_school", place=["southeast_seattle", "seattle"], end_years=[2022, 2023, 2024]
    )
    counted = table.pivot_table(index="organization_id", columns="end_year", values="numerator")
    assert counted.loc["southeast_seattle"].tolist() == [15, 15, 14]
    assert counted.loc["seattle"].tolist() == [33, 33, 32]
    assert set(table["denominator"]) == {15, 73}
    funded = sa.schools("southeast_seattle")["title_i_years"]
    assert funded[funded == "2021; 2022; 2023"].index.tolist() == ["4248"]
    assert sa.schools().loc["2977", "title_i_years"] == "2023; 2024"


def test_budgets__refuse_a_school_without_a_code(raw: Path, tmp_path: Path):
    text = (
        (raw / BUDGETS).read_text("utf-8-sig").replace("Wing Luke Elementary", "Wing Luke Academy")
    )
    (tmp_path / "finance").mkdir()
    (tmp_path / BUDGETS).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="Wing Luke Academy") as caught:
        tidy("sps_budgets@2024", tmp_path)
    assert "school_names.yml" in str(caught.value)
