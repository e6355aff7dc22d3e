"""Hold what a file prints against its own totals: whatever is printed twice must be the same both times.

Groups of a partition are all students, but for a few whose group is not reported; grades are all grades; levels of
achievement are all who were tested, and the upper two those who met the standard; schools are the district, within a
margin for students who attend several or none. Only what is printed exactly is added up.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.bounds import Flags, as_floats, row_codes, sum_by

__all__ = ["NOT_REPORTED", "PLAUSIBLE", "SCHOOLS_MARGIN", "Broken", "contradictions", "implausible"]


NOT_REPORTED = (10, 0.03)
"""Students of whom a partition may leave the group open: so many, or this share of all (9 and 0.0001 in real files).

Students of gender X, whom older files do not print, are among them.
"""
SCHOOLS_MARGIN = 0.10
"""How far schools together may be from their district's own row, as a share of it (0.05 in real files)."""
_SEVERAL_SCHOOLS = frozenset({"mobile", "not_mobile"})
"""Groups that count a student at each school attended: more at the schools than in the district."""
_WHOLE = {"gender": {"male", "female"}}
"""Groups that must be there for a partition to be whole, where not all must."""
_CELL = ["indicator", "organization_level", "organization_id", "grade_level"]
_FIGURES = [
    *(*_CELL, "student_group_type", "student_group"),
    *("numerator", "denominator", "numerator_low", "numerator_high"),
    *("denominator_low", "denominator_high"),
]
_LEVEL_OF_A_SUBJECT = r"^(?P<subject>.+)_level_(?P<level>[1-4])$"
_NEARLY_ALL, _NO_LEVEL = 0.95, 20
_OPEN, _MANY_CELLS = 0.1, 40
"""A file leaves a group open in fewer of its cells (0.03 in real files), where it has so many."""
_ROUND, _SEVERAL, _DIFFERENT = 5, 20, 5
"""So many counts, of so many sizes, are all multiples of the first by no chance."""
PLAUSIBLE: dict[str, tuple[float, float]] = {
    "students_per_teacher": (1, 60),
    "years": (0, 45),
    "dollars_per_student": (0, 250_000),
    "percentile": (0, 100),
}
"""The least and most that an average of a unit is believed to be."""


@dataclass
class Broken:
    """Cells that cannot be true together: what is wrong of the first, and how many there are."""

    what: str
    rows: pd.DataFrame


def contradictions(observations: pd.DataFrame) -> Iterator[Broken]:
    """Yield what a release contradicts itself in; nothing if all of it holds together."""
    compositions = observations["indicator"].isin(schema.COMPOSITION_INDICATORS)
    counted = observations["unit"] == "proportion"
    figures = observations[
        _FIGURES
    ]  # a large release is copied several times below: its texts need not be
    shares, rates = figures[counted & compositions], figures
    if not (of_rates := counted & ~compositions).all():
        rates = figures[of_rates]
    for rows, columns in ((shares, ["numerator"]), (rates, ["denominator", "numerator"])):
        for column in columns:
            yield from _partitions(rows, column)
            yield from _grades(rows, column)
            yield from _rounded(rows, column)
    yield from _levels(rates)
    yield from _schools(shares)


def _partitions(rows: pd.DataFrame, column: str) -> Iterator[Broken]:
    """Hold every partition of which all groups are printed against all students."""
    if not _is_share(rows):
        rows = rows[_differ_from_all(rows, column)]
    everyone = "denominator" if column == "denominator" or _is_share(rows) else "numerator"
    whole = rows[rows["student_group"] == "all"].set_index(_CELL)[everyone]
    groups = rows[rows["student_group_type"] != "all"]
    if groups.empty or whole.empty:
        return
    kinds = catalog.group_types()
    needed = {kind: _WHOLE.get(kind, set(entry.groups)) for kind, entry in kinds.items()}
    wanted = groups["student_group"].isin({code for codes in needed.values() for code in codes})
    by = [*_CELL, "student_group_type"]
    sums = (
        groups.assign(wanted=wanted, figure=groups[column].astype("Float64"))
        .groupby(by, sort=False)
        .agg(
            figure=("figure", "sum"),
            printed=("figure", "count"),
            groups=("figure", "size"),
            wanted=("wanted", "sum"),
        )
        .reset_index()
    )
    complete = sums["wanted"] == sums["student_group_type"].map(
        {kind: len(codes) for kind, codes in needed.items()}
    )
    sums = sums[complete & (sums["printed"] == sums["groups"])]
    sums = sums.merge(whole.rename("whole").reset_index(), on=_CELL)
    sums = sums[sums["whole"].notna()]
    short = (sums["whole"] - sums["figure"]).astype("float64")
    # Both of a pair, and all genders where gender X is printed, are everyone.
    sizes = {kind: len(entry.groups) for kind, entry in kinds.items()}
    size = sums["student_group_type"].map(sizes)
    pair = size == 2
    if _is_share(rows):
        pair |= (sums["student_group_type"] == "gender") & (sums["groups"] == size)
    students, share = NOT_REPORTED
    room = (sums["whole"].astype("float64") * share).clip(lower=students).mask(pair, 0.0)
    # Real files leave a group open in few cells; figures changed all over leave it open everywhere.
    by_kind = short.ne(0).groupby(sums["student_group_type"])
    often = (by_kind.transform("mean") > _OPEN) & (by_kind.transform("size") >= _MANY_CELLS)
    if _is_share(rows):
        room = room.mask(often, 0.0)
    if (off := (short < 0) | (short > room)).any():
        first = sums[off].iloc[0]
        yield Broken(
            f"the groups of {first['student_group_type']} have {int(first['figure'])} together, and all students "
            f"{int(first['whole'])} ({first['indicator']}, {column})",
            sums[off],
        )


