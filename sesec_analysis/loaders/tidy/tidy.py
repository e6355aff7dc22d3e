"""Tidy a release into OBSERVATIONS by its catalog entry, and check that its cells are consistent.

The verbs of an entry are `columns`, `where`, `groups`, `value_unit` and `layout`; what needs more is a named
function of `rules` (on raw rows) or `parse` (counts that a file's own figures imply).

Bounds that are read from labels or capped by enrollment rest on rules that no publisher documents. Where a total is
printed exactly, they can be tested: groups of a partition are no more than all students; those of a pair of which some
are withheld, no fewer. Pairs printed whole may be short of all students: the group of some is not reported.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.bounds import Flags
from sesec_analysis.catalog import named
from sesec_analysis.catalog.entries import IndicatorColumns
from sesec_analysis.errors import NoRowsError, check_text
from sesec_analysis.loaders.raw import codes as raw_codes
from sesec_analysis.loaders.raw.release import Reading, organizations
from sesec_analysis.loaders.tidy.masked_sums import tighten_cells
from sesec_analysis.loaders.tidy.parse import (
    SharedRows,
    average_cells,
    estimate_cells,
    published_cells,
    rate_cells,
    share_cells,
    unknown_texts,
)
from sesec_analysis.loaders.tidy.resolve import (
    RuleBrokenError,
    implausible,
    resolve_averages,
    resolve_estimates,
    resolve_published,
    resolve_rates,
    resolve_shares,
)
from sesec_analysis.loaders.tidy.review import check_totals, differences, list_first
from sesec_analysis.loaders.tidy.row_log import RowLog, check_rows
from sesec_analysis.loaders.tidy.rules import FILE_RULES, RULES
from sesec_analysis.loaders.tidy.surveys import tidy_survey
from sesec_analysis.loaders.tidy.tokens import UnknownTokenError

__all__ = ["over_cap", "partition_faults", "tidy"]


_CELL = ["indicator", "organization_level", "organization_id", "grade_level"]


def partition_faults(observations: pd.DataFrame) -> pd.DataFrame:
    """Return partitions whose bounds cannot be true beside an exactly printed total.

    Returns
    -------
    One row per faulty partition: indicator, organization, grade, student_group_type, the total, and the least and most
    students that its groups can have together. Empty if all is well.
    """
    rates = observations[~observations["indicator"].isin(schema.COMPOSITION_INDICATORS)]
    everyone = rates[(rates["student_group"] == "all") & rates["denominator"].notna()]
    groups = rates[rates["student_group_type"] != "all"]
    known = (
        groups.assign(uncapped=groups["denominator_high"].isna(), open=groups["denominator"].isna())
        .groupby([*_CELL, "student_group_type"])
        .agg(
            least=("denominator_low", "sum"),
            most=("denominator_high", "sum"),
            uncapped=("uncapped", "any"),
            open=("open", "any"),
            groups=("student_group", "size"),
        )
    )
    known["most"] = known["most"].mask(known["uncapped"])
    both = known.reset_index().merge(everyone[[*_CELL, "denominator"]], on=_CELL)
    pairs = [kind for kind, entry in catalog.group_types().items() if len(entry.groups) == 2]
    complete = both["student_group_type"].isin(pairs) & (both["groups"] == 2)
    too_few = complete & both["open"] & (both["most"] < both["denominator"]).fillna(False)
    return both[(both["least"] > both["denominator"]) | too_few]


def over_cap(observations: pd.DataFrame, caps: dict[str, int]) -> pd.DataFrame:
    """Return exactly printed school cells with more students than the cap that masked cells are given."""
    capped = observations[observations["organization_id"].isin(caps)]
    cap = capped["organization_id"].map(caps)
    school = capped["organization_level"] == "school"
    return capped[school & (capped["denominator"] > cap).fillna(False)]


_KEY = [
    "organization_level",
    "organization_id",
    "organization_name",
    "grade_level",
    "student_group_type",
    "student_group",
]


def tidy(
    source_id: str,
    raw: Path,
    *,
    caps: dict[str, int] | None = None,
    earlier: Sequence[pd.DataFrame] | None = None,
    enrollment: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Read one release into OBSERVATIONS.

    Parameters
    ----------
    source_id
        A catalog source and release, ``ospi_discipline@2019``.
    raw
        The folder of raw files, or the very file.
    caps
        The most students a school can have had, by school code: enrollment, for sources with ``denominator_cap``.
    earlier
        OBSERVATIONS of earlier releases of the same source, the newest last, to compare the release with; not compared
        without them.
    enrollment
        OBSERVATIONS of other sources that count the students enrolled in the same year, to compare group sizes with.

    Returns
    -------
    OBSERVATIONS: Seattle's schools and district row, and the neighbouring districts' own rows.
    `row_log.log_of` has the rows that were read and dropped, and those that each named rule touched.
    ``attrs["to_review"]`` lists the differences that `accepted:` of the release does not record with the same count.

    Raises
    ------
    DataError
        If the file is damaged, or says something its entry does not know; names file, column, rows and the fix.

    Examples
    --------
    >>> tidy("ospi_poverty@2017", Path("downloads"))
    Traceback (most recent call last):
    sesec_analysis.errors.FileError: the file is not there
      where: downloads/enrollment/School_poverty_2016-17_6districts.csv
      fix:   check --raw, or the `file:` line of the release
    """
    check_text(source_id, "tidy(…)")
    reading = Reading(source_id, raw)
    if reading.source.survey:
        return _compare_release(reading, tidy_survey(reading), earlier, enrollment)
    observations = _observe_rows(reading)
    _consistent(reading, observations, caps or {})
    schema.validate_observations(observations, where=f"{source_id}, file {reading.path}")
    return _compare_release(reading, observations, earlier, enrollment)


