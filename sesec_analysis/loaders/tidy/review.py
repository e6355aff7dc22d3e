"""Compare a release with its own totals, with earlier releases of its source, and with that year's enrollment.

Five rules: the roster of organizations; the rows, their status, and figures that repeat (a stale file, a row copied to
another organization); jumps of figures; sums of columns; and printed totals. A figure is compared with the newest
earlier release that has it. What differs from other releases is listed for a review: each line has a name and a count,
under which `accepted:` of the release in data/catalog/sources records that it was reviewed. A release that contradicts
its own totals is refused. Real adjacent years set the limits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.loaders.raw.codes import bare_name

__all__ = ["ReviewItem", "check_totals", "differences", "list_first"]

_PLACE = ["organization_level", "organization_id"]
_CELL = ["indicator", *_PLACE, "grade_level", "student_group"]
_FIGURES = ["numerator", "denominator", "value"]
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
        OBSERVATIONS of a release. ``attrs["sizes"]`` are students by school that only the file has.
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
        items += _rows(table, earlier[-1])
        past = _figures(pd.concat(earlier, ignore_index=True))
        for _, before in past.groupby("end_year"):
            items += _stale(figures, before)
        newest = past.drop_duplicates([*_CELL, "figure"], keep="last")
        both = _match_figures(figures, newest, [*_CELL, "figure"])
        items += [*_jumps(both, "year"), *_sums(both, "year")]
    if enrollment is not None and len(enrollment):
        items += _schools(table.attrs.get("sizes", {}), enrollment)
        both = _match_sizes(figures[figures["is_size"]], _figures(enrollment))
        own = both[both["organization_level"] != "state"]  # its grades are only about as large
        items += [*_jumps(both, "size"), *_sums(own, "size")]
    return sorted(items, key=lambda item: (not item.refused, -item.weight, item.name))


def list_first(lines: Sequence[str]) -> list[str]:
    """Return the first lines of a list of differences, and how many more there are."""
    more = len(lines) - _SHOWN
    return [*lines[:_SHOWN], *([f"… and {more} more"] if more > 0 else [])]


def _figures(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each figure of each cell: ``x`` (its upper bound if it is bounded), and whether it is exact."""
    parts = []
    surveyed = table["unit"] == "share_of_answers"  # its counts are as many as took the survey
    composition = table["indicator"].isin(schema.COMPOSITION_INDICATORS)
    of_group = composition & (table["student_group"] != "all")  # its denominator is that of all
    for figure in _FIGURES:
        high = table[figure if figure == "value" else f"{figure}_high"]
        part = table[[*_CELL, "student_group_type", "end_year", "unit"]].assign(
            figure=figure,
            x=table[figure].fillna(high).astype("float64"),
            is_exact=table[figure].notna(),
            # A percent that counts say already does not count twice in what repeats or is summed.
            is_derived=(figure == "value") & table["numerator"].notna(),
            is_size=(figure == "denominator") | (of_group & (figure == "numerator")),
            students=table["denominator"].astype("float64"),
        )
        left_out = surveyed & (figure != "value") | of_group & (figure == "denominator")
        parts.append(part[part["x"].notna() & ~left_out])
    return pd.concat(parts, ignore_index=True)


def _usual_change(count: np.ndarray | pd.Series) -> np.ndarray | pd.Series:
    """Return by how much a count usually changes in a year at most."""
    return _COUNT_JUMP[0] * np.sqrt(count) + _COUNT_JUMP[1] * count


