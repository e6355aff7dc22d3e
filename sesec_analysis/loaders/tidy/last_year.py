"""Hold a release against the year before it, and list what must be looked at before it is believed.

Nothing listed here is wrong by itself: schools open and close, and figures move. A file whose columns were swapped, or
that lost its last rows, looks like this too, and often holds together in itself. Each line has a name, under which
`accepted:` of the release in data/catalog/sources takes it as looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.loaders.raw.codes import bare_name

__all__ = ["ToAccept", "differences"]


_KEY = ["indicator", "organization_level", "organization_id", "grade_level", "student_group"]
_JUMP = (4.0, 0.20)
"""A count has jumped where it moved by more than 4 times its root and a fifth of it."""
_RATE_JUMP = (4.0, 0.25)
_AVERAGE_JUMP = 0.35  # as a logarithm: by 42 percent
_PART_WHOLE = 0.5
_ASKED = 0.18  # as a logarithm: one item of six
_LIKE_ANOTHER = 0.6
"""A column is more like another one of last year where its distance from that is so much of the distance from itself,
and this is no matter of a few students."""
_APART = 0.12
_LIKE_ANOTHER_PLACE = 0.4
_EXCHANGED, _SUBJECTS_EXCHANGED = 0.6, 0.4
_PLAIN, _TOLD = frozenset({-1.0, 0.0, 1.0}), 4
"""Figures that many schools have; so many others are no chance."""
_ROWS_EXCHANGED, _ROWS_APART, _ROWS_FAR_APART, _ROWS_STUDENTS = 0.3, 0.4, 1.0, 30
_PART_OF_A_TWIN = 10
"""Two schools rarely have the same counts of that many who are counted, and as many who are not."""
_LARGE, _SIZES_APART = (
    1000,
    0.2,
)  # students, who move by a few percent in a year; as logarithms, of two
_NEAR = 3  # other schools of that size may be nearer by chance
_COLUMNS_OF_A_PAIR = 4
_COHORTS, _CROSSED = 60, 0.95
_COLUMNS_OF_A_PLACE = 8  # fewer do not tell one school from another


@dataclass(frozen=True)
class ToAccept:
    """Something to look at: its name in `accepted:`, and what it is."""

    name: str
    what: str

    def __str__(self) -> str:
        """Return the name and what it is."""
        return f"{self.name}: {self.what}"


def differences(table: pd.DataFrame, before: pd.DataFrame) -> Iterator[ToAccept]:
    """Yield what is not as in the year before.

    Parameters
    ----------
    table
        OBSERVATIONS of a release.
    before
        OBSERVATIONS of an earlier release of the same source.
    """
    yield from _roster(table, before)
    now, then = (frame.drop_duplicates(_KEY).set_index(_KEY) for frame in (table, before))
    yield from _rows(now, then)
    yield from _copied(now)
    both = now.reset_index().merge(then.reset_index(), on=_KEY, suffixes=("", "_then"))
    yield from _printed(both)
    yield from _jumps(both)
    yield from _sums(both)
    yield from _cut_off(both)
    yield from _asked(both)
    yield from _mixed_up(both)
    yield from _exchanged(both)
    yield from _rows_exchanged(both)
    yield from _sizes_exchanged(both)
    yield from _subjects_exchanged(both)
    yield from _rows_copied(both)
    yield from _grades_exchanged(now, then)


def _roster(table: pd.DataFrame, before: pd.DataFrame) -> Iterator[ToAccept]:
    key = ["organization_level", "organization_id"]
    now, then = (
        frame.drop_duplicates(key).set_index(key)["organization_name"] for frame in (table, before)
    )
    known = catalog.schools()
    for level, code in then.index.difference(now.index):
        yield ToAccept(
            f"gone {level} {code}", f"{then[level, code]} has rows last year, and none now"
        )
    for level, code in now.index.difference(then.index):
        listed = (
            ""
            if level != "school" or code in known
            else "; it is not in data/reference/schools.csv either"
        )
        yield ToAccept(f"new {level} {code}", f"{now[level, code]} has no rows last year{listed}")
    for level, code in now.index.intersection(then.index):
        one, other = now[level, code], then[level, code]
        if bare_name(one) != bare_name(other):
            yield ToAccept(f"name {level} {code}", f"it is called {one!r}, and was {other!r}")


def _rows(now: pd.DataFrame, then: pd.DataFrame) -> Iterator[ToAccept]:
    """Tell of rows that are gone or new of organizations that stay, one line for each indicator."""
    places = [
        frame.reset_index()[["organization_level", "organization_id"]] for frame in (now, then)
    ]
    stay = (
        pd.MultiIndex.from_frame(places[0])
        .intersection(pd.MultiIndex.from_frame(places[1]))
        .unique()
    )
    for word, one, other in (("gone", then, now), ("new", now, then)):
        missing = one.index.difference(other.index).to_frame(index=False)
        missing = missing[
            pd.MultiIndex.from_frame(missing[["organization_level", "organization_id"]]).isin(stay)
        ]
        for column, rows in missing.groupby("indicator", sort=True):
            codes = sorted(set(rows["organization_id"]))
            yield ToAccept(
                f"{word} rows {column}",
                f"{len(rows)} of organizations that stay: {', '.join(codes[:8])}{', …' if len(codes) > 8 else ''}",
            )


def _copied(now: pd.DataFrame) -> Iterator[ToAccept]:
    """Tell of schools with the very figures of another school: no two have them in any real file."""
    for (grade, code), other in _twins(now).items():
        yield ToAccept(f"copied {grade} {code} {other}", "both schools have the very same figures")


def _twins(rows: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return (grade, school) whose figures are those of an earlier school: enough of them to be no chance."""
    schools = rows[rows.index.get_level_values("organization_level") == "school"]
    figures = ["numerator", "denominator", "value"]
    flat = schools[figures].astype("float64").round(6).fillna(-1).reset_index()
    flat = flat.sort_values(["indicator", "student_group"])
    found: dict[tuple[object, ...], str] = {}
    twins: dict[tuple[str, str], str] = {}
    for (grade, code), cells in flat.groupby(["grade_level", "organization_id"], sort=True):
        if len(set(cells[figures].to_numpy().ravel()) - _PLAIN) < _TOLD:
            continue
        lines = cells[["indicator", "student_group", *figures]].itertuples(index=False, name=None)
        if (earlier := found.setdefault((grade, *lines), str(code))) != code:
            twins[str(grade), str(code)] = earlier
    return twins