def _observe_rows(reading: Reading) -> pd.DataFrame:
    """Read the rows of the files, choose among them, and put their cells into OBSERVATIONS, unproven."""
    rows = reading.rows()
    log = RowLog(len(rows))
    for name in reading.source.file_rules:
        rows = _apply_rule(reading, FILE_RULES, name, rows, log)
    sizes = rows.attrs.pop("sizes", {})  # students by school, to compare with enrollment
    rows = log.drop("other_years", rows, _years(reading, rows))
    if passed_over := reading.source.ignore_schools:
        rows = log.drop("programs_without_code", rows, rows[~rows["school_name"].isin(passed_over)])
    rows = log.drop("schools_of_other_districts", rows, organizations(reading, rows))
    for name in reading.source.rules:
        rows = _apply_rule(reading, RULES, name, rows, log)
    sizes |= rows.attrs.pop("sizes", {})
    check_rows(reading, rows)
    if reading.source.layout == "wide":
        rows = _melt(reading, rows)
    else:
        rows = log.drop("groups_passed_over", rows, _groups(reading, rows))
    _known_values(reading, rows)
    observations = schema.conform_observations(
        pd.concat(list(_indicators(reading, rows)), ignore_index=True)
    )
    observations.attrs["sizes"] = sizes
    log.put_on(observations)
    return observations


def _apply_rule(
    reading: Reading,
    rules: dict[str, Callable[[pd.DataFrame], tuple[pd.DataFrame, int]]],
    name: str,
    rows: pd.DataFrame,
    log: RowLog,
) -> pd.DataFrame:
    """Apply a named rule; a text that it cannot read is refused as it is everywhere."""
    try:
        left, touched = rules[name](rows)
        log.warn(name, touched)
        return log.drop(name, rows, left)
    except UnknownTokenError as failure:
        unknown = rows.isin(list(failure.tokens))
        raise unknown_texts(
            reading, failure, rows[unknown.any(axis=1)], column=str(unknown.any().idxmax())
        ) from failure
    except RuleBrokenError as failure:
        raise reading.refuse(
            failure.what, failure.fix, column=failure.column, rows=rows.loc[failure.rows]
        ) from failure


def _compare_release(
    reading: Reading,
    observations: pd.DataFrame,
    earlier: Sequence[pd.DataFrame] | None,
    enrollment: pd.DataFrame | None,
) -> pd.DataFrame:
    """Refuse a release that contradicts its own totals or repeats an earlier one; list on it what to review."""
    if observations.empty:
        raise reading.refuse(
            "nothing is left of the file once its rows were chosen",
            f"check that the file is whole, and what {reading.entry} chooses rows by",
            kind=NoRowsError,
        )
    for what, rows in check_totals(observations):
        raise reading.refuse(
            f"the file contradicts itself: {what}",
            "check the file: columns may be swapped, rows missing or numbers changed; download it again",
            rows=rows,
        )
    accepted = reading.release.accepted
    for name, rows in implausible(observations).items():
        if accepted.get(name) != len(rows):
            raise reading.refuse(
                f"an average of {rows['value'].iloc[0]:g} is not plausible in its unit, {rows['unit'].iloc[0]}",
                f"check the file; if it is true, add `{name}: {len(rows)}` to `accepted:` of the release in "
                f"{reading.entry}",
                rows=rows,
            )
    found = [] if earlier is None else differences(observations, earlier, enrollment)
    to_review = [item for item in found if accepted.get(item.name) != item.count]
    if refused := [str(item) for item in to_review if item.refused]:
        raise reading.refuse(
            "\n    ".join(
                [f"{len(refused)} difference(s) that no true year has:", *list_first(refused)]
            ),
            "check the file: it may be an earlier year's, cut off, or have labels exchanged; a difference that is true "
            f"goes to `accepted:` of the release in {reading.entry}, as `name: count`",
        )
    observations.attrs["to_review"] = [str(item) for item in to_review]
    return observations


