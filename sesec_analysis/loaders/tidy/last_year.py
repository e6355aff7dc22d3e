"""Compare a release with earlier releases of its source and with that year's enrollment, and list what to review.

Four rules are here: the roster of organizations; the rows, their status, and figures that repeat (a stale file, a row
copied to another organization); jumps of figures; and sums of columns. The fifth, printed totals, is `identities.py`.
A figure is compared with the newest earlier release that has it. Each line has a name and a count, under which
`accepted:` of the release in data/catalog/sources records that it was reviewed. Real adjacent years set the limits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sesec_analysis import schema
from sesec_analysis.loaders.raw.codes import bare_name

__all__ = ["ReviewItem", "differences", "listed"]

_PLACE = ["organization_level", "organization_id"]
_CELL = ["indicator", *_PLACE, "grade_level", "student_group"]
_ROSTER = 0.1
"""The most of the schools that are new or gone in a true year (0.07 in real files)."""
_STALE, _STALE_PART, _PART, _SMALL = 0.6, 0.9, 20, 20
"""The most of a release, and of a part with so many figures, that repeats; smaller counts repeat by chance."""
_COUNT_JUMP, _SHARE_JUMP, _AVERAGE_JUMP = (2.0, 0.1), (2.0, 0.125), 0.175
"""Roots of a count and a part of it; standard errors and points of a share; a logarithm of an average."""
_COLUMN, _MOVED = 10, 2.0
"""Of a column with so many figures, the median is at most so many jumps apart (1.6 in real files)."""
_COPIED, _COPIED_SIZE, _TWIN = 10, 1000, 4
"""Rows repeat by chance with fewer students counted and not counted, with smaller sizes, or in fewer figures."""
_EXCHANGED, _APART = 0.4, {"student_group": 0.1, "grade_level": 0.3, "indicator": 0.3}
"""Two columns are exchanged if their sums fit crossed so much better and are so far apart (0.08, 0.26 and 0.21)."""
_SAME_YEAR, _LARGE = 0.03, 1000
"""How far apart they are from enrollment of the same year; students of the smaller column."""
_ENROLLED = 0.6
"""An indicator counts enrolled students if the median of its sizes is less than so many jumps from enrollment."""
_SHOWN = 20


@dataclass(frozen=True)
class ReviewItem:
    """A difference to review: its name and count in `accepted:`, what it is, and its weight (students or cells)."""

    name: str
    count: int
    what: str
    weight: float = 0.0
    refused: bool = False

    def __str__(self) -> str:
        """Return the line as it is listed."""
        return f"{self.name}: {self.count}; {self.what}"


def differences(
    table: pd.DataFrame,
    earlier: Sequence[pd.DataFrame] = (),
    enrollment: pd.DataFrame | None = None,
) -> list[ReviewItem]:
    """Return what differs from earlier releases and from enrollment more than a figure usually does in a year.

    Parameters
    ----------
    table
        OBSERVATIONS of a release.
    earlier
        OBSERVATIONS of earlier releases of the same source, the newest last.
    enrollment
        OBSERVATIONS of other sources that count the students enrolled in the same year.

    Returns
    -------
    The differences that refuse the release first, then by weight.
    """
    items = [*_copies(table)]
    figures = _figures(table)
    if earlier:
        items += [*_roster(table, earlier[-1]), *_rows(table, earlier[-1])]
        past = _figures(pd.concat(earlier, ignore_index=True))
        for _, before in past.groupby("end_year"):
            items += _stale(figures, before)
        newest = past.drop_duplicates([*_CELL, "figure"], keep="last")
        both = _matched(figures, newest, [*_CELL, "figure"])
        items += [*_jumps(both, "year"), *_sums(both, "year")]
    if enrollment is not None and len(enrollment):
        both = _sized(figures, _figures(enrollment))
        own = both[both["organization_level"] != "state"]  # its grades are only about as large
        items += [*_jumps(both, "size"), *_sums(own, "size")]
    return sorted(items, key=lambda item: (not item.refused, -item.weight, item.name))


def listed(lines: Sequence[str]) -> list[str]:
    """Return the first lines of a list of differences, and how many more there are."""
    more = len(lines) - _SHOWN
    return [*lines[:_SHOWN], *([f"… and {more} more"] if more > 0 else [])]


def _figures(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each figure of each cell: ``x`` (its upper bound if it is bounded), and whether it is exact."""
    counted = table["indicator"].isin(schema.COMPOSITION_INDICATORS)
    of_all = table["student_group"] == "all"
    kept = {
        "numerator": table["unit"] != "share_of_answers",  # as many as took the survey
        "denominator": (table["unit"] != "share_of_answers") & (~counted | of_all),
        "value": pd.Series(True, index=table.index),
    }
    parts = []
    for figure, rows in kept.items():
        exact = table[figure].astype("float64")
        high = exact if figure == "value" else table[f"{figure}_high"].astype("float64")
        part = table[[*_CELL, "student_group_type", "end_year", "unit"]].assign(
            figure=figure,
            x=exact.fillna(high),
            is_exact=exact.notna(),
            # A percent that counts say already does not count twice in what repeats or is summed.
            is_derived=(table["numerator"].notna() if figure == "value" else False),
            students=table["denominator"].astype("float64"),
            is_size=(figure == "denominator") | (counted & ~of_all & (figure == "numerator")),
        )
        parts.append(part[rows & part["x"].notna()])
    return pd.concat(parts, ignore_index=True)