def _printed(both: pd.DataFrame) -> Iterator[ToAccept]:
    """Tell of cells that were printed last year and are not now, or the other way round."""
    for figure in ("numerator", "denominator", "value", "status"):
        if figure == "status":
            now, then = both["status"], both["status_then"]
            changed = {"status": now != then}
        else:
            now, then = both[figure].notna(), both[f"{figure}_then"].notna()
            changed = {"not printed now": then & ~now, "printed now": now & ~then}
        for word, rows in changed.items():
            for indicator, cells in both[rows].groupby("indicator", sort=True):
                first = " ".join(map(str, cells.iloc[0][_KEY[2:]]))
                yield ToAccept(
                    f"{figure} {word} {indicator}", f"{len(cells)} cell(s), the first: {first}"
                )


def _jumps(both: pd.DataFrame) -> Iterator[ToAccept]:
    """Tell of figures that moved further than figures do in a year; grades are held by their sum alone."""
    if (whole := both["grade_level"] == "all").any():
        both = both[whole]
    share = both["unit"].isin(
        ["proportion", "share_of_answers", "share_of_schools", "estimated_share"]
    )
    moved = {}
    for name in ("numerator", "denominator", "numerator_high", "denominator_high"):
        counted = both["unit"] != "share_of_answers"  # as many as took the survey
        moved[name] = counted & _has_jumped(both[name], both[f"{name}_then"])
    rate, before = both["value"], both["value_then"]
    sizes = both[["denominator", "denominator_then"]].astype("float64")
    size = sizes.min(axis=1).fillna(100.0)
    times, points = _RATE_JUMP
    spread = np.sqrt(
        before.clip(0.01, 0.99) * (1 - before.clip(0.01, 0.99)) * 2 / size.clip(lower=1)
    )
    moved["value of a share"] = share & ((rate - before).abs() > times * spread + points)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = pd.Series(np.log(rate.to_numpy() / before.to_numpy()), index=both.index)
        moved["value"] = ~share & (apart.abs() > _AVERAGE_JUMP)
    for name, rows in moved.items():
        column = name.removesuffix(" of a share")
        for _, cell in both[rows.fillna(False).to_numpy(bool)].iterrows():
            where = " ".join(map(str, cell[_KEY]))
            yield ToAccept(
                f"moved {column} {where}", f"from {cell[f'{column}_then']:g} to {cell[column]:g}"
            )


