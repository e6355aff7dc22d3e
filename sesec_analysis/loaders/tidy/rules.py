"""Apply the named rules that an entry lists under `rules:` to the raw rows of a file.

The file as carried lists, fund by fund, a school's amounts in their order but from its first year on: a fund that a
school had only in 2022-23 and 2023-24 stands under 2021-22 and 2022-23. The printed totals of each year tell which.
"""

import re
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise, product
from math import comb, prod

import numpy as np
import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.catalog import named
from sesec_analysis.loaders.raw import codes
from sesec_analysis.loaders.tidy import tokens
from sesec_analysis.loaders.tidy.resolve import RuleBrokenError

__all__ = ["FILE_RULES", "RULES", "placements"]


_KEY = ["organization_level", "organization_id", "grade_level"]
_ROUNDING = 1.0  # dollars, students


def _counts(rows: pd.DataFrame) -> list[str]:
    return [
        name for name in rows.columns if name == "all_students" or name.startswith("numerator:")
    ]


def drop_all_zero_duplicates(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Drop rows that repeat an organization and grade with nothing but zeros, keeping the row with students.

    The 2019-20 file as carried holds 384 of them statewide in King County. Any other duplicate is refused later.
    """
    key = [*_KEY, "grade_label"]
    zero = (rows[_counts(rows)].replace("", "0") == "0").all(axis=1)
    filled = pd.MultiIndex.from_frame(rows.loc[~zero, key])
    repeats = pd.MultiIndex.from_frame(rows[key]).isin(filled) | rows[zero].duplicated(key).reindex(
        rows.index, fill_value=False
    )
    drop = zero & repeats
    return rows[~drop], int(drop.sum())


def half_day_kindergarten_joins_kindergarten(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Add half-day kindergarten to the kindergarten row of the same organization, count by count."""
    return _join_grades(rows, "half-day", "K")


def transition_to_kindergarten_joins_pre_kindergarten(
    rows: pd.DataFrame,
) -> tuple[pd.DataFrame, int]:
    """Add transition to kindergarten, a grade of its own from 2023-24 on, to the row of pre-kindergarten."""
    return _join_grades(rows, "transition", "PK")


def _join_grades(rows: pd.DataFrame, label: str, grade: str) -> tuple[pd.DataFrame, int]:
    """Add the rows whose grade label begins so to the row of the grade they belong to."""
    joining = rows["grade_label"].str.strip().str.lower().str.startswith(label)
    if not joining.any():
        return rows, 0
    of_grade = rows["grade_level"] == grade
    both = rows[of_grade]
    parsed = {name: tokens.parse_counts(both[name]) for name in _counts(rows)}
    numbers = pd.DataFrame({name: cells["number"] for name, cells in parsed.items()}).fillna(0)
    # With a part that is withheld the sum is: it would count those students as none.
    known = ["exact", "blank", "no_students"]
    withheld = pd.DataFrame({name: ~cells["kind"].isin(known) for name, cells in parsed.items()})
    by = [both[name] for name in _KEY]
    summed = numbers.astype("int64").groupby(by, sort=False).transform("sum").astype("str")
    hidden = withheld.groupby(by, sort=False).transform("any")
    rows = rows.copy()
    rows.loc[both.index, summed.columns] = summed.mask(hidden, "*")
    return rows[~(of_grade & rows.duplicated(_KEY))], int(joining.sum())


def _pairs(rows: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield the columns of each group of students and of all others, named as the rows have them or would have them."""
    columns = {}
    for name in rows.columns[rows.columns.str.startswith("numerator:")]:
        columns[codes.group_lookup()[codes.group_key(name.removeprefix("numerator:"))][1]] = name
    for kind in catalog.group_types().values():
        if len(kind.groups) == 2:
            (group, _), (others, entry) = kind.groups.items()
            if group in columns:
                yield columns[group], columns.get(others, f"numerator:{entry.label}")


def flagged_groups_are_masked(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Where a row is flagged, a printed zero can mean masked, not none.

    The flag may name the group ("DAT Applied: Foster Care - N < 10"), or only say why ("DAT Applied: > 95%"): then it
    is the group that is printed with no students while all others are none as well.
    """
    if "flag" not in rows:
        return rows, 0
    flag, touched = rows["flag"].str.lower(), 0
    rows = rows.assign(flag="")
    for name in rows.columns[rows.columns.str.startswith("numerator:")]:
        group = name.removeprefix("numerator:").lower()
        base = re.sub(r"^non[ -]", "", group)
        masked = flag.str.contains(base, regex=False) & flag.str.contains(r"n\s*<\s*10", regex=True)
        # The group's twin is masked as well: with the headcount it would give the group away.
        rows.loc[masked, name] = "N<10" if group == base else "*"
        touched += int(masked.sum())
    ranged = flag.str.contains(r"[<>]=?\s*\d+(?:\.\d+)?\s*%", regex=True)
    for pair in _pairs(rows):
        both = [name for name in pair if name in rows]
        masked = ranged & (rows["all_students"] != "0") & (rows[both] == "0").all(axis=1)
        if len(both) == len(pair) and masked.any():
            rows.loc[masked, both] = "*"
            touched += int(masked.sum())
    return rows, touched


def every_student_highly_capable_is_masked(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Read a school that a carrier prints as highly capable to the last student as masked.

    The state withholds a share above 95 percent; the carrier filled it in. In 2023-24 and 2024-25 another copy shows
    the cell withheld, and the years before have the same trait.
    """
    name = "numerator:highly_capable"
    if name not in rows:
        raise RuleBrokenError(
            "the file has no column of highly capable students",
            rows.index.to_numpy(),
            "highly_capable",
            "check that this is the whole file; download it again",
        )
    filled = (rows[name] == rows["all_students"]) & (rows["all_students"] != "0")
    rows = rows.copy()
    rows.loc[filled, name] = "*"
    return rows, int(filled.sum())


def others_are_all_but_the_group(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Add the students outside each program, whose columns a carrier left out; those of a masked group are masked.

    The state prints both of a pair, and they sum to all students in every row of its own columns.
    """
    added = {}
    everyone = tokens.parse_counts(rows["all_students"])["number"]
    for group, others in _pairs(rows):
        if others not in rows:
            rest = everyone - tokens.parse_counts(rows[group])["number"]
            added[others] = rest.fillna(0).astype("int64").astype("str").where(rest.notna(), "*")
    return rows.assign(**added), 0


def drop_rows_without_ratio(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Drop the totals of organizations that have no students of their own, and so no students per teacher.

    The Skills Center's students stay enrolled at their schools; other such rows have no teachers either.
    """
    drop = (rows["program"] == "ALL") & (rows["ratio"] == "")
    return rows[~drop], int(drop.sum())


def teachers_by_number_and_percent(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Add how many teachers an organization has: 24 with a master's degree, printed as 77.42 percent, say 31.

    Blank where more than one whole number fits, so that nothing is guessed. An organization without any teacher
    (no master's degree, and no percent) is dropped. ``attrs["sizes"]`` has the students of each school.
    """
    none = (rows["masters_percent"] == "") & (rows["masters"] == "0")
    rows = rows[~none]
    k = tokens.parse_counts(rows["masters"])["number"]
    percent = tokens.parse_percents(rows["masters_percent"], unit="percent")
    half = 0.5 * 10.0 ** (-percent["decimals"] - 2) + 1e-9
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.ceil(k / (percent["number"] + half))
        most = np.floor(k / (percent["number"] - half))
    unique = (least == most) & (k > 0)
    teachers = least.where(unique, 0).astype("int64").astype("str").where(unique, "")
    counted = rows.assign(teachers=teachers)
    students = tokens.parse_counts(rows["students"])["number"]
    counted.attrs["sizes"] = dict(zip(rows["organization_id"], students, strict=True))
    return counted, int(none.sum())


def amounts_per_student(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Add up the amounts of each organization (a row for each source and kind of spending) and divide by its students.

    Students are full-time equivalents to the hundredth, the same in all rows of an organization: ``students`` is their
    whole number, ``per_student`` is divided by what is printed.
    """
    amounts = tokens.parse_numbers(rows["amount"])["number"]
    students = tokens.parse_numbers(rows["students_fte"])["number"]
    by = [rows[name] for name in _KEY]
    total = amounts.groupby(by, sort=False).transform("sum", min_count=1)
    # An amount that is missing, or a second number of students, leaves nothing to divide.
    whole = amounts.notna().groupby(by, sort=False).transform("all")
    alike = students.groupby(by, sort=False).transform("nunique") == 1
    known = whole & alike & (students > 0)
    once = ~rows.duplicated(_KEY)
    _schools_are_the_district(rows[once], total.where(whole)[once], "amount", "dollars")
    _schools_are_the_district(rows[once], students.where(alike)[once], "students_fte", "students")
    summed = rows.assign(
        amount=total.round().map("{:.0f}".format).where(known, ""),
        students=students.round().map("{:.0f}".format).where(alike, ""),
        per_student=(total / students.where(students > 0)).map("{:.4f}".format).where(known, ""),
    )
    return summed[once], int((~once).sum())


def _schools_are_the_district(
    rows: pd.DataFrame, totals: pd.Series, column: str, unit: str
) -> None:
    """Refuse schools that do not add up to the district's own row: they do so to the hundredth in a true file."""
    level = rows["organization_level"]
    own = (level == "school") | (rows["organization_id"] == catalog.community().district)
    schools, district = (totals[own & (level == name)] for name in ("school", "district"))
    if schools.empty or district.empty or schools.isna().any():
        return
    apart = float(schools.sum() - district.sum())
    if abs(apart) > _ROUNDING:
        raise RuleBrokenError(
            f"the schools have {abs(apart):,.2f} {unit} {'more' if apart > 0 else 'less'} than their district's row",
            rows.index[own].to_numpy(),
            column,
            "check the file: rows may be missing, repeated or changed; download it again",
        )


def leave_seattle_out(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Drop the district's own row from a table of many districts: its figures are in the state's own file."""
    seattle = rows["organization_id"] == catalog.community().district
    return rows[~seattle], int(seattle.sum())


def leave_districts_out(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Drop the districts' own rows, where another source has them for every year."""
    districts = rows["organization_level"] == "district"
    return rows[~districts], int(districts.sum())


RULES: dict[str, Callable[[pd.DataFrame], tuple[pd.DataFrame, int]]] = {
    rule.__name__: rule
    for rule in (
        drop_all_zero_duplicates,
        half_day_kindergarten_joins_kindergarten,
        transition_to_kindergarten_joins_pre_kindergarten,
        flagged_groups_are_masked,
        every_student_highly_capable_is_masked,
        others_are_all_but_the_group,
        drop_rows_without_ratio,
        teachers_by_number_and_percent,
        amounts_per_student,
        leave_seattle_out,
        leave_districts_out,
    )
}


_MOST_WAYS = 1_000_000
_FUNDS = ["general", "special_education", "bilingual", "lap", "title_i", "levy", "other_grants"]


def placements(amounts: np.ndarray) -> Iterator[np.ndarray]:
    """Yield each way to set a fund's amounts into years, in their order; as they stand comes first.

    Examples
    --------
    >>> [way.tolist() for way in placements(np.array([9.0, 0.0, 0.0]))]
    [[9.0, 0.0, 0.0], [0.0, 9.0, 0.0], [0.0, 0.0, 9.0]]
    """
    yield amounts
    some = amounts[amounts != 0]
    for years in combinations(range(len(amounts)), len(some)):
        placed = np.zeros(len(amounts))
        placed[list(years)] = some
        if not np.array_equal(placed, amounts):
            yield placed


def _fitting_assignments(funds: np.ndarray, totals: np.ndarray) -> list[np.ndarray]:
    """Return every way in which all funds add up to each year's total; where there are several, none is told."""
    years = funds.shape[1]
    if prod(comb(years, int(np.count_nonzero(fund))) for fund in funds) > _MOST_WAYS:
        return []  # no school has so many years: the columns are not what they are called
    ways = map(np.array, product(*(placements(fund) for fund in funds)))
    return [way for way in ways if np.all(np.abs(way.sum(axis=0) - totals) <= _ROUNDING)]


def _amounts(texts: pd.DataFrame) -> np.ndarray:
    numbers = [tokens.parse_numbers(texts[name])["number"].fillna(0.0) for name in texts]
    return np.array(numbers, dtype="float64")


def funds_in_their_years(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Put each fund's amounts into the years in which all add up to the printed totals; blank where none can be told.

    A fund that a school does not list is none of its budget. Adds ``schools`` (1) and ``title_i_schools`` (1 or 0).
    """
    rows = rows.sort_values(["school_name", "school_year"]).reset_index(drop=True)
    amounts, totals = _amounts(rows[_FUNDS]), _amounts(rows[["total"]])[0]
    placed, certain = amounts.copy(), np.ones_like(amounts, dtype=bool)
    for school in rows.groupby("school_name", sort=False).indices.values():
        ways = _fitting_assignments(amounts[:, school], totals[school])
        if ways:
            placed[:, school] = ways[0]
        certain[:, school] = (
            np.all([way == placed[:, school] for way in ways], axis=0) if ways else False
        )
    moved = (placed != amounts).any(axis=0) | ~certain.all(axis=0)
    text = np.where(certain, np.char.mod("%.2f", placed), "")
    rows = rows.assign(**dict(zip(_FUNDS, text, strict=True)))
    title_i = np.where(
        certain[_FUNDS.index("title_i")],
        (placed[_FUNDS.index("title_i")] > 0).astype(int).astype(str),
        "",
    )
    return rows.assign(schools="1", title_i_schools=title_i), int(moved.sum())


def district_total_by_its_name(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Tell the district's row in a file of schools that has no column for the level: it is called "District Total"."""
    total = rows["school_name"] == "District Total"
    return rows.assign(organization_level=rows["organization_level"].mask(total, "District")), 0


def schools_not_listed(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Add the schools of the year that a list of Title I schools leaves out: they had none.

    The schools of a year are those of ``data/reference/schools.csv`` with students then. Adds ``schools`` (1) and
    ``title_i_schools`` (1 or 0).
    """
    listed = set(rows["school_name"].map(codes.school_code))
    year = named.end_year(rows["school_year"].iloc[0]) or 0
    others = [
        school.name
        for school in catalog.schools().values()
        if school.code not in listed
        and (school.first_year or year + 1) <= year <= (school.last_year or 0)
    ]
    first = rows.iloc[0]
    added = pd.DataFrame(
        [{**first, "school_name": name, "support": ""} for name in others], columns=rows.columns
    )
    whole = pd.concat([rows, added], ignore_index=True)
    title_i = (whole["support"].str.strip() != "").astype(int).astype(str)
    return whole.assign(schools="1", title_i_schools=title_i), len(added)


def school_years_by_their_start(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Write out school years that a file names by the year they begin in: 2017.0 is 2017-18."""
    start = tokens.parse_numbers(rows["school_year"])["number"]
    if (strange := start.isna() | (start % 1 != 0)).any():
        texts = rows.loc[strange, "school_year"].value_counts()
        raise tokens.UnknownTokenError({str(text): int(count) for text, count in texts.items()})
    years = start.astype("int64").map(lambda year: f"{year}-{(year + 1) % 100:02d}")
    return rows.assign(school_year=years), len(rows)


def rows_without_school_are_the_district(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Take rows that name no school as those of the district; adds ``organization_level``."""
    unnamed = rows["school_name"].str.strip().isin(["", "NULL"])
    level = unnamed.map({True: "District", False: "School"})
    names = rows["school_name"].mask(unnamed, rows["district_name"])
    return rows.assign(organization_level=level, school_name=names), int(unnamed.sum())


def state_is_the_sum_of_its_parts(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Add up every district of each school year; a count that one of them lacks leaves the sum blank."""
    counts = _counts(rows)
    numbers = rows.assign(**{name: tokens.parse_counts(rows[name])["number"] for name in counts})
    twins = rows.duplicated(["school_year", "part"], keep=False)
    more = numbers[counts].gt(numbers["all_students"], axis=0).any(axis=1)
    for what, strange in (
        ("a part of the state appears twice in a year", twins),
        ("a part of the state has more students in a group than in all", more),
        *_compared_with_the_year_before(numbers, counts),
    ):
        if strange.any():
            fix = "check the file; download it again"
            raise RuleBrokenError(what, rows.index[strange].to_numpy(), "part", fix)
    by_year = numbers.groupby("school_year", sort=False)
    sums = by_year[counts].sum()
    whole = by_year[counts].count().eq(by_year.size(), axis=0)
    text = sums.map("{:.0f}".format).where(whole, "")
    once = rows[~rows.duplicated("school_year")].set_index("school_year")
    return once.assign(**text).reset_index()[rows.columns], len(rows)


_PART, _LARGE_PART = 100, 500
"""Parts of the state that are compared, and one that does not just close (a tribal school of 395 did)."""
_MANY_MOVED, _FACTOR = 0.2, 1.5
"""Of the parts of the state, so many moved by so much in a year (0.02 in real files): rows or columns were shifted."""


def _compared_with_the_year_before(
    numbers: pd.DataFrame, counts: list[str]
) -> Iterator[tuple[str, pd.Series]]:
    """Yield what no true file has in its parts: counts of another part, one that is gone, most of them moved."""
    if numbers.duplicated(["school_year", "part"]).any():
        return
    large = (numbers["all_students"] >= _PART) & numbers[counts].notna().all(axis=1)
    same = numbers.duplicated(["school_year", *counts], keep=False)
    yield "two parts of the state have the same counts in every column", large & same
    students = numbers.pivot_table(index="part", columns="school_year", values="all_students")
    for then, now in pairwise(sorted(map(str, students))):
        both = students[[then, now]].dropna()
        both = both[both[then] >= _PART]
        moved = ~(both[now] / both[then]).between(1 / _FACTOR, _FACTOR)
        row = numbers["school_year"] == now
        yield "most parts of the state moved by half", row & (moved.mean() > _MANY_MOVED)
        gone = students.loc[students[now].isna(), then].max()
        # A district that takes in another one grows by about as many students; online schools grow every year.
        grown = (both[now] - both[then])[both[now] > 1.1 * both[then]]
        is_merged = grown.between(0.8 * gone, 1.2 * gone).any()
        lost = gone >= _LARGE_PART and not is_merged
        yield f"a part of the state with {gone:.0f} students in {then} is gone", row & lost


def groups_in_columns(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Make a row of each student group out of two columns: ``students:Black`` and ``disciplined:Black``.

    Adds ``student_group``, ``denominator``, and ``numerator``. A blank column of a group stays a blank cell.
    """
    names = [str(name) for name in rows.columns]
    groups = [name.partition(":")[2] for name in names if name.startswith("students:")]
    others = [name for name in names if ":" not in name]
    parts = [
        rows[others].assign(
            student_group=group,
            denominator=rows[f"students:{group}"],
            numerator=rows[f"disciplined:{group}"],
        )
        for group in groups
    ]
    return pd.concat(parts, ignore_index=True), len(rows)


def groups_named_by_type(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Name student groups with their type ("income: Less than $50,000"); all children, whom both files have, once."""
    kind = rows["group_type"]
    label = (kind + ": " + rows["subgroup"]).mask(kind == "all", rows["subgroup"])
    once = ~rows.duplicated()
    return rows.assign(student_group=label)[once], int((~once).sum())


def students_found_homeless(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Take who was found homeless, and where they slept, as student groups out of all who were found in the year.

    Adds ``denominator`` (all who were found) and ``enrolled``, the group's students at any time in the year where the
    rows of the state's discipline file print them; ``counted`` is then "all year".
    """
    of_state = rows["lea"] == ""
    label = rows["subgroup"].where(rows["subgroup"] != "", rows["night"])
    group = label.map(lambda text: codes.group_lookup().get(codes.group_key(text), ("", text))[1])
    key = rows["school_year"].map(named.end_year).astype("str") + " " + group
    enrolled = rows["enrolled"].where(rows["enrolled"].str.fullmatch("[0-9]+"), "")
    enrolled = key.map(dict(zip(key[of_state], enrolled[of_state], strict=True))).fillna("")
    every = rows[~of_state & (group == "all")]
    if (twin := every["school_year"].duplicated()).any():
        raise RuleBrokenError(
            "a school year has two numbers of all students who were found",
            every.index[twin].to_numpy(),
            "numerator",
            "check the file; download it again",
        )
    all_found = rows["school_year"].map(every.set_index("school_year")["numerator"])
    found = rows.assign(
        student_group=label,
        denominator=all_found,
        enrolled=enrolled,
        counted=enrolled.map(lambda text: "all year" if text else ""),
    )
    return found[~of_state], int(of_state.sum())


_NO_AREA = re.compile("Out of District/Unknown?r?|Olympic Hills Olympic View")


def students_of_home_areas(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Add up the students who live in the community's headline place, and in the rest of the district.

    Pairs of a home area and a school can be very small, so no smaller sum is kept. Adds ``place_code``, ``place_name``,
    ``students``, and ``nearby``: those at a school in the part of the district where they live.
    ``attrs["sizes"]`` has the students of each school, to compare with its enrollment.
    """
    # The file of 2021-22 prints the rows of West Woodland twice: once, they are its students of the enrollment file.
    again = rows.duplicated()
    rows = rows[~again]
    pair = rows.duplicated(["area", "attended"], keep=False)
    if (strange := pair | (rows["students"].str.strip() == "")).any():
        raise RuleBrokenError(
            "a home area and a school have two numbers of students, or none",
            rows.index[strange].to_numpy(),
            "students",
            "check the file; download it again",
        )
    codes_of = codes.codes_of_school_names()
    known = rows[["area", "attended"]].map(lambda name: codes_of.get(codes.bare_name(name)))
    known["area"] = known["area"].mask(rows["area"].str.fullmatch(_NO_AREA), "")
    for name in ("area", "attended"):
        if (strange := known[name].isna()).any():
            names = rows.loc[strange, name].value_counts()
            raise tokens.UnknownTokenError({str(text): int(n) for text, n in names.items()})
    students = tokens.parse_counts(rows["students"])["number"]
    sizes = students.groupby(known["attended"]).sum()
    in_area = known["area"] != ""
    rows, known, students = rows[in_area], known[in_area], students[in_area]
    here = next(code for code, place in catalog.places().items() if place.headline)
    rest = next(
        code for code, place in catalog.places().items() if place.all_but == here and place.schools
    )
    inside = known.isin([*catalog.place(here).schools])
    place = inside["area"].map({True: here, False: rest})
    nearby = students.where(inside["area"] == inside["attended"], 0)
    sums = pd.DataFrame({"students": students, "nearby": nearby}).groupby(place).transform("sum")
    once = ~place.duplicated()
    names = place.map({code: catalog.place(code).name for code in (here, rest)})
    text = sums.map("{:.0f}".format)
    summed = rows.assign(
        place_code=place, place_name=names, students=text["students"], nearby=text["nearby"]
    )
    summed.attrs["sizes"] = sizes.to_dict()
    return summed[once], int(again.sum()) + int((~once).sum())


_AGES = {"5_9": "Ages 5 to 9", "10_14": "Ages 10 to 14", "15_17": "Ages 15 to 17"}
_HALF_A_CHILD = 0.5
_LAST_TRACT = 121
"""Tracts of Seattle are numbered up to it; the others of the files lie in them in part."""


def children_of_tracts(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Add up the children of a tract's block groups, and take its children in school once, though each repeats them.

    Adds ``student_group`` (all, or an age), ``children``, ``enrolled`` (in public or private school), and ``public``.
    """
    rows = rows[rows["block_group"].str[5:9].astype("int64") <= _LAST_TRACT]
    tract = rows["block_group"].str[:11].rename("tract_code")
    columns = [name for name in rows if str(name).startswith(("children", "public", "private"))]
    numbers = pd.DataFrame({name: tokens.parse_counts(rows[name])["number"] for name in columns})
    for age in _AGES:
        numbers[f"share_{age}"] = tokens.parse_numbers(rows[f"share_{age}"])["number"]
    _refuse_odd_tracts(rows, numbers, tract)
    sums = numbers.groupby(tract).agg(
        {name: "sum" if str(name).startswith("children") else "first" for name in columns}
    )
    once = rows.assign(tract_code=tract)[~tract.duplicated()]
    place = once["tract_code"].str[5:].astype("int64") / 100
    once = once.assign(tract_name=place.map("Census Tract {:g}".format))
    parts = []
    for label, ages in {"All": list(_AGES), **{text: [age] for age, text in _AGES.items()}}.items():
        children, public, private = (
            sums[[f"{kind}_{age}" for age in ages]].sum(axis=1)
            for kind in ("children", "public", "private")
        )
        counts = {"children": children, "public": public, "enrolled": public + private}
        texts = {
            name: once["tract_code"].map(count.map("{:.0f}".format))
            for name, count in counts.items()
        }
        parts.append(once.assign(student_group=label, **texts))
    return pd.concat(parts, ignore_index=True), len(rows) - len(once)


def _refuse_odd_tracts(rows: pd.DataFrame, numbers: pd.DataFrame, tract: pd.Series) -> None:
    of_schools = rows["tract"] != ""
    in_school = [name for name in numbers if str(name).startswith(("public", "private"))]
    by_age = numbers[[f"children_{age}" for age in _AGES]].sum(axis=1)
    public, private, share = (
        numbers[[f"{kind}_{age}" for age in _AGES]].to_numpy(float)
        for kind in ("public", "private", "share")
    )
    off = (np.abs(public - share * (public + private)) > _HALF_A_CHILD).any(axis=1)
    kinds = numbers[of_schools].groupby(tract)[in_school].nunique().max(axis=1)
    faults = {
        "ages do not add up to all children": ~of_schools & (by_age != numbers["children"]),
        "a block group is in another tract": of_schools & (rows["tract"] != tract),
        "a share in public school is not that of its counts": of_schools & off,
        "a tract has two numbers of children in school": of_schools & (tract.map(kinds) > 1),
    }
    for what, strange in faults.items():
        if strange.any():
            fix = "check the file; download it again"
            raise RuleBrokenError(what, rows.index[strange].to_numpy(), "block_group", fix)


FILE_RULES: dict[str, Callable[[pd.DataFrame], tuple[pd.DataFrame, int]]] = {
    rule.__name__: rule
    for rule in (
        funds_in_their_years,
        district_total_by_its_name,
        schools_not_listed,
        school_years_by_their_start,
        rows_without_school_are_the_district,
        state_is_the_sum_of_its_parts,
        groups_in_columns,
        groups_named_by_type,
        students_found_homeless,
        students_of_home_areas,
        children_of_tracts,
    )
}
"""Rules under `file_rules:` of an entry: they see all years of a file, before the release's own is kept."""