def _consistent(reading: Reading, observations: pd.DataFrame, caps: dict[str, int]) -> None:
    """Refuse a release whose rules for withheld cells cannot be true beside its own exact totals."""
    enrolled = {(reading.year, code): float(most) for code, most in caps.items()}
    with np.errstate(invalid="ignore"):  # none of endlessly many, in rows that need no bounds
        faults = partition_faults(tighten_cells(observations, enrolled))
    if len(faults):
        first = faults.iloc[0]
        raise reading.refuse(
            f"the sizes of withheld groups contradict the printed total of {first['denominator']}: the "
            f"groups of {first['student_group_type']} have {first['least']} to {first['most']} students "
            f"({first['indicator']}, {first['organization_id']}, grade {first['grade_level']})",
            f"check the file; if its range labels follow another rule, say so with `range_rule:` in {reading.entry}",
            rows=faults,
        )
    over = over_cap(observations, caps)
    if len(over):
        raise reading.refuse(
            "more students are printed than enrollment lets a school have",
            "check the file; the margin for students who come and go is ENROLLMENT_MARGIN in tidy/masked_sums.py",
            rows=over,
        )


def _known_values(reading: Reading, rows: pd.DataFrame) -> None:
    """Refuse a word in a column that indicators are chosen by, which no indicator asks for: it may be a new name."""
    chosen: dict[str, set[str]] = {}
    for columns in reading.source.indicators.values():
        for name, wanted in columns.where.items():
            chosen.setdefault(name, set(reading.source.ignore_values.get(name, []))).update(wanted)
    for name, known in chosen.items():
        if name != "grade_level" and (strange := ~rows[name].isin(known)).any():
            words = ", ".join(sorted(set(rows.loc[strange, name].map(repr))))
            raise reading.refuse(
                f"{name} {words} is not in the entry",
                f"add it to `where:` of an indicator, or to `ignore_values:`, in {reading.entry}",
                column=name,
                rows=rows[strange],
                valid=sorted(known),
            )