def _has_jumped(now: pd.Series, then: pd.Series) -> pd.Series:
    now, then, (times, part) = now.astype("float64"), then.astype("float64"), _JUMP
    most = np.fmax(now, then)
    return (now - then).abs() > times * np.sqrt(most) + part * most


def _sums(both: pd.DataFrame) -> Iterator[ToAccept]:
    """Tell of columns whose sum over all schools jumped, though none of its figures did: they are zero, or one more."""
    counts = both[
        (both["unit"] == "proportion")
        & (both["organization_level"] == "school")
        & both["numerator"].notna()
        & both["numerator_then"].notna()
    ]
    counts = counts[~_has_jumped(counts["numerator"], counts["numerator_then"])]
    by = ["indicator", "grade_level", "student_group"]
    sums = counts.groupby(by, sort=True)[["numerator", "numerator_then"]].sum()
    jumped = sums[_has_jumped(sums["numerator"], sums["numerator_then"])]
    for _, cells in jumped.reset_index().iterrows():
        yield ToAccept(
            f"sum {' '.join(map(str, cells[by]))}",
            f"all schools together from {cells['numerator_then']:g} to {cells['numerator']:g}",
        )


def _cut_off(both: pd.DataFrame) -> Iterator[ToAccept]:
    """Tell of averages that are all whole numbers, and were not: their decimals were cut off or rounded away."""
    averages = both[both["numerator"].isna() & both["value"].notna() & both["value_then"].notna()]
    for indicator, cells in averages.groupby("indicator", sort=True):
        now, then = (cells[name].mod(1).eq(0) for name in ("value", "value_then"))
        if len(cells) >= _TOLD and now.all() and then.mean() < _PART_WHOLE:
            yield ToAccept(f"whole numbers {indicator}", f"all {len(cells)} figures are whole now")


def _asked(both: pd.DataFrame) -> Iterator[ToAccept]:
    """Tell of themes of a survey that have far more or fewer answers, beside the others, than last year."""
    answers = both[(both["unit"] == "share_of_answers") & (both["denominator"] > 0)]
    now, then = (answers[name].astype("float64") for name in ("denominator", "denominator_then"))
    grown = (now / then).transform(np.log)
    place = [answers[name] for name in ("organization_level", "organization_id", "student_group")]
    apart = (grown - grown.groupby(place).transform("median")).abs()
    for indicator, cells in answers[apart > _ASKED].groupby("indicator", sort=True):
        codes = sorted(set(cells["organization_id"]))
        yield ToAccept(
            f"asked {indicator}",
            f"far more or fewer answers, beside other themes, than last year: {', '.join(codes[:8])}",
        )