def _differ_from_all(rows: pd.DataFrame, column: str) -> Flags:
    """Flag the rows of cells with a partition that is not all students: few, and all that need be looked at again."""
    cell = row_codes(rows, _CELL)
    part = row_codes(rows[["student_group_type"]].assign(cell=cell), ["cell", "student_group_type"])
    figure = as_floats(rows, column)
    everyone = rows["student_group"].isin(["all"]).to_numpy(dtype=bool)
    groups = ~rows["student_group_type"].isin(["all"]).to_numpy(dtype=bool)
    whole = np.full(len(rows), np.nan)
    whole[cell[everyone]] = figure[everyone]
    short = whole[cell] - sum_by(part[groups], figure[groups], len(rows))[part]
    odd = groups & (np.nan_to_num(short) != 0)
    return sum_by(cell, odd, len(rows))[cell] > 0


def _is_share(rows: pd.DataFrame) -> bool:
    return bool(rows["indicator"].isin(schema.COMPOSITION_INDICATORS).all())


def _grades(rows: pd.DataFrame, column: str) -> Iterator[Broken]:
    """Hold the grades of an organization against all grades together, group by group."""
    by = [
        "indicator",
        "organization_level",
        "organization_id",
        "student_group_type",
        "student_group",
    ]
    figure = rows[column].astype("Float64")
    if _is_share(rows):
        # All students are no numerator here: what is counted of them is the denominator.
        figure = figure.mask(rows["student_group"] == "all", rows["denominator"].astype("Float64"))
    rows = rows.assign(figure=figure)
    every = rows.loc[rows["grade_level"] != "all", "grade_level"].nunique()
    if not every:
        return
    rows = rows[_differ_from_all_grades(rows, by)]
    single = rows[rows["grade_level"] != "all"]
    sums = single.groupby(by, sort=False).agg(
        figure=("figure", "sum"), printed=("figure", "count"), grades=("figure", "size")
    )
    whole = rows[rows["grade_level"] == "all"].set_index(by)["figure"].rename("whole")
    both = sums.join(whole, how="inner").reset_index()
    both = both[both["whole"].notna()]
    over = both["figure"] > both["whole"]
    # A file with one grade or two beside all of them does not say that these are all.
    under = (both["printed"] == both["grades"]) & (both["figure"] < both["whole"]) & (every > 3)
    if (off := over | under).any():
        first = both[off].iloc[0]
        yield Broken(
            f"the grades have {int(first['figure'])} together, and all grades {int(first['whole'])} "
            f"({first['indicator']}, {first['student_group']}, {column})",
            both[off],
        )


def _differ_from_all_grades(rows: pd.DataFrame, by: list[str]) -> Flags:
    """Flag the rows of groups whose grades have more together than all grades, or fewer and all are printed."""
    code, figure = row_codes(rows, by), as_floats(rows, "figure")
    whole = np.full(len(rows), np.nan)
    every = rows["grade_level"].isin(["all"]).to_numpy(dtype=bool)
    whole[code[every]] = figure[every]
    single = code[~every]
    printed = sum_by(single, np.nan_to_num(figure[~every]), len(rows))
    grades = sum_by(single, np.ones(len(single)), len(rows))
    complete = (grades > 0) & (sum_by(single, ~np.isnan(figure[~every]), len(rows)) == grades)
    return np.asarray(((printed > whole) | (complete & (printed < whole)))[code])