def _matched(now: pd.DataFrame, then: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return figures with those they are compared with, and how many jumps they are apart (``score``)."""
    columns = [*key, "x", "is_exact", "students"]
    both = now.merge(then[columns], on=key, suffixes=("", "_then"))
    x, before = both["x"].to_numpy(), both["x_then"].to_numpy()
    most, apart = np.fmax(x, before), np.abs(x - before)
    students = both[["students", "students_then"]].min(axis=1).fillna(100).clip(lower=1).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        count = apart / (_COUNT_JUMP[0] * np.sqrt(most) + _COUNT_JUMP[1] * most)
        part = before.clip(0.01, 0.99)
        error = np.sqrt(part * (1 - part) * 2 / students)
        share = apart / (_SHARE_JUMP[0] * error + _SHARE_JUMP[1])
        average = np.abs(np.log(x / before)) / _AVERAGE_JUMP
    value = np.where(both["unit"].isin(schema.SHARES), share, average)
    score = np.where(both["figure"] == "value", value, count)
    return both.assign(score=np.where(apart > 0, np.nan_to_num(score, nan=9, posinf=9), 0.0))


def _sized(figures: pd.DataFrame, enrollment: pd.DataFrame) -> pd.DataFrame:
    """Match sizes of groups with enrollment, where an indicator counts all who are enrolled in a grade.

    A grade of the state is compared with the share of all students whom the districts at hand have in it.
    """
    key = [*_PLACE, "grade_level", "student_group"]
    sizes = enrollment[enrollment["is_size"]].drop_duplicates(key)
    state = figures[figures["is_size"] & (figures["organization_level"] == "state")]
    districts = sizes[
        (sizes["organization_level"] == "district") & (sizes["student_group"] == "all")
    ]
    grades = districts.groupby("grade_level")["x"].sum()
    if "all" in grades:
        state = state[(state["student_group"] == "all") & state["grade_level"].isin(grades.index)]
        total = state.loc[state["grade_level"] == "all", "x"].sum()
        share = state["grade_level"].map(grades / grades["all"]).astype("float64")
        sizes = pd.concat([sizes, state.assign(x=share * total)]).drop_duplicates(key)
    both = _matched(figures[figures["is_size"]], sizes, key)
    median = both.groupby(["indicator", "grade_level"])["score"].transform("median")
    return both[(median < _ENROLLED) | (both["organization_level"] == "state")]


def _roster(table: pd.DataFrame, before: pd.DataFrame) -> Iterator[ReviewItem]:
    """Compare the organizations and their names with the newest earlier release."""
    now, then = (frame.groupby(_PLACE)["organization_name"].first() for frame in (table, before))
    both = now.index.intersection(then.index)
    renamed = [at for at in both if bare_name(now[at]) != bare_name(then[at])]
    for word, places, rows in (
        ("gone", then.index.difference(now.index), before),
        ("new", now.index.difference(then.index), table),
        ("renamed", pd.MultiIndex.from_tuples(renamed or [("", "")], names=_PLACE), table),
    ):
        cells = rows[pd.MultiIndex.from_frame(rows[_PLACE]).isin(places)]
        for level, found in cells.groupby("organization_level"):
            codes = sorted(set(found["organization_id"]))
            schools = int((now.index.get_level_values(0) == "school").sum())
            refused = word != "renamed" and level == "school" and len(codes) > _ROSTER * schools
            students = found.groupby("organization_id")["denominator"].max().sum()
            yield ReviewItem(f"{word} {level}", len(codes), _listed(codes), students, refused)


def _rows(table: pd.DataFrame, before: pd.DataFrame) -> Iterator[ReviewItem]:
    """Compare rows and their status with the newest earlier release, for organizations that are in both."""
    now, then = (frame.drop_duplicates(_CELL).set_index(_CELL) for frame in (table, before))
    stay = set(table["organization_id"]) & set(before["organization_id"])
    for word, here, there in (("gone", then, now), ("new", now, then)):
        rows = here.index.difference(there.index).to_frame(index=False)
        rows = rows[rows["organization_id"].isin(stay)]
        for indicator, cells in rows.groupby("indicator"):
            what = f"rows of {_listed(sorted(set(cells['organization_id'])))}"
            yield ReviewItem(f"{word} rows {indicator}", len(cells), what, len(cells))
    states = {"now": _state(now), "then": _state(then)}
    both = pd.concat(states, axis=1, join="inner").reset_index()
    for indicator, cells in both[both["now"] != both["then"]].groupby("indicator"):
        ways = (cells["then"] + " to " + cells["now"]).value_counts()
        what = ", ".join(f"{count} {way}" for way, count in ways.items())
        yield ReviewItem(f"status {indicator}", len(cells), what, len(cells))


def _state(cells: pd.DataFrame) -> pd.Series:
    """Return the status of cells, and which of their figures are not printed."""
    state = cells["status"]
    for figure in ("numerator", "denominator", "value"):
        state = state + cells[figure].isna().map({True: f" without {figure}", False: ""})
    return state


def _stale(figures: pd.DataFrame, before: pd.DataFrame) -> Iterator[ReviewItem]:
    """Find figures that repeat an earlier year; blank, masked, zero, and small cells do not count."""
    some = (figures["x"] >= _SMALL) | ((figures["figure"] == "value") & (figures["x"] > 0))
    counted = figures["is_exact"] & ~figures["is_derived"] & some
    printed = figures[counted & (figures["unit"] != "share_of_schools")]
    both = printed.merge(before, on=[*_CELL, "figure"], suffixes=("", "_then"))
    both["same"] = both["is_exact_then"] & (both["x"] == both["x_then"])
    year, same = int(before["end_year"].iloc[0]), int(both["same"].sum())
    if same > _STALE * max(len(printed), 1):
        what = f"of {len(printed)} figures are those of {year}"
        yield ReviewItem("stale release", same, what, same, refused=True)
        return
    kinds = [["indicator"], ["indicator", "student_group"], ["indicator", "grade_level"]]
    for by in (_PLACE, *([*names, "figure"] for names in kinds)):
        parts = both.groupby(by)["same"].agg(["sum", "size"])
        stale = (parts["size"] >= _PART) & (parts["sum"] > _STALE_PART * parts["size"])
        for name, same, size in parts[stale].itertuples():
            what = f"of {size} figures are those of {year}"
            yield ReviewItem(f"stale {' '.join(name)}", same, what, same, refused=True)


def _copies(table: pd.DataFrame) -> Iterator[ReviewItem]:
    """Find organizations with the figures of another one in the same release."""
    figures = ["numerator", "denominator", "value"]
    rows = table[[*_CELL, "unit", *figures]].assign(value=table["value"].round(6))
    counted = rows[["numerator"]].assign(rest=rows["denominator"] - rows["numerator"]).min(axis=1)
    large = rows["numerator"].isna() & rows["value"].notna() & (rows["denominator"] >= _COPIED_SIZE)
    of_students = ~rows["indicator"].isin(schema.COMPOSITION_INDICATORS)
    many = rows[of_students & ((counted >= _COPIED) | large).fillna(False)]
    same = ["indicator", "organization_level", "grade_level", "student_group", *figures]
    twins = many[many.duplicated(same, keep=False)]
    for indicator, cells in twins.groupby("indicator"):
        first = cells[cells.duplicated(same)].iloc[0]
        what = f"rows have the counts of another organization, {first['organization_id']} for one"
        yield ReviewItem(f"copied {indicator}", len(cells), what, float(len(cells)))
    numbers = rows[figures].astype("float64").fillna(0)
    told = rows[numbers.gt(1).any(axis=1) | (numbers["value"] % 1 > 0)]
    cells = pd.concat([told[["indicator", *_CELL[3:]]], numbers.loc[told.index]], axis=1)
    places = (
        told.assign(hash=pd.util.hash_pandas_object(cells, index=False))
        .groupby(_PLACE)["hash"]
        .agg(["sum", "nunique"])
    )
    twins = places[(places["nunique"] >= _TWIN) & places.duplicated("sum", keep=False)]
    for level, found in twins.groupby(level=0):
        codes = sorted(found.index.get_level_values(1))
        yield ReviewItem(f"copied {level}", len(codes), f"the same figures: {_listed(codes)}", 1e6)


def _jumps(both: pd.DataFrame, word: str) -> Iterator[ReviewItem]:
    """Find figures far from those they are compared with, and columns of which most are (labels were exchanged)."""
    for indicator, cells in both[both["score"] > 1].groupby("indicator"):
        worst = cells.sort_values("score").iloc[-1]
        place = " ".join(map(str, worst[_CELL[1:]]))
        what = f"cells moved, most {worst['figure']} of {place} from {worst['x_then']:g} to {worst['x']:g}"
        counts = cells[cells["figure"] != "value"]
        weight = float((counts["x"] - counts["x_then"]).abs().sum()) or float(len(cells))
        yield ReviewItem(f"{word} jump {indicator}", len(cells), what, weight)
    by = ["indicator", "grade_level", "student_group", "figure"]
    exact = both[both["is_exact"] & both["is_exact_then"]]
    columns = exact.groupby(by)["score"].agg(["median", "size"])
    moved = columns[(columns["size"] >= _COLUMN) & (columns["median"] > _MOVED)]
    for name, _, size in moved.itertuples():
        what = "figures of the column, and most of them jumped: its label may be another's"
        yield ReviewItem(f"{word} column {' '.join(name)}", size, what, 1e6, refused=True)


def _sums(both: pd.DataFrame, word: str) -> Iterator[ReviewItem]:
    """Find columns whose sum over all organizations jumped, and pairs of columns that fit better exchanged."""
    by = ["indicator", "figure", "organization_level", "grade_level", "student_group"]
    exact = both[both["is_exact"] & both["is_exact_then"] & ~both["is_derived"]]
    sums = exact.groupby([*by, "student_group_type", "unit"])[["x", "x_then"]].sum().reset_index()
    now, then = sums["x"], sums["x_then"]
    most = np.fmax(now, then)
    jumped = (now - then).abs() > 2 * (_COUNT_JUMP[0] * np.sqrt(most) + _COUNT_JUMP[1] * most)
    for indicator, columns in sums[jumped & (sums["figure"] != "value")].groupby("indicator"):
        worst = columns.iloc[int((columns["x"] - columns["x_then"]).abs().argmax())]
        what = f"columns, most {' '.join(worst[by[1:]])} from {worst['x_then']:g} to {worst['x']:g}"
        weight = abs(float(worst["x"] - worst["x_then"]))
        yield ReviewItem(f"{word} sum {indicator}", len(columns), what, weight)
    sums[["x", "x_then"]] = sums[["x", "x_then"]].mul(
        np.where(sums["figure"] == "value", 100, 1), axis=0
    )
    large = sums[(now > 0) & (then > 0) & (sums[["x", "x_then"]].min(axis=1) >= _LARGE)]
    logs = np.log(large[["x", "x_then"]].to_numpy(float))
    for line, apart in _APART.items():
        others = [name for name in [*by, "student_group_type", "unit"] if name != line]
        limit = _SAME_YEAR if word == "size" else apart
        for rows in large.groupby(others).indices.values():
            for pair in _exchanged(logs[rows], limit):
                lines = large.iloc[rows[pair]]
                rest = " ".join(lines.iloc[0][[name for name in by if name != line]])
                name = f"{word} exchanged {' '.join(sorted(lines[line]))} {rest}"
                what = "the two columns fit better under each other's label"
                yield ReviewItem(name, 1, what, 1e6, refused=True)


def _exchanged(sums: np.ndarray, limit: float) -> np.ndarray:
    """Return the pairs of rows of sums (now, then; as logarithms) that fit better exchanged."""
    distance = np.abs(sums[:, :1] - sums[:, 1:].T)
    own = distance.diagonal()
    apart = own[:, None] + own[None, :]
    pairs = np.argwhere((distance + distance.T < _EXCHANGED * apart) & (apart > limit))
    return pairs[pairs[:, 0] < pairs[:, 1]]


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(codes[:8]) + (", …" if len(codes) > 8 else "")