def _mixed_up(both: pd.DataFrame) -> Iterator[ToAccept]:
    """Tell of columns, and of organizations, that are more like others of last year than like themselves.

    Grades are never held against each other: this year's fifth grade is last year's fourth.
    """
    if (whole := both["grade_level"] == "all").any():
        both = both[whole]
    both = both.assign(
        column=both["indicator"] + " " + both["student_group"],
        place=both["organization_level"] + " " + both["organization_id"],
    )
    for figure in ("numerator", "value", "denominator"):
        known = both[both[figure].notna() & both[f"{figure}_then"].notna()]
        if figure == "denominator":
            known = known[known["numerator"].isna()]
        if figure == "numerator":
            known = known[known["unit"] != "share_of_answers"]
        # Counts are compared by their order of size; a share or an average hardly changes by it.
        scaled = known.assign(
            now=np.log1p(known[figure].astype("float64")),
            then=np.log1p(known[f"{figure}_then"].astype("float64")),
        )
        for (grade, kind), cells in scaled.groupby(
            ["grade_level", "student_group_type"], sort=True
        ):
            of = f"{figure} {grade} {kind}"
            yield from _like_others(cells, "column", "place", of, ratio=_LIKE_ANOTHER)
        # Who is enrolled tells a school; how many were tested or disciplined does not.
        enrolled = scaled[scaled["indicator"].isin(schema.COMPOSITION_INDICATORS)]
        places = ["grade_level", "organization_level"]
        for (grade, level), cells in enrolled.groupby(places, sort=True):
            if cells["column"].nunique() >= _COLUMNS_OF_A_PLACE:
                of = f"{figure} {grade} {level}"
                yield from _like_others(cells, "place", "column", of, ratio=_LIKE_ANOTHER_PLACE)


def _like_others(
    cells: pd.DataFrame, line: str, across: str, of: str, *, ratio: float
) -> Iterator[ToAccept]:
    names, distance = _distances(cells, line, across)
    nearest = distance.argmin(axis=1)
    for at, other in enumerate(nearest):
        if distance[at, other] < ratio * distance[at, at] and distance[at, at] > _APART:
            yield ToAccept(
                f"mixed up {of} {names[at]}",
                f"its figures are more like last year's of {names[other]} than its own",
            )


def _distances(cells: pd.DataFrame, line: str, across: str) -> tuple[pd.Index, np.ndarray]:
    """Tell how far each line of this year (rows) is from each of last year (columns), as a mean over its cells."""
    (rows, names), (columns, others) = (
        pd.factorize(cells[name], sort=True) for name in (line, across)
    )
    here, there = (np.full((len(names), len(others)), np.nan) for _ in range(2))
    here[rows, columns], there[rows, columns] = cells["now"], cells["then"]
    apart = np.abs(here[:, None, :] - there[None, :, :])
    shared = ~np.isnan(apart)
    count = shared.sum(axis=2)
    own = count.diagonal()
    with np.errstate(invalid="ignore"):
        distance = np.where(shared, apart, 0.0).sum(axis=2) / count
    # Another line must share most of what this one has.
    distance[count < 0.8 * own[:, None]] = np.inf
    distance[np.isnan(distance)] = np.inf
    return names, distance


def _exchanged(both: pd.DataFrame) -> Iterator[ToAccept]:
    """Tell of two organizations each of which is more like the other of last year, over all their figures."""
    for figure in ("numerator", "value"):
        cells = both[both[figure].notna() & both[f"{figure}_then"].notna()]
        cells = cells.assign(
            now=np.log1p(cells[figure].astype("float64")),
            then=np.log1p(cells[f"{figure}_then"].astype("float64")),
            place=cells["organization_level"] + " " + cells["organization_id"],
            column=cells["indicator"] + " " + cells["grade_level"] + " " + cells["student_group"],
        )
        many = cells.groupby("place")["column"].transform("size") >= _COLUMNS_OF_A_PAIR
        for _, places in cells[many].groupby("organization_level", sort=True):
            names, distance = _distances(places, "place", "column")
            for one, other in _pairs_exchanged(distance):
                yield ToAccept(
                    f"exchanged {figure} {names[one]} {names[other]}",
                    "each has figures more like last year's of the other",
                )