def _match_figures(now: pd.DataFrame, then: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return figures with those they are compared with, and how many jumps they are apart (``score``)."""
    both = now.merge(then[[*key, "x", "is_exact", "students"]], on=key, suffixes=("", "_then"))
    x, before = both["x"].to_numpy(), both["x_then"].to_numpy()
    most, apart = np.fmax(x, before), np.abs(x - before)
    students = both[["students", "students_then"]].min(axis=1).fillna(100).clip(lower=1).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        count = apart / _usual_change(most)
        part = before.clip(0.01, 0.99)
        error = np.sqrt(part * (1 - part) * 2 / students)
        share = apart / (_SHARE_JUMP[0] * error + _SHARE_JUMP[1])
        average = np.abs(np.log(x / before)) / _AVERAGE_JUMP
    value = np.where(both["unit"].isin(schema.SHARES), share, average)
    score = np.where(both["figure"] == "value", value, count)
    return both.assign(score=np.where(apart > 0, np.nan_to_num(score, nan=9, posinf=9), 0.0))


def _match_sizes(figures: pd.DataFrame, enrollment: pd.DataFrame) -> pd.DataFrame:
    """Match sizes of groups with enrollment, where an indicator counts all who are enrolled in a grade.

    A grade of the state is compared with the share of all students whom the available districts have in it.
    """
    key = [*_PLACE, "grade_level", "student_group"]
    sizes = enrollment[enrollment["is_size"]].drop_duplicates(key)
    every = sizes[(sizes["organization_level"] == "district") & (sizes["student_group"] == "all")]
    grades = every.groupby("grade_level")["x"].sum()
    state = figures[
        (figures["organization_level"] == "state") & (figures["student_group"] == "all")
    ]
    total = state.loc[state["grade_level"] == "all", "x"].sum()
    share = state["grade_level"].map(grades / grades.get("all", np.nan)).astype("float64")
    state = state.assign(x=share * total).dropna(subset="x")
    sizes = pd.concat([sizes, state]).drop_duplicates(key)
    both = _match_figures(figures, sizes, key)
    median = both.groupby(["indicator", "grade_level"])["score"].transform("median")
    return both[(median < _ENROLLED) | (both["organization_level"] == "state")]


def _schools(sizes: dict[str, int], enrollment: pd.DataFrame) -> Iterator[ReviewItem]:
    """Compare the students of schools that only the file has with enrollment (29 of 72 are equal in a real file)."""
    every = (enrollment["student_group"] == "all") & (enrollment["grade_level"] == "all")
    enrolled = enrollment[every].set_index("organization_id")["denominator"]
    both = pd.DataFrame({"x": pd.Series(sizes)}).join(enrolled, how="inner").astype("float64")
    apart = (both["x"] - both["denominator"]).abs().groupby(level=0).min()
    far = apart > _usual_change(pd.Series(sizes).reindex(apart.index))
    for name, schools in (("size jump schools", apart[far]), ("size schools", apart[apart > 0])):
        if len(schools):
            what = f"schools have other students than are enrolled: {_list_codes([*schools.index])}"
            yield ReviewItem(name, len(schools), what, float(schools.sum()))


def _rows(table: pd.DataFrame, before: pd.DataFrame) -> Iterator[ReviewItem]:
    """Compare organizations, their names, rows, and status with the newest earlier release."""
    now, then = (frame.drop_duplicates(_CELL).set_index(_CELL) for frame in (table, before))
    new, old = (frame.groupby(_PLACE)["organization_name"].first() for frame in (now, then))
    schools = int((new.index.get_level_values(0) == "school").sum())
    for word, here, there, others in (("gone", then, now, new), ("new", now, then, old)):
        rows = here.loc[here.index.difference(there.index)].reset_index()
        stays = pd.MultiIndex.from_frame(rows[_PLACE]).isin(others.index)
        for level, cells in rows[~stays].groupby("organization_level"):
            codes = sorted(set(cells["organization_id"]))
            refused = level == "school" and len(codes) > _ROSTER * schools
            students = cells.groupby("organization_id")["denominator"].max().sum()
            yield ReviewItem(f"{word} {level}", len(codes), _list_codes(codes), students, refused)
        for indicator, cells in rows[stays].groupby("indicator"):
            what = f"rows of {_list_codes(sorted(set(cells['organization_id'])))}"
            yield ReviewItem(f"{word} rows {indicator}", len(cells), what, len(cells))
    both = pd.concat({"now": new, "then": old}, axis=1, join="inner").map(bare_name)
    for level, cells in both[both["now"] != both["then"]].groupby("organization_level"):
        codes = sorted(cells.index.get_level_values(1))
        yield ReviewItem(f"renamed {level}", len(codes), _list_codes(codes), len(codes))
    states = {"now": now["status"], "then": then["status"]}
    for figure in _FIGURES:
        blank = {True: f" without {figure}", False: ""}
        states["now"] = states["now"] + now[figure].isna().map(blank)
        states["then"] = states["then"] + then[figure].isna().map(blank)
    both = pd.concat(states, axis=1, join="inner").reset_index()
    for indicator, cells in both[both["now"] != both["then"]].groupby("indicator"):
        ways = (cells["then"] + " to " + cells["now"]).value_counts()
        what = ", ".join(f"{count} {way}" for way, count in ways.items())
        yield ReviewItem(f"status {indicator}", len(cells), what, len(cells))


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
    """Find rows, and entire organizations, with the figures of another organization in the same release."""
    numbers = table[_FIGURES].astype("float64").round(6)
    rest = numbers["denominator"] - numbers["numerator"]
    counted = numbers["numerator"].clip(upper=rest) >= _COPIED
    large = numbers["numerator"].isna() & (numbers["denominator"] >= _COPIED_SIZE)
    of_students = ~table["indicator"].isin(schema.COMPOSITION_INDICATORS)
    many = of_students & (counted | large & numbers["value"].notna())
    rows = table[_CELL].assign(**numbers, many=many)
    rows = rows[numbers.gt(1).any(axis=1) | (numbers["value"] % 1 > 0)]
    key = ["indicator", "organization_level", "grade_level", "student_group", *_FIGURES]
    twin = rows.duplicated(key, keep=False)
    for indicator, cells in rows[twin & rows["many"]].groupby("indicator"):
        first = cells[cells.duplicated(key)].iloc[0]
        what = f"rows have the counts of another organization, {first['organization_id']} for one"
        yield ReviewItem(f"copied {indicator}", len(cells), what, float(len(cells)))
    hashes = pd.util.hash_pandas_object(rows[key], index=False)
    places = hashes.groupby([rows[name] for name in _PLACE]).agg(["sum", "nunique"])
    twins = places[(places["nunique"] >= _TWIN) & places.duplicated("sum", keep=False)]
    for level, found in twins.groupby(level=0):
        codes = sorted(found.index.get_level_values(1))
        yield ReviewItem(
            f"copied {level}", len(codes), f"the same figures: {_list_codes(codes)}", 1e6
        )


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
    key = [*by, "student_group_type", "unit"]
    exact = both[both["is_exact"] & both["is_exact_then"] & ~both["is_derived"]]
    sums = exact.groupby(key)[["x", "x_then"]].sum().reset_index()
    is_count = sums["figure"] != "value"
    sums["apart"] = (sums["x"] - sums["x_then"]).abs()
    jumped = sums["apart"] > 2 * _usual_change(sums[["x", "x_then"]].max(axis=1))
    for indicator, columns in sums[is_count & jumped].groupby("indicator"):
        worst = columns.sort_values("apart").iloc[-1]
        what = f"columns, most {' '.join(worst[by[1:]])} from {worst['x_then']:g} to {worst['x']:g}"
        yield ReviewItem(f"{word} sum {indicator}", len(columns), what, float(worst["apart"]))
    large = sums[sums[["x", "x_then"]].min(axis=1) * np.where(is_count, 1, 100) >= _LARGE]
    large = large.assign(x=np.log(large["x"]), x_then=np.log(large["x_then"]))
    for label, limit in _APART.items():
        pairs = large.merge(large, on=[name for name in key if name != label], suffixes=("", "_2"))
        pairs = pairs[pairs[label] < pairs[f"{label}_2"]]
        own = (pairs["x"] - pairs["x_then"]).abs() + (pairs["x_2"] - pairs["x_then_2"]).abs()
        crossed = (pairs["x"] - pairs["x_then_2"]).abs() + (pairs["x_2"] - pairs["x_then"]).abs()
        far = own > (_SAME_YEAR if word == "size" else limit)
        for _, pair in pairs[far & (crossed < _EXCHANGED * own)].iterrows():
            rest = " ".join(pair[name] for name in by if name != label)
            name = f"{word} exchanged {pair[label]} {pair[f'{label}_2']} {rest}"
            yield ReviewItem(name, 1, "two columns fit better exchanged", 1e6, refused=True)


def _list_codes(codes: Sequence[str]) -> str:
    return ", ".join(codes[:8]) + (", …" if len(codes) > 8 else "")


# printed totals --------------------------------------------------------------------------------

# Whatever is printed twice must be the same both times. Groups of a partition are all students, except a few whose
# group is not reported; grades are all grades; schools are the district, within a margin for students who attend
# several or none. Masked cells count with the bounds that the file gives them. What a row says about itself is in
# `row_log.py`.

_NOT_REPORTED = (10, 0.03)
"""Students whose group a partition may leave open: so many, or this share of all (9 and 0.0001 in real files).
Students of gender X, whom older files do not print, are among them."""
_SCHOOLS_MARGIN = 0.10
"""How far schools together may be from their district's own row, as a share of it (0.05 in real files)."""
_SEVERAL_SCHOOLS = ["mobile", "not_mobile"]
"""Groups that count a student at each school attended: more at the schools than in the district."""
_OPEN, _MANY_CELLS = 0.1, 40
"""A file leaves a group open in fewer of its cells (0.03 in real files), if it has so many."""
_IN_GRADE = ["indicator", *_PLACE, "grade_level"]
_GROUP = ["student_group_type", "student_group"]


def check_totals(observations: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield what a release contradicts itself in, and the cells; nothing if all of it is consistent."""
    counted = observations[observations["unit"] == "proportion"]
    enrolled = counted["indicator"].isin(schema.COMPOSITION_INDICATORS)
    for rows, figure in (
        (counted[enrolled], "numerator"),
        (counted[~enrolled], "denominator"),
        (counted[~enrolled], "numerator"),
    ):
        cells = _bounds(rows, figure)
        for sums in (_sums_of_groups(cells), _sums_of_grades(cells), _sums_of_schools(cells)):
            yield from _mismatch(sums, figure)


def _bounds(rows: pd.DataFrame, figure: str) -> pd.DataFrame:
    """Return cells with the ``low`` and ``high`` end of a count; all students of a composition are its denominator."""
    composition = rows["indicator"].isin(schema.COMPOSITION_INDICATORS)
    of_all = composition & (rows["student_group"] == "all")
    cells = rows[[*_IN_GRADE, *_GROUP]]
    for end in ("low", "high"):
        count = rows[f"{figure}_{end}"].mask(of_all, rows[f"denominator_{end}"])
        cells = cells.assign(**{end: count.astype("float64")})
    return cells


def _with_totals(parts: pd.DataFrame, totals: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the bounds of sums of parts next to their ``whole``, where that is printed exactly."""
    filled = parts.assign(low=parts["low"].fillna(0), high=parts["high"].fillna(np.inf), size=1)
    sums = filled.groupby(by, sort=False)[["low", "high", "size"]].sum()
    exact = totals[totals["low"] == totals["high"]].rename(columns={"low": "whole"})
    on = [name for name in by if name != "student_group_type"]
    return sums.reset_index().merge(exact[[*on, "whole"]], on=on)


def _sums_of_groups(cells: pd.DataFrame) -> pd.DataFrame:
    """Compare every partition that is printed with all of its groups with all students."""
    everyone = cells["student_group"] == "all"
    sums = _with_totals(cells[~everyone], cells[everyone], [*_IN_GRADE, "student_group_type"])
    groups = {name: len(entry.groups) for name, entry in catalog.group_types().items()}
    count = sums["student_group_type"].map(groups).astype("float64")
    # Gender X is not needed for a partition to be complete.
    complete = sums["size"] >= count - (sums["student_group_type"] == "gender")
    sums, count = sums[complete], count[complete]
    kind = sums["student_group_type"]
    # Both of a pair are everyone; real files leave other groups open in few cells, changed figures in most.
    enrolled = sums["indicator"].isin(schema.COMPOSITION_INDICATORS)
    pair = (count == 2) | (enrolled & (kind == "gender") & (sums["size"] == 3))
    by_kind = (sums["high"] < sums["whole"]).groupby(kind)
    often = (by_kind.transform("mean") > _OPEN) & (by_kind.transform("size") >= _MANY_CELLS)
    students, share = _NOT_REPORTED
    room = (sums["whole"] * share).clip(lower=students).mask(pair | (often & enrolled), 0.0)
    return sums.assign(over=0, under=room, parts="the groups of " + kind, total="all students")


def _sums_of_grades(cells: pd.DataFrame) -> pd.DataFrame:
    """Compare the grades of an organization with all grades together, group by group."""
    every = cells["grade_level"] == "all"
    sums = _with_totals(cells[~every], cells[every], [*_IN_GRADE[:3], *_GROUP])
    # A file with one to three grades next to all of them does not claim that these are all.
    room = 0 if cells.loc[~every, "grade_level"].nunique() > 3 else np.inf
    parts = "the grades of " + sums["student_group"]
    return sums.assign(grade_level="all", over=0, under=room, parts=parts, total="all grades")


def _sums_of_schools(cells: pd.DataFrame) -> pd.DataFrame:
    """Compare the community's schools with its district's own row, all grades together."""
    enrolled = cells["indicator"].isin(schema.COMPOSITION_INDICATORS)
    several = cells["student_group"].isin(_SEVERAL_SCHOOLS)
    cells = cells[enrolled & (cells["grade_level"] == "all") & ~several]
    own = cells["organization_id"] == catalog.community().district
    schools = cells[(cells["organization_level"] == "school") & cells["low"].notna()]
    district = cells[own & (cells["organization_level"] == "district")]
    sums = _with_totals(schools, district, ["indicator", *_GROUP])
    room = sums["whole"] * _SCHOOLS_MARGIN + _NOT_REPORTED[0]
    return sums.assign(over=room, under=room, parts="the district's schools", total="its own row")


def _mismatch(sums: pd.DataFrame, figure: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the sums that are too far ``over`` or ``under`` their whole, with the figures of the first."""
    more = sums["low"] > sums["whole"] + sums["over"]
    rows = sums[more | (sums["high"] < sums["whole"] - sums["under"])]
    if rows.empty:
        return
    first = rows.iloc[0]
    name = " ".join(str(first[key]) for key in ("indicator", "student_group") if key in first)
    together = first["low"] if more[rows.index[0]] else first["high"]
    whole = f"{first['total']} {first['whole']:.0f}"
    yield f"{first['parts']} have {together:.0f} together, and {whole} ({name}, {figure})", rows
