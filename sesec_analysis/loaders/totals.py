"""Add up rows of OBSERVATIONS over grades, years, organizations, or student groups; withheld cells stay bounds."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.bounds import as_floats, first_rows, join_averages, pool, row_codes
from sesec_analysis.catalog import own
from sesec_analysis.catalog.entries import GroupType, Place, StudentGroup
from sesec_analysis.errors import QuestionError, check_choice
from sesec_analysis.loaders.listing import schools

__all__ = ["totals"]


_DIMENSIONS = {
    "end_year": "years",
    "organization_id": "organizations",
    "grade_level": "grades",
    "student_group": "student groups",
}
"""What can be added up, and what its values are called."""
_KEY = [name for name in schema.OBSERVATIONS_KEY if name != "source_id"]
_NAMED = 3
"""Values that the name of a sum lists one by one."""


def totals(
    table: pd.DataFrame,
    over: str | Iterable[str] | None = None,
    *,
    by: str | Iterable[str] | None = None,
) -> pd.DataFrame:
    """Add up rows of OBSERVATIONS; a sum with a withheld cell is a range.

    Parameters
    ----------
    table
        OBSERVATIONS, as `load` or `observations` return them.
    over
        What is added up: ``"grade_level"``, ``"end_year"``, ``"organization_id"``, ``"student_group"``; one or several.
    by
        What is kept apart instead: everything else of these four is added up.

    Returns
    -------
    OBSERVATIONS, one row per sum; every measure takes them. Grades added up have a code of their own (``03-05``, or
    ``03+05`` if they do not follow one another). Years or organizations added up are a place of one's own, student
    groups a group of one's own: such findings begin with ``own:``. The ``end_year`` of several years is the last.

    Raises
    ------
    QuestionError
        If a student would count twice (all grades next to single grades, a district next to its schools, places that
        share schools, groups that are not of one partition), years lie on both sides of a series break, or medians
        would be added.

    See Also
    --------
    sesec_analysis.bounds.pool : The sum of cells that are not all known.
    sesec_analysis.load : Places; their sums can be tighter, where enough schools share what is withheld.

    Notes
    -----
    Each cell is read by its own text only: ``value_low`` and ``value_high`` hold whatever the withheld counts are.
    Averages are weighted by their denominators. A group's share of all students (enrollment) keeps the denominator
    that its groups share; it is not added once for each group.

    Examples
    --------
    337 of Southeast Seattle's students are known to have been disciplined in 2018-19, and some schools withhold:

    >>> import sesec_analysis as sa
    >>> rows = sa.load("disciplined", place="southeast_seattle", organization_level="school", end_years=2019,
    ...                grade_level="all", student_group="all")
    >>> sa.totals(rows, over="organization_id")[["numerator_low", "numerator_high", "status"]].values.tolist()
    [[337, <NA>, 'bounded']]
    """
    table = schema.conform_observations(schema.check_observations(table, "totals(table)"))
    added = _dimensions(over, by)
    _refuse_double_counts(table, added)
    kept = [name for name in _KEY if name not in added] + ["unit"]
    if "organization_id" in added:
        kept.remove("organization_level")
    share = table["unit"].isin(schema.SHARES)
    shared = table["indicator"].isin(schema.COMPOSITION_INDICATORS) & ("student_group" in added)
    parts = [
        pool(table[share & ~shared], by=kept),
        _pooled_groups(table[share & shared], kept),
        join_averages(table[~share], by=[*kept]) if not share.all() else table[:0],
    ]
    made = pd.concat([part for part in parts if len(part)] or [table[:0]], ignore_index=True)
    made = _with_names(made, table, kept, added)
    made = schema.validate_observations(schema.conform_observations(made), where="totals")
    made.attrs = dict(table.attrs)
    return made


def _dimensions(over: str | Iterable[str] | None, by: str | Iterable[str] | None) -> list[str]:
    where, known = "totals(over=…)" if by is None else "totals(by=…)", list(_DIMENSIONS)
    if (over is None) == (by is None):
        raise QuestionError(
            "either `over` says what is added up, or `by` what is kept apart",
            where="totals(…)",
            fix='for example over="grade_level"',
            valid=known,
        )
    given = over if by is None else by
    names = [given] if isinstance(given, str) else list(given or [])
    for name in names:
        check_choice(name, known, what="dimension of a sum", where=where)
    return names if by is None else [name for name in known if name not in names]


def _refuse_double_counts(table: pd.DataFrame, added: Sequence[str]) -> None:
    """Refuse sums in which a student counts twice, or unlike things count as one."""
    repeated = table.duplicated(_KEY)
    if repeated.any():
        _refuse("the table has a row twice, or from two sources", table[repeated], "drop one")
    others = [name for name in _KEY if name not in (*added, "organization_level")]
    for _, rows in table.groupby(others, sort=False) if others else [((), table)]:
        grades = set(rows["grade_level"]) if "grade_level" in added else set()
        if "all" in grades and len(grades) > 1:
            fix = "keep one kind: table[table['grade_level'] != 'all']"
            _refuse(
                "all grades are next to single grades, so students would count twice", rows, fix
            )
        if "organization_id" in added:
            _refuse_overlaps(rows)
        if "end_year" in added:
            _refuse_break(rows)


def _refuse_overlaps(rows: pd.DataFrame) -> None:
    levels = sorted(rows["organization_level"].unique())
    if len(levels) > 1:
        fix = f"keep one level: table[table['organization_level'] == {levels[-1]!r}]"
        words = f"{' and '.join(levels)} rows are together, so students would count twice"
        _refuse(words, rows, fix)
    if levels != ["place"]:
        return
    counted = set[str]()
    for code in rows["organization_id"].unique():
        if code not in catalog.places() or not (members := set(schools(code).index)):
            continue
        if counted & members:
            _refuse("places share schools, so students would count twice", rows, "keep one of them")
        counted |= members


def _refuse_break(rows: pd.DataFrame) -> None:
    for indicator in rows["indicator"].unique():
        years = rows.loc[rows["indicator"] == indicator, "end_year"]
        for stop in catalog.indicator(indicator).breaks:
            if years.min() < stop.at <= years.max():
                fix = f"add up the years before and from {stop.at} apart"
                _refuse(f"what is measured changed in {stop.at}", rows, fix)


def _refuse(words: str, rows: pd.DataFrame, fix: str) -> None:
    first = ", ".join(str(rows.iloc[0][name]) for name in _KEY)
    raise QuestionError(
        words, where=f"totals(table), {len(rows)} row(s), the first: {first}", fix=fix
    )


def _pooled_groups(table: pd.DataFrame, kept: list[str]) -> pd.DataFrame:
    """Add up groups of which each is a part of the same students: their counts, over one denominator."""
    if table.empty:
        return table
    each = pool(table, by=[*kept, "student_group"])
    code = row_codes(each, kept)
    first = first_rows(code)
    sums = each.iloc[first].drop(columns="student_group").reset_index(drop=True)
    numbers = pd.DataFrame({name: as_floats(each, name) for name in _COUNTS}).groupby(code)
    low, high = numbers["denominator_low"].max(), numbers["denominator_high"].min(skipna=True)
    if (low > high).any():
        bad = each[np.isin(code, np.flatnonzero(low > high))]
        _refuse(
            "groups have different totals of all students", bad, "add up the rows of one release"
        )
    k_low = numbers["numerator_low"].sum()
    k_high = np.minimum(numbers["numerator_high"].sum(min_count=1), high)
    exact = (k_low == k_high) & (low == high)
    with np.errstate(divide="ignore", invalid="ignore"):
        value_low, value_high = k_low / high, np.minimum(k_high / low, 1.0)
    status = np.select(
        [exact & (low == 0), exact, k_high < schema.MINIMUM_GROUP, (k_low <= 0) & (k_high >= low)],
        ["no_students", "reported", "small_n", "withheld"],
        "bounded",
    )
    known = {
        **{"numerator_low": k_low, "numerator_high": k_high},
        **{"denominator_low": low, "denominator_high": high},
        **{"numerator": k_low.where(exact), "denominator": low.where(exact)},
    }
    counts = {
        name: pd.Series(values).astype("Float64").astype("Int64") for name, values in known.items()
    }
    cells = {name: numbers[name].sum().to_numpy() for name in ("cells", "cells_reported")}
    return sums.assign(
        **counts,
        **cells,
        value=np.where(exact, value_low, np.nan),
        value_low=value_low.fillna(0.0).to_numpy(),
        value_high=value_high.fillna(1.0).to_numpy(),
        coverage=numbers["coverage"].min().to_numpy(),
        status=status,
        token="",
    )


_COUNTS = [
    *("numerator_low", "numerator_high", "denominator_low", "denominator_high"),
    *("cells", "cells_reported", "coverage"),
]


def _with_names(
    made: pd.DataFrame, table: pd.DataFrame, kept: list[str], added: Sequence[str]
) -> pd.DataFrame:
    """Name each sum by what was added up in the whole table: a group without a row in a grade has no students there."""
    last = table.drop_duplicates(kept, keep="last")[[*dict.fromkeys([*kept, *_NAMES])]]
    named = made.drop(columns=[name for name in _NAMES if name in made and name not in kept])
    named = named.merge(last, on=kept, how="left", validate="one_to_one")
    several = [name for name in added if len(table[name].unique()) > 1]
    if "grade_level" in several:
        named["grade_level"] = _span(sorted(table["grade_level"].unique(), key=_grade_order))
    if "student_group" in several:
        for kind, rows in table.groupby("student_group_type", sort=False):
            if len(rows["student_group"].unique()) > 1:
                of_kind = named["student_group_type"] == kind
                named.loc[of_kind, ["student_group_type", "student_group"]] = _group_of(rows)
    if "organization_id" in several or "end_year" in several:
        named["end_year"] = table["end_year"].max() if "end_year" in added else named["end_year"]
        for name in named["organization_name"].unique():
            label = _place_name(name, table, several)
            code = own.code_of([label], "")[label]
            entry = Place(name=label, phrase=label, definition="A sum of rows.", source="totals")
            own.introduce("totals", own.Own("sums of rows", "students", places={code: entry}))
            here = named["organization_name"] == name
            named.loc[here, ["organization_level", "organization_id", "organization_name"]] = [
                "place",
                code,
                label,
            ]
    return named


_NAMES = [
    *("organization_level", "organization_id", "organization_name"),
    *("end_year", "grade_level", "student_group_type", "student_group"),
]


def _place_name(name: str, table: pd.DataFrame, several: Sequence[str]) -> str:
    parts = [name]
    if "organization_id" in several:
        names = sorted(table["organization_name"].unique())
        levels = table["organization_level"].unique()
        word = f"{levels[0]}s" if len(levels) == 1 else "organizations"
        shown = f"{len(names)} {word} ({names[0]} to {names[-1]})"
        parts = [", ".join(names) if len(names) <= _NAMED else shown]
    if "end_year" in several:
        first, last = (
            f"{year - 1}–{year % 100:02d}"
            for year in (table["end_year"].min(), table["end_year"].max())
        )
        parts.append(f"{first} to {last}")
    return ", ".join(parts)


def _group_of(rows: pd.DataFrame) -> list[str]:
    """Return the type and code of groups of one partition together, kept as a group of one's own."""
    kind = str(rows["student_group_type"].iloc[0])
    entry = catalog.group_types()[kind]
    known = {code: entry.groups[code] for code in rows["student_group"].unique()}
    is_whole = set(entry.groups) <= set(known)
    label = (
        f"All groups by {entry.title.lower()}"
        if is_whole
        else " and ".join(one.label for one in known.values())
    )
    people = "students" if is_whole else " and ".join(one.people for one in known.values())
    made_type = f"{kind} totals"
    codes = own.code_of([made_type, label], "")
    earlier = catalog.group_types().get(codes[made_type])
    group = StudentGroup(label=label, people=people)
    groups = {**(earlier.groups if earlier else {}), codes[label]: group}
    types = {codes[made_type]: GroupType(title=entry.title, groups=groups)}
    own.introduce("totals", own.Own("sums of rows", "students", group_types=types))
    return [codes[made_type], codes[label]]


_ORDER = ["all", "PK", "K"]


def _grade_order(value: str) -> tuple[int, str]:
    return (_ORDER.index(value) if value in _ORDER else len(_ORDER), value)


def _span(grades: Sequence[str]) -> str:
    """Return grades in one code: ``03-05`` where they follow one another, ``03+05`` where they do not."""
    places = [_ORDER.index(one) - 2 if one in _ORDER else int(one) for one in grades]
    is_run = places == list(range(places[0], places[0] + len(places)))
    return f"{grades[0]}-{grades[-1]}" if is_run else "+".join(grades)