_COUNTS = ["denominator", "numerator"]


def _rates_of_schools(both: pd.DataFrame) -> pd.DataFrame:
    """Rows of a school's rate, of all grades together, of which both counts are printed in both years."""
    if (whole := both["grade_level"] == "all").any():
        both = both[whole]
    known = both[[*_COUNTS, *(f"{name}_then" for name in _COUNTS)]].notna().all(axis=1)
    return both[
        known
        & (both["organization_level"] == "school")
        & (both["unit"] == "proportion")
        & ~both["indicator"].isin(schema.COMPOSITION_INDICATORS)
    ]


def _rows_copied(both: pd.DataFrame) -> Iterator[ToAccept]:
    """Tell of two schools with the very same counts of one rate: of many students, or where one had far other ones."""
    rates = _rates_of_schools(both)
    cell = ["indicator", "grade_level", "student_group"]
    twins = rates[rates.duplicated([*cell, *_COUNTS], keep=False)]
    for (indicator, grade, group, *_), cells in twins.groupby([*cell, *_COUNTS], sort=True):
        here, there = (
            np.log1p(cells[[f"{name}{year}" for name in _COUNTS]].to_numpy(float))
            for year in ("", "_then")
        )
        moved = np.abs(here - there).sum(axis=1)
        counts = cells[_COUNTS].iloc[0]
        part = min(counts["numerator"], counts["denominator"] - counts["numerator"])
        many = part >= _PART_OF_A_TWIN and counts["denominator"] >= _ROWS_STUDENTS
        if many or moved.max() > _ROWS_APART:
            codes = " ".join(cells["organization_id"])
            yield ToAccept(
                f"copied {indicator} {grade} {group} {codes}",
                f"these schools have the very same counts, {counts['numerator']} of {counts['denominator']}",
            )


def _rows_exchanged(both: pd.DataFrame) -> Iterator[ToAccept]:
    """Tell of two schools whose counts of one rate are each far more like the other's of last year."""
    rates = _rates_of_schools(both)
    rates = rates[rates["denominator"] >= _ROWS_STUDENTS]
    for (indicator, grade, group), cells in rates.groupby(
        ["indicator", "grade_level", "student_group"], sort=True
    ):
        here, there = (
            np.log1p(cells[[f"{name}{year}" for name in _COUNTS]].to_numpy(float))
            for year in ("", "_then")
        )
        distance = np.abs(here[:, None, :] - there[None, :, :]).sum(axis=2)
        codes = cells["organization_id"].to_numpy()
        own = distance.diagonal()
        for one, other in {
            **dict.fromkeys(_pairs_exchanged(distance, _ROWS_EXCHANGED, nearest=_NEAR)),
            **dict.fromkeys(_pairs_far_apart(distance)),
        }:
            if own[one] + own[other] > _ROWS_APART:
                yield ToAccept(
                    f"exchanged {indicator} {grade} {group} {codes[one]} {codes[other]}",
                    "each has counts more like last year's of the other",
                )


def _sizes_exchanged(both: pd.DataFrame) -> Iterator[ToAccept]:
    """Tell of two large districts each of which has about as many students as the other had last year."""
    known = both["denominator"].notna() & both["denominator_then"].notna()
    known &= both["organization_level"] == "district"
    large = both[known & (both["denominator_then"].astype("float64") >= _LARGE)]
    by = ["indicator", "grade_level", "student_group"]
    for (indicator, grade, group), cells in large.groupby(by, sort=True):
        here, there = (
            np.log(cells[name].to_numpy(float)) for name in ("denominator", "denominator_then")
        )
        codes = cells["organization_id"].to_numpy()
        distance = np.abs(here[:, None] - there[None, :])
        own = distance.diagonal()
        for one, other in _pairs_exchanged(distance, _ROWS_EXCHANGED, nearest=_NEAR):
            if own[one] + own[other] > _SIZES_APART:
                yield ToAccept(
                    f"exchanged denominator {indicator} {grade} {group} {codes[one]} {codes[other]}",
                    "each has about as many students as the other had last year",
                )