def _years(reading: Reading, rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the release's year; a year that no release of the same file declares is refused."""
    labels = rows["school_year"].unique()
    years = rows["school_year"].map({label: named.end_year(label) for label in labels})
    declared = reading.years_of_file
    if (strange := ~years.isin(declared)).any():
        words = ", ".join(sorted(set(rows.loc[strange, "school_year"])))
        raise reading.refuse(
            f"the file holds school year(s) that no release declares: {words}",
            f"give the right file to release {reading.year}, or add a release for that year in {reading.entry}",
            column="school_year",
            rows=rows[strange],
            valid=sorted(declared),
        )
    if not (years == reading.year).any():
        raise reading.refuse(
            f"the file holds no row of school year {reading.release.school_year}",
            f"give the right file to release {reading.year}",
            column="school_year",
            valid=sorted(set(years)),
        )
    return rows[years == reading.year].copy()


def _groups(reading: Reading, rows: pd.DataFrame) -> pd.DataFrame:
    """Long layout: put student groups in our codes; the ones an entry ignores are left out, unknown ones refused."""
    known = raw_codes.group_lookup()
    ignored = {raw_codes.group_key(label) for label in reading.source.ignore_groups}
    keys = rows["student_group"].map(
        {label: raw_codes.group_key(label) for label in rows["student_group"].unique()}
    )
    if (strange := ~keys.isin([*known, *ignored])).any():
        labels = ", ".join(sorted(set(rows.loc[strange, "student_group"].map(repr))))
        raise reading.refuse(
            f"student group {labels} is not in the catalog",
            "add it to `aliases` of a group in data/catalog/student_groups.yml",
            column="student_group",
            rows=rows[strange],
            valid=[code for kind in catalog.group_types().values() for code in kind.groups],
        )
    rows, keys = rows[~keys.isin(ignored)], keys[~keys.isin(ignored)]
    return rows.assign(
        student_group_type=keys.map({key: kind for key, (kind, _) in known.items()}),
        student_group=keys.map({key: code for key, (_, code) in known.items()}),
    )


def _melt(reading: Reading, rows: pd.DataFrame) -> pd.DataFrame:
    """Wide layout: one row per organization, grade and student group, its cells as columns."""
    known = raw_codes.group_lookup()
    common = rows[
        [
            "organization_level",
            "organization_id",
            "organization_name",
            "grade_level",
            "all_students",
        ]
    ]
    everyone = common.assign(
        student_group_type="all", student_group="all", numerator=common["all_students"], value=""
    )
    parts = [everyone]
    # Of the rows, not of the file: a rule may have added a group that the file leaves out.
    for name in rows.columns:
        part, _, alias = name.partition(":")
        if part == "numerator":
            kind, code = known[raw_codes.group_key(alias)]
            value = rows.get(f"value:{alias}", "")
            parts.append(
                common.assign(
                    student_group_type=kind, student_group=code, numerator=rows[name], value=value
                )
            )
    melted = pd.concat(parts, ignore_index=True)
    return melted.assign(denominator=melted["all_students"])


def _resolve(cells: SharedRows, code: str) -> pd.DataFrame:
    columns = cells.reading.source.indicators[code]
    if columns.value_unit == "number":
        counted = catalog.indicator(code).counted
        return resolve_averages(*average_cells(cells, columns), counted=counted)
    if columns.low:
        return resolve_published(*published_cells(cells, columns))
    if columns.numerator is None and (columns.parts or columns.value):
        return resolve_estimates(*estimate_cells(cells, columns))
    if columns.numerator is None:
        return resolve_shares(*share_cells(cells))
    return resolve_rates(rate_cells(cells, columns))


def _indicators(reading: Reading, rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the OBSERVATIONS of each indicator; those that choose the same rows share them, and what is parsed."""
    chosen: dict[str, SharedRows] = {}
    for code, columns in reading.source.indicators.items():
        choice = repr(columns.where)
        if choice not in chosen:
            chosen[choice] = _choose_rows(reading, rows, columns)
        yield _indicator(chosen[choice], code)


def _choose_rows(reading: Reading, rows: pd.DataFrame, columns: IndicatorColumns) -> SharedRows:
    for name, wanted in columns.where.items():
        rows = rows[rows[name].isin(wanted)]
    rows = rows.reset_index(drop=True)
    _no_twins(reading, rows)
    return SharedRows(reading, rows)


def _indicator(cells: SharedRows, code: str) -> pd.DataFrame:
    """Return the OBSERVATIONS of one indicator."""
    reading, rows = cells.reading, cells.rows
    columns = reading.source.indicators[code]
    try:
        known = _resolve(cells, code)
    except RuleBrokenError as failure:
        column = {"numerator": columns.numerator or "numerator", "value": columns.value or ""}[
            failure.column
        ]
        raise reading.refuse(
            failure.what, failure.fix, column=column, rows=rows[failure.rows]
        ) from failure
    head = rows[_KEY].assign(
        source_id=reading.source_id,
        indicator=code,
        end_year=reading.year,
        unit=catalog.indicator(code).unit,
    )
    return pd.concat([head, known, _cell_token(rows, columns, known["status"])], axis=1)


def _no_twins(reading: Reading, rows: pd.DataFrame) -> None:
    """Refuse two rows for one organization, grade and student group."""
    key = [name for name in _KEY if name != "organization_name"]
    if (twin := rows.duplicated(key, keep=False)).any():
        raise reading.refuse(
            "the key is not unique: an organization, grade, and student group are in the file more than once",
            "check the file; download it again",
            rows=rows[twin],
        )


def _cell_token(rows: pd.DataFrame, columns: IndicatorColumns, status: pd.Series) -> pd.Series:
    """Return the publisher's own text of the cell: the rate, or the reason where it has none.

    What a file prints beside a group of fewer than ten (a total, a percent) must not travel on as a token.
    """
    shown = (
        columns.value or columns.total or (columns.parts[0] if len(columns.parts) == 1 else None)
    )
    if columns.numerator is None and not (shown or columns.parts):
        shown = "numerator"
    blank = pd.Series("", index=rows.index)
    text = rows.get(shown, blank)
    text = text.where(_flag_texts(text, str.strip) | text.isna(), rows.get("flag", blank))
    digits = _flag_texts(text, _counts_students) & (status == "small_n").to_numpy(dtype=bool)
    return text.mask(digits, "N<10").rename("token")


def _flag_texts(column: pd.Series, is_so: Callable[[str], object]) -> Flags:
    """Flag the rows whose text is so; each text is asked once."""
    place, words = pd.factorize(column.fillna(""))
    return np.array([bool(is_so(word)) for word in words], dtype=bool)[place]


def _counts_students(text: str) -> bool:
    small = re.search(r"n\s*<\s*10", text, re.IGNORECASE)
    return re.search("[0-9]", text) is not None and small is None