def _rounded(rows: pd.DataFrame, column: str) -> Iterator[Broken]:
    """Refuse counts of a group that are all whole fives or tens: students are not."""
    counts = rows[(rows[column] > 0).fillna(False)]
    code = row_codes(counts, ["indicator", "student_group"])
    is_odd = as_floats(counts, column) % _ROUND != 0
    some_odd = sum_by(code, is_odd, int(code.max(initial=-1)) + 1) > 0
    counts = counts[~some_odd[code]]  # one count that is no whole five clears its group
    for (indicator, group), cells in counts.groupby(["indicator", "student_group"]):
        figures = cells[column]
        many = len(cells) >= _SEVERAL and figures.nunique() >= _DIFFERENT
        if many and figures.mod(_ROUND).eq(0).all():
            yield Broken(
                f"all {len(cells)} counts of {group} are multiples of {_ROUND}: they were rounded "
                f"({indicator}, {column})",
                cells,
            )


def _levels(rates: pd.DataFrame) -> Iterator[Broken]:
    """Hold levels of achievement: the lower two are those tested who did not meet the standard, the upper two who did.

    In older files some students with disabilities met a standard of their own, at no level.
    """
    by = [*_CELL[1:], "student_group_type", "student_group"]
    code, names = pd.factorize(rates["indicator"])
    parts = pd.Series(names, dtype="str").str.extract(_LEVEL_OF_A_SUBJECT)
    of_level = parts["level"].notna().to_numpy(dtype=bool)[code]
    of_level &= rates["numerator"].notna().to_numpy(dtype=bool)
    if not of_level.any():
        return
    part = parts.take(code[of_level]).set_axis(rates.index[of_level])
    levels = rates[of_level].assign(subject=part["subject"], level=part["level"])
    tested = rates[rates["indicator"].str.endswith("_met_tested")]
    tested = tested.assign(
        subject=tested["indicator"].str.removesuffix("_met_tested"),
        missed=tested["denominator"] - tested["numerator"],
    ).set_index(["subject", *by])
    for wanted, whole, said in (
        ("12", "missed", "did not meet the standard"),
        ("34", "numerator", "met the standard"),
    ):
        sums = (
            levels[levels["level"].isin(list(wanted))]
            .groupby(["subject", *by], sort=False)
            .agg(figure=("numerator", "sum"), levels=("level", "nunique"))
        )
        both = sums[sums["levels"] == len(wanted)].join(tested[whole].rename("whole"), how="inner")
        both = both[both["whole"].notna()].reset_index()
        short = (both["whole"] - both["figure"]).astype("float64")
        room = 1 if whole == "missed" or (short.abs() <= 1).mean() > _NEARLY_ALL else _NO_LEVEL
        if (off := (short < -1) | (short > room)).any():
            first = both[off].iloc[0]
            yield Broken(
                f"levels {' and '.join(wanted)} of {first['subject']} have {int(first['figure'])} together, and "
                f"{int(first['whole'])} {said} ({first['student_group']})",
                both[off],
            )


def _schools(rows: pd.DataFrame) -> Iterator[Broken]:
    """Hold Seattle's schools against its own row, all grades together."""
    rows = rows[(rows["grade_level"] == "all") & ~rows["student_group"].isin(_SEVERAL_SCHOOLS)]
    by = ["indicator", "student_group_type", "student_group"]
    district = rows[
        (rows["organization_level"] == "district")
        & (rows["organization_id"] == catalog.community().district)
    ]
    schools = rows[rows["organization_level"] == "school"]
    if schools.empty or district.empty:
        return
    figures = {}
    for name, part in (("schools", schools), ("district", district)):
        whole = part["student_group"] == "all"
        low, high = (
            part[f"numerator_{end}"].mask(whole, part[f"denominator_{end}"]).astype("Float64")
            for end in ("low", "high")
        )
        grouped = part.assign(low=low, high=high).groupby(by, sort=False)
        figures[name] = grouped[["low", "high"]].sum(min_count=1)
    sums, own = (figures[name].reset_index() for name in ("schools", "district"))
    both = sums.merge(own, on=by, suffixes=("_schools", "_district"))
    room = both["high_district"] * SCHOOLS_MARGIN + NOT_REPORTED[0]
    off = (both["low_schools"] > both["high_district"] + room) | (
        both["high_schools"] < both["low_district"] - room
    )
    if (off := off.fillna(False)).any():
        first = both[off].iloc[0]
        yield Broken(
            f"Seattle's schools have {int(first['low_schools'])} to {int(first['high_schools'])} together, and its own "
            f"row {int(first['low_district'])} ({first['indicator']}, {first['student_group']})",
            both[off].assign(organization_id=catalog.community().district, grade_level="all"),
        )


def implausible(observations: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the averages that lie outside what is plausible in their unit, by a name to accept them under."""
    averages = observations[observations["unit"].isin(PLAUSIBLE)]
    ends = [{unit: span[end] for unit, span in PLAUSIBLE.items()} for end in (0, 1)]
    low, high = (averages["unit"].map(end).astype("float64") for end in ends)
    off = (averages["value"] < low) | (averages["value"] > high)
    return {
        f"value {row['indicator']} {row['organization_id']}": averages.loc[[index]]
        for index, row in averages[off].iterrows()
    }