def _subjects_exchanged(both: pd.DataFrame) -> Iterator[ToAccept]:
    """Tell of two subjects of one organization, each of which is far more like the other of last year."""
    cells = both[both["numerator"].notna() & both["numerator_then"].notna()]
    named = cells["indicator"].str.extract("([^_]*)_?(.*)")
    cells = cells.assign(
        now=np.log1p(cells["numerator"].astype("float64")),
        then=np.log1p(cells["numerator_then"].astype("float64")),
        place=cells["organization_level"] + " " + cells["organization_id"],
        subject=named[0],
        line=named[1] + " " + cells["grade_level"] + " " + cells["student_group"],
    )
    shared = cells.groupby(["place", "line"])["subject"].transform("size") > 1
    for place, lines in cells[shared].groupby("place", sort=True):
        names, distance = _distances(lines, "subject", "line")
        for one, other in _pairs_exchanged(distance, _SUBJECTS_EXCHANGED):
            if distance[one, one] + distance[other, other] > _ROWS_APART:
                yield ToAccept(
                    f"exchanged {names[one]} {names[other]} {place}",
                    "each has figures more like last year's of the other subject",
                )


def _grades_exchanged(now: pd.DataFrame, then: pd.DataFrame) -> Iterator[ToAccept]:
    """Tell of two grades that follow last year's better with labels exchanged: a grade is last year's one below."""
    enrolled = now.index.get_level_values("indicator").isin(schema.COMPOSITION_INDICATORS)
    others = [name for name in _KEY if name != "grade_level"]
    grades = ["K", *(f"{number:02d}" for number in range(1, 13))]
    here, there = (
        frame["numerator"]
        .astype("float64")
        .transform(np.log1p)
        .reset_index()
        .pivot_table(index=others, columns="grade_level", values="numerator")
        .reindex(columns=grades)
        for frame in (now[enrolled], then[then.index.isin(now[enrolled].index)])
    )
    here = here.reindex(there.index)
    for below, (one, other) in zip(grades, pairwise(grades[1:]), strict=False):
        # As labelled, `one` follows `below`, and `other` follows `one`; exchanged, the other way round.
        labelled = (here[one] - there[below]).abs() + (here[other] - there[one]).abs()
        crossed = (here[other] - there[below]).abs() + (here[one] - there[one]).abs()
        known = labelled.notna() & crossed.notna()
        if known.sum() >= _COHORTS and crossed[known].sum() < _CROSSED * labelled[known].sum():
            yield ToAccept(
                f"exchanged grades {one} {other}",
                "each follows last year's grades better under the label of the other",
            )


def _pairs_far_apart(distance: np.ndarray) -> Iterator[tuple[int, int]]:
    """Yield pairs that fit crossed far better and each of which moved so far that no others need be nearer."""
    own = distance.diagonal()
    apart = own[:, None] + own[None, :]
    crossed = distance + distance.T
    for one, other in np.argwhere((crossed < _ROWS_EXCHANGED * apart) & (apart > _ROWS_FAR_APART)):
        if one < other:
            yield int(one), int(other)


def _pairs_exchanged(
    distance: np.ndarray, ratio: float = _EXCHANGED, *, nearest: int = 1
) -> Iterator[tuple[int, int]]:
    """Yield pairs that fit crossed far better: one is the other's nearest, which is among its own `nearest`."""
    order = distance.argsort(axis=1)
    for one, closest in enumerate(order[:, 0]):
        other = int(closest)
        if one == other or one not in order[other, :nearest]:
            continue
        if other < one and order[other, 0] == one:
            continue  # told of before, as the nearest of the other
        crossed = distance[one, other] + distance[other, one]
        if crossed < ratio * (distance[one, one] + distance[other, other]):
            yield min(one, other), max(one, other)
