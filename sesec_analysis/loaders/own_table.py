"""Read one's own table into OBSERVATIONS: groups, those counted, all of them; what marks leave open becomes bounds.

Nothing is guessed: a mark means what the caller says it means, and a cell that no rule reads is refused with the line
to add. Bounds come from each cell's own text, and from totals that enclose it; nothing is subtracted from a total.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd

from sesec_analysis import catalog, hidden_characters, schema
from sesec_analysis.bounds import Flags, Floats, whole_numbers
from sesec_analysis.catalog import named, own
from sesec_analysis.catalog.entries import (
    GroupType,
    Indicator,
    Place,
    Release,
    Source,
    StudentGroup,
)
from sesec_analysis.errors import QuestionError, check_choice, closest
from sesec_analysis.loaders.own_file import takes_files
from sesec_analysis.loaders.raw import codes

__all__ = ["Mark", "observations", "place"]


Mark = tuple[int, int | None] | None
"""What a mark leaves open: the fewest and the most people (None: no most), or None: anything."""

Direction = Literal["higher_is_better", "lower_is_better", "neutral"]
Level = Literal["school", "district", "state", "tract", "place"]
Years = Literal["school", "calendar"]
Share = Literal["proportion", "share_of_answers", "share_of_schools"]

_COUNT = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.0{1,2})?")
"""A count; three zeros behind a point may be thousands ("1.000")."""
_NO_COUNT = re.compile(
    r"(?P<share>\d+(?:[.,]\d+)?\s?%|0?\.\d+)|(?P<below>[-−]\s?\d[\d.,]*)|(?P<part>\d+\.\d+|\d+,\d{1,2}|\d[\d.,]*e[+-]?\d+)"
    r"|(?P<day>\d{4}-\d\d-\d\d.*|\d{1,2}[-/ ][A-Za-z]{3}.*|[A-Za-z]{3}[-/ ]\d{1,2}|\d{1,2}/\d{1,2}(?:/\d+)?)"
    r"|(?P<spaced>\d{1,3}(?:[ '’]\d{3})+)|(?P<quoted>'\d+)|(?P<truth>True|False)"
    r"|(?P<noted>\d[\d,]*\s?(?:[*†‡§]+|\[\w+\]|\(\w+\)))|(?P<endless>-?inf(?:inity)?)",
    re.IGNORECASE,
)
_FIXES = {
    "share": "it is a share: give the people counted, and all of the group, each as a whole number",
    "below": "no count is below 0: check how it came about, and name it in `withheld` if it is a mark",
    "part": "people are counted in whole numbers, so an average or a share is not a count; write 1,040 for 1.040",
    "day": "a spreadsheet made a day of it (of 5-10, say): format the column as text and type the cell again",
    "spaced": "write thousands without spaces or apostrophes: 1040 or 1,040",
    "quoted": "take the apostrophe away",
    "truth": "add up those of whom it is true, group by group",
    "noted": "take the sign of the note away, and write what it says elsewhere; if it is a mark, name it in `withheld`",
    "endless": "something was divided by 0: give the people counted",
}
"""What a cell is that is neither a count nor a mark, and how to fix it."""
_RAISED = re.compile("[¹²³⁰⁴-⁹₀-₉¼-¾⅐-⅞①-⓿❶-➓]")
_SIGN = re.compile("[¹²³⁰⁴-⁹₀-₉①-⓿❶-➓]")
"""A digit that is the sign of a note."""
_OF_ALL = re.compile(
    r"all(?: (?:students|people|groups|persons|patients|races))?|(?:all |grand |sub-? ?)?totals?"
    r"|total (?:students|people)|sum|overall|everyone|everybody",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"%|\bper ?cent|\bpct\b|\bporcentaje|\bpor ?ciento\b|\bprozent", re.IGNORECASE
)
_MOST = 10**12
"""People in a cell: more than there are."""
_SHOWN = 5
_WHERE = "observations"
_CELL = ["end_year", "organization_id", "grade_level"]
"""What a total is the total of, besides its group."""


@dataclass(frozen=True)
class _Counts:
    """The cells of one column: a range each, the same number twice where a count is printed."""

    low: Floats
    high: Floats  # infinite: nothing caps it
    text: pd.Series

    @property
    def exact(self) -> Flags:
        return self.low == self.high


@takes_files
def observations(
    table: pd.DataFrame | str | Path,
    *,
    group: str,
    numerator: str,
    denominator: str,
    year: str | int,
    source: str,
    organization: str | None = None,
    grade: str | None = None,
    withheld: Mapping[str, Mark] | None = None,
    partition: str | None = None,
    labels: Mapping[str, str] | None = None,
    title: str | None = None,
    done: str = "",
    counted: str = "people",
    direction: Direction = "neutral",
    unit: Share = "proportion",
    composition: bool = False,
    organization_level: Level = "district",
    years: Years = "school",
    namespace: str = "",
    url: str = "",
    sheet: str | None = None,
) -> pd.DataFrame:
    """Read your own table (a clinic's, another state's, a survey's) for use with every measure, plot, and finding.

    Parameters
    ----------
    table
        One row for each group (of each year, organization and grade); or the path of an Excel workbook, or of a CSV
        file in UTF-8, its cells parted by commas, semicolons or tabs. Titles may be above the line of names.
    group
        The column that names the group. Its groups must not overlap; read another set of groups by another call.
    numerator, denominator
        The columns of those counted, and of all of the group. With ``composition``: the group, and everybody.
    year
        The column with the year, or one year for all rows: 2019, "2018-19".
    source
        Whose data these are; printed with every number.
    organization, grade
        The columns that name the place (none: ``source`` is the place), and the grade (none: all).
    withheld
        What each mark in a cell leaves open: ``{"<5": (0, 4), "*": None, "": None}``, the fewest and the most people,
        or None for anything. A most of None has no end.
    partition
        The label of the rows that are the total of all groups. No withheld cell can exceed its total.
    labels
        A better name for a value of ``group``.
    title, done
        What is counted ("Had no dentist"), and the same in a sentence ("had no dentist").
    counted
        Who is counted, in the plural: patients.
    direction
        Whether more is better, ``neutral`` if it is neither.
    unit
        ``share_of_answers`` or ``share_of_schools`` where no people are counted one by one: no interval is made.
    composition
        Whether the numerator *is* the group, as a share of everybody (as `segregation` takes).
    organization_level
        ``school`` for the smallest units (`segregation`, plots of schools).
    years
        Whether 2019 is the school year 2018-19 or the calendar year.
    namespace
        A word that sets the codes of this table apart from those of another owner's.
    url
        Where the data are found.
    sheet
        The sheet of a workbook, where more than one holds a table.

    Returns
    -------
    OBSERVATIONS. Codes begin with ``own_``: "White" is ``own_white``, a column "race" the type ``own_race``. A withheld
    count is null, with its range in ``_low`` and ``_high``, and a status; it is never 0, and never worked out from a
    total.

    Raises
    ------
    QuestionError
        If a column is missing, a cell holds what no rule reads, more are counted than there are, groups are together
        more than their total, two rows are of the same group, a year is still to come, or a name has letters of another
        script that look like its own.

    Notes
    -----
    The data are the caller's, and so is what may be shown of them. What is *printed* (findings, tables, figures) passes
    the gate of this project all the same: no group under 10. An id begins with ``own:``, and a report of the coalition
    that holds one is not built.

    Examples
    --------
    >>> import pandas as pd
    >>> import sesec_analysis as sa
    >>> visits = pd.DataFrame({"race": ["Black", "White"], "missed": ["<5", "12"], "patients": ["40", "150"]})
    >>> rows = sa.observations(visits, group="race", numerator="missed", denominator="patients", year="2018-19",
    ...                        source="Example clinic", counted="patients", withheld={"<5": (0, 4)})
    >>> sa.rates(rows)[["student_group", "bound_low", "bound_high", "status"]]
      student_group  bound_low  bound_high   status
    0     own_black       0.00        0.10  bounded
    1     own_white       0.08        0.08       ok
    """
    asked = {"group": group, "numerator": numerator, "denominator": denominator}
    columns = {**asked, "organization": organization, "grade": grade}
    if isinstance(year, str) and named.end_year(year) is None:
        columns["year"] = year
    table = _with_headers(table, sheet)
    _refuse_missing(table, columns)
    _refuse_nameless(table, source, counted)
    _refuse_choices(
        unit=unit, organization_level=organization_level, years=years, direction=direction
    )
    table = table.reset_index(drop=True)
    names = _clean_names(table, group, labels or {})
    total = _total(names, partition)
    alone = pd.Series(source, index=table.index)
    places = _clean_names(table, organization, {}) if organization else alone
    title = title or numerator.replace("_", " ").capitalize()
    kind = group.replace("_", " ").capitalize()

    group_codes = own.code_of(names[~total], namespace)
    place_codes = own.code_of(places, namespace)
    head = own.code_of([numerator, group, "table"], namespace)
    indicator, group_type, key = (head[name] for name in (numerator, group, "table"))
    rows = pd.DataFrame(
        {
            "indicator": indicator,
            "end_year": _end_years(table, year, years),
            "organization_level": organization_level,
            "organization_id": places.map(place_codes),
            "organization_name": places,
            "grade_level": _grades(table, grade),
            "student_group_type": np.where(total, "all", group_type),
            "student_group": names.map(group_codes).where(~total, "all"),
            "unit": unit,
        }
    )
    rows["source_id"] = key + "@" + rows["end_year"].astype(str)
    _refuse_repeated(rows, names)
    marks = {hidden_characters.visible_text(str(m)): span for m, span in (withheld or {}).items()}
    k, n = (_counts(table[name], name, marks) for name in (numerator, denominator))
    _refuse_more_than_total(rows, {numerator: k} | ({} if composition else {denominator: n}), total)
    rows = _add_figures(
        rows, names, _cap(rows, k, total), _cap(rows, n, total), composition=composition
    )

    people = {code: _make_group(label, counted) for label, code in group_codes.items()}
    entry = _indicator(title, done, counted, direction, unit, calendar=years == "calendar")
    published = sorted(set(rows["end_year"]))
    entries = own.Own(
        source,
        counted,
        indicators={indicator: entry},
        group_types={group_type: GroupType(title=kind, groups=people)},
        sources={key: _source(source, title, url, published, calendar=years == "calendar")},
    )
    _refuse_unseen([source, title, done, counted, kind, *names, *places])
    own.introduce(namespace, entries)
    if composition:
        own.counts_makeup(indicator)
    made = schema.validate_observations(schema.conform_observations(rows), where=source)
    made.attrs = {"indicator": indicator}
    return made


def place(name: str, *, schools: Sequence[str]) -> str:
    """Define a place by its schools, without an entry in the catalog; return its code for `load`.

    Parameters
    ----------
    name
        What it is called in tables and sentences.
    schools
        Schools by the state's code, or by name.

    Returns
    -------
    Its code, ``own_my_five``. It lasts as long as the program; findings of it have ids of their own (``own:…``) and
    stand in no report of the coalition. Its sums read each withheld cell by that cell's own text only.

    Raises
    ------
    CatalogError, QuestionError
        If a school is not known, naming the closest.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> mine = sa.place("My two", schools=["2120", "Franklin High School"])
    >>> sa.load("enrollment", place=mine, end_years=2019, student_group="all", grade_level="all")["numerator"].tolist()
    [1668]
    """
    listed = [named.school(school) for school in schools]
    if not listed:
        raise QuestionError(
            "a place needs schools", where=f"place({name!r})", fix='name some: schools=["2120"]'
        )
    if len(set(listed)) < len(listed):
        raise QuestionError(f"a school is in {name!r} twice", where="schools", fix="name each once")
    _refuse_unseen([name])
    code = own.code_of([name], "")[name]
    roster = catalog.schools()
    entry = Place(
        name=name,
        phrase=name,
        definition=f"{len(listed)} schools, chosen by whoever made this place.",
        source="a list of schools given to `place`",
        schools={school: roster[school].name for school in listed},
    )
    own.introduce("place", own.Own("places of one's own", "schools", places={code: entry}))
    return code


def _with_headers(table: object, sheet: str | None) -> pd.DataFrame:
    """Return a table whose columns are named as people see them; refuse what has no one line of names."""
    if sheet is not None:  # a file is a table by now
        fix = "pass the path of a workbook, or leave `sheet` out"
        raise QuestionError("only a workbook has sheets", where=f"{_WHERE}(…, sheet=…)", fix=fix)
    if not isinstance(table, pd.DataFrame):
        raise QuestionError(
            f"a table or the path of a file is wanted, not a {type(table).__name__}",
            where=f"{_WHERE}(…)",
            fix='read it first: pd.read_csv("file.csv", dtype=str), or pd.DataFrame(…)',
        )
    if table.columns.nlevels > 1:
        raise QuestionError(
            "the table has several lines of column names",
            where=f"{_WHERE}(…), columns {', '.join(map(str, table.columns[:_SHOWN]))}",
            fix="read it with the line that distinguishes the columns: pd.read_csv(…, header=1)",
        )
    seen = [hidden_characters.visible_text(str(n)) if str(n) == n else n for n in table.columns]
    if twice := [name for name, n in Counter(seen).items() if n > 1]:
        raise QuestionError(
            f"several columns are called {', '.join(map(repr, twice[:_SHOWN]))}",
            where=f"{_WHERE}(…)",
            fix="rename them, or drop all but one",
        )
    if len(seen) == 1 and (sign := next((s for s in ";\t|" if s in str(table.columns[0])), "")):
        raise QuestionError(
            f"the table has one column only, {str(seen[0])[:60]!r}",
            where=f"{_WHERE}(…)",
            fix=f"its cells are parted by another sign: pd.read_csv(…, sep={sign!r})",
        )
    categories = table.select_dtypes("category").columns
    return table.astype(dict.fromkeys(categories, object)).set_axis(seen, axis=1)


def _clean_names(table: pd.DataFrame, column: str, labels: Mapping[str, str]) -> pd.Series:
    """Return the names in a column, each with its better one; refuse what is no name."""
    _refuse_raised(table[column], column, labels)
    better = {hidden_characters.visible_text(label): name for label, name in labels.items()}
    names = _texts(table[column]).replace(better)
    _refuse_blank(names, column)
    _refuse_lookalikes(names, column)
    return names


def _refuse_raised(cells: pd.Series, column: str, labels: Mapping[str, str]) -> None:
    """Refuse names with the raised sign of a note, which would be a digit of theirs: White¹ is not White1."""
    bad = cells.map(lambda name: bool(_SIGN.search(str(name))) and str(name) not in labels)
    if bad.any():
        name = str(cells[bad].iloc[0])
        plain = _SIGN.sub("", name).strip()
        raise QuestionError(
            f"{name!r} has a raised, lowered or enclosed digit",
            where=f"column {column!r}, {_rows(bad)}",
            fix=f'take the sign of a note away, or say what it is: labels={{"{name}": "{plain}"}}',
        )


def _refuse_lookalikes(names: pd.Series, column: str) -> None:
    """Refuse labels that would be groups of their own only by letters that nobody tells apart."""
    odd = names.map({name: hidden_characters.lookalikes(name) for name in names.unique()})
    if not (bad := odd != "").any():
        return
    name = str(names[bad].iloc[0])
    typed = name.encode("ascii", "backslashreplace").decode()
    raise QuestionError(
        f"{name!r} is not what it looks like: it has {odd[bad].iloc[0]}",
        where=f"column {column!r}, {_rows(bad)}",
        fix=f'type it anew, or say what it is: labels={{"{typed}": "…"}}',
        valid=sorted(set(names[~bad]))[:20],
    )


def _refuse_missing(table: pd.DataFrame, columns: Mapping[str, str | None]) -> None:
    known = [str(name) for name in table.columns]
    for role, name in columns.items():
        if name is not None and name not in table.columns:
            raise QuestionError(
                f"the table has no column {name!r}",
                where=f"{_WHERE}(…, {role}={name!r})",
                fix=_lower_names(table, name) or "name a column of the table",
                valid=known,
                meant=closest(name, known),
            )
    for one, other in combinations([role for role in columns if columns[role] is not None], 2):
        if columns[one] == columns[other]:
            raise QuestionError(
                f"{one} and {other} are the same column, {columns[one]!r}",
                where=f"{_WHERE}(…, {one}={columns[one]!r}, {other}={columns[other]!r})",
                fix="name the column of each",
                valid=known,
            )
    for role in ("numerator", "denominator"):
        if _PERCENT.search(str(columns[role]).replace("_", " ")):
            raise QuestionError(
                f"the column {columns[role]!r} is of percents by its name, not of counts",
                where=f"{_WHERE}(…, {role}={columns[role]!r})",
                fix="give the column of the people counted; if it does hold counts, rename it",
            )


def _lower_names(table: pd.DataFrame, name: str) -> str:
    """Say in which line the names of columns stand, where titles stand above them."""
    first = table.head(30).astype("object").astype(str)
    at = np.flatnonzero((first == name).any(axis=1).to_numpy())
    return (
        f"the column names are {at[0] + 1} line(s) lower: pd.read_csv(…, header={at[0] + 1})"
        if len(at)
        else ""
    )


def _refuse_nameless(table: pd.DataFrame, source: str, counted: str) -> None:
    if table.empty or not source.strip() or set("{}") & set(counted):
        raise QuestionError(
            "the table has no rows, `source` is empty, or `counted` has a brace in it",
            where=f"{_WHERE}(…, source={source!r}, counted={counted!r})",
            fix="pass rows, and say whose they are and who is counted in plain words",
        )


def _refuse_choices(**chosen: str) -> None:
    known = {
        "unit": get_args(Share),
        "organization_level": get_args(Level),
        "years": get_args(Years),
        "direction": get_args(Direction),
    }
    for name, value in chosen.items():
        what, where = name.replace("_", " "), f"{_WHERE}(…, {name}=…)"
        check_choice(value, known[name], what=what, where=where)


def _refuse_unseen(texts: Sequence[str]) -> None:
    if odd := list(hidden_characters.find_hidden(texts)):
        raise QuestionError(
            f"the labels have invisible characters: {'; '.join(odd[:_SHOWN])}",
            where=_WHERE,
            fix="type them again",
        )


def _refuse_blank(names: pd.Series, column: str) -> None:
    if (blank := names == "").any():
        raise QuestionError(
            f"{blank.sum()} row(s) have no name",
            where=f"column {column!r}, {_rows(blank)}",
            fix="where cells were merged, write the name into each; leave other rows out, or say what they are; of "
            'groups: labels={"": "Not reported"}',
        )


def _texts(column: pd.Series) -> pd.Series:
    """Return the cells of a column as texts, as people see them; null is empty."""
    texts = column.astype("object").where(column.notna(), "").astype(str)
    return texts.map({text: hidden_characters.visible_text(text) for text in texts.unique()})


def _rows(flags: pd.Series | Flags) -> str:
    """Name the first rows that are meant, counted from 0 as pandas does."""
    at = np.flatnonzero(np.asarray(flags, dtype=bool))
    more = f" and {len(at) - _SHOWN} more" if len(at) > _SHOWN else ""
    return f"row(s) {', '.join(map(str, at[:_SHOWN]))}{more} (the first is 0)"


def _total(names: pd.Series, partition: str | None) -> pd.Series:
    if partition is None:
        if (
            of_all := names.map(lambda name: bool(_OF_ALL.fullmatch(name)))
        ).any() and not of_all.all():
            name = names[of_all].iloc[0]
            raise QuestionError(
                f"{name!r} looks like the total of the other groups, which may not overlap it",
                where=_rows(of_all),
                fix=f'say so: partition="{name}"; or leave these rows out; if it is a group: labels={{"{name}": "…"}}',
            )
        return pd.Series(False, index=names.index)
    total = names == hidden_characters.visible_text(partition)
    if not total.any():
        known = sorted(names.unique())
        raise QuestionError(
            f"no row is called {partition!r}, which is to be the total of all groups",
            where=f"{_WHERE}(…, partition={partition!r})",
            fix="name the group whose rows are the total, or leave `partition` out",
            valid=known,
            meant=closest(partition, known),
        )
    return total


def _end_years(table: pd.DataFrame, year: str | int, years: Years) -> pd.Series:
    column = isinstance(year, str) and year in table.columns
    given = _texts(table[year]) if column else pd.Series(str(year), index=table.index)
    given = given.str.replace(r"\.0+$", "", regex=True)
    read = given.map(named.end_year)
    bad = ~read.between(1990, 2100)
    if years == "calendar":
        bad |= ~given.str.fullmatch(r"\d{4}")
    last = _last_year(datetime.now(tz=UTC).date(), years)
    if (early := read < 1990).any() or (read[~bad] > last).any():
        odd = early | (~bad & (read > last))
        raise QuestionError(
            f"the year {given[odd].iloc[0]!r} is {'too early' if early.any() else 'still to come'}",
            where=f"{_WHERE}(…, year={year!r}), {_rows(odd)}",
            fix=f"check it: years are of 1990 to {last}, the year that is under way",
        )
    if bad.any():
        raise QuestionError(
            f"the year {given[bad].iloc[0]!r} cannot be read",
            where=f"{_WHERE}(…, year={year!r}), {_rows(bad)}",
            fix='write the year a school year ends in (2019), or both (2018-19); with years="calendar", 2019',
        )
    return read.astype("int64")


def _last_year(today: date, years: Years) -> int:
    """Return the year that is under way; a school year begins in September and is called by its end."""
    return today.year + (years == "school" and today.month >= 9)


def _grades(table: pd.DataFrame, grade: str | None) -> pd.Series:
    if grade is None:
        return pd.Series("all", index=table.index)
    given = _texts(table[grade])
    read = given.map(codes.grade_level)
    if (bad := read.isna()).any():
        raise QuestionError(
            f"the grade {given[bad].iloc[0]!r} is not known",
            where=f"column {grade!r}, {_rows(bad)}",
            fix="write all, PK, K, 1 to 12",
        )
    return read


def _refuse_repeated(rows: pd.DataFrame, names: pd.Series) -> None:
    repeated = rows.duplicated([*_CELL, "student_group_type", "student_group"], keep=False)
    if repeated.any():
        first = int(np.argmax(repeated.to_numpy()))
        raise QuestionError(
            f"several rows are of {names[first]!r} in the same year, place and grade",
            where=_rows(repeated),
            fix="name the column that distinguishes them (year, organization, grade), or add the rows up first",
        )


def _counts(column: pd.Series, name: str, withheld: Mapping[str, Mark]) -> _Counts:
    """Read counts and marks; refuse what is neither, with the line to add."""
    _refuse_small_signs(column, name)
    text = _texts(column)
    printed = text.map(lambda cell: _COUNT.fullmatch(cell) is not None) & ~text.isin(list(withheld))
    unknown = ~printed & ~text.isin(list(withheld))
    if unknown.any():
        marks = list(dict.fromkeys(text[unknown]))
        _refuse_no_counts(text.where(unknown, ""), name)
        lines = ", ".join(f'"{mark}": None' for mark in marks[:_SHOWN])
        raise QuestionError(
            f"no rule says what {', '.join(map(repr, marks[:_SHOWN]))} means",
            where=f"column {name!r}, {_rows(unknown)}",
            fix=f"say it: withheld={{{lines}}} where it may be any number, or (0, 9) in place of None for 0 to 9",
            valid=[*map(repr, withheld), "whole numbers"],
        )
    low, high = np.zeros(len(text)), np.full(len(text), np.inf)
    numbers = text[printed].str.replace(",", "").astype("float64")
    if (many := numbers > _MOST).any():
        huge = pd.Series(False, index=text.index)
        huge[numbers.index[many]] = True
        raise QuestionError(
            f"{text[huge].iloc[0]!r} is more people than there are",
            where=f"column {name!r}, {_rows(huge)}",
            fix="check the cell: two may have run together",
        )
    low[printed], high[printed] = numbers, numbers
    for mark, span in withheld.items():
        least, most = span if isinstance(span, tuple) and len(span) == 2 else (0, None)
        whole = all(isinstance(end, int) for end in (least, most) if end is not None)
        understood = span is None or (span == (least, most) and whole)
        if not understood or least < 0 or (most is not None and most < least):
            raise QuestionError(
                f"the mark {mark!r} can't mean {span}",
                where=f"{_WHERE}(…, withheld=…)",
                fix="give the fewest and the most people, (0, 4), or None for anything",
            )
        cells = (text == mark).to_numpy(dtype=bool)
        low[cells], high[cells] = least, np.inf if most is None else most
    return _Counts(low, high, text)


def _refuse_small_signs(column: pd.Series, name: str) -> None:
    """Refuse counts with a digit of another form, which would be one digit more: 12² is not 122."""
    raised = column.map(lambda cell: bool(_RAISED.search(str(cell))))
    if raised.any():
        raise QuestionError(
            f"{str(column[raised].iloc[0])!r} has a raised, lowered or enclosed digit, or a fraction",
            where=f"column {name!r}, {_rows(raised)}",
            fix="take the sign of a note away; people are counted in whole numbers",
        )


def _refuse_no_counts(text: pd.Series, name: str) -> None:
    """Refuse cells that are no mark, whatever is said of them: shares, days, numbers below 0."""
    kinds = {cell: found for cell in text.unique() if (found := _NO_COUNT.fullmatch(cell))}
    if not kinds:
        return
    cell, found = next(iter(kinds.items()))
    alike = [other for other, of in kinds.items() if of.lastgroup == found.lastgroup]
    raise QuestionError(
        f"{cell!r} is not a count of people",
        where=f"column {name!r}, {_rows(text.isin(alike))}",
        fix=_FIXES[str(found.lastgroup)],
    )


def _cap(rows: pd.DataFrame, counts: _Counts, total: pd.Series) -> _Counts:
    """Let no group exceed the total of all groups; nothing is subtracted from it."""
    if not total.any():
        return counts
    key = pd.MultiIndex.from_frame(rows[_CELL])
    most = pd.Series(counts.high, index=key)[total.to_numpy(dtype=bool)]
    cap = most.reindex(key).fillna(np.inf).to_numpy(dtype=np.float64)
    if (above := counts.low > cap).any():
        raise QuestionError(
            "a group is larger than the total of all groups",
            where=_rows(above),
            fix="check the rows, and which group is named as `partition`",
        )
    return _Counts(counts.low, np.minimum(counts.high, cap), counts.text)


def _refuse_more_than_total(
    rows: pd.DataFrame, columns: Mapping[str, _Counts], total: pd.Series
) -> None:
    """Refuse groups that are together more than the total of all; of a composition, everybody is in each of them."""
    key, of_all = pd.MultiIndex.from_frame(rows[_CELL]), total.to_numpy(dtype=bool)
    for name, counts in columns.items():
        together = pd.Series(counts.low, index=key)[~of_all].groupby(level=_CELL).sum()
        sums = together.reindex(key).to_numpy()
        if (above := of_all & (sums > counts.high)).any():
            at = int(np.argmax(above))
            raise QuestionError(
                f"the groups are together {sums[at]:,.0f}, more than their total of {counts.high[at]:,.0f}",
                where=f"column {name!r}, {_rows(above)}",
                fix="check the rows; where counts are rounded or groups overlap, leave out `partition` and its rows",
            )


def _add_figures(
    rows: pd.DataFrame, names: pd.Series, k: _Counts, n: _Counts, *, composition: bool
) -> pd.DataFrame:
    """Add the figures of OBSERVATIONS: exact where both counts are printed, and what is left open where not."""
    above = k.low > n.high
    if above.any():
        first = int(np.argmax(above))
        raise QuestionError(
            f"more are counted than there are: {k.text[first]!r} of {n.text[first]!r}, in {names[first]!r}",
            where=_rows(above),
            fix="check which column is the numerator and which the denominator, and that neither holds percents",
        )
    k_low, n_low = k.low, np.maximum(n.low, k.low)
    k_high, n_high = np.minimum(k.high, n.high), n.high
    exact, nobody = (k_low == k_high) & (n_low == n_high), n_high == 0
    reported = exact & ~nobody
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(np.isinf(n_high), 0.0, k_low / n_high)
        high = np.minimum(k_high / np.maximum(n_low, 1.0), 1.0)
    low, high = np.where(nobody, np.nan, low), np.where(nobody, np.nan, high)
    size = k_high if composition else n_high
    status = np.select(
        [nobody, reported, size < schema.MINIMUM_GROUP, (low <= 0) & (high >= 1)],
        ["no_students", "reported", "small_n", "withheld"],
        "bounded",
    )
    return rows.assign(
        numerator=whole_numbers(k_low, k_low == k_high),
        denominator=whole_numbers(n_low, n_low == n_high),
        numerator_low=whole_numbers(k_low),
        numerator_high=whole_numbers(k_high),
        denominator_low=whole_numbers(n_low),
        denominator_high=whole_numbers(n_high),
        value=np.where(reported, low, np.nan),
        value_low=low,
        value_high=high,
        status=status,
        token=k.text + " of " + n.text,
        coverage=reported.astype(float),
        cells=1,
        cells_reported=reported.astype(int),
    )


def _make_group(label: str, counted: str) -> StudentGroup:
    said = label if counted.casefold() in label.casefold() else f"{label} {counted}"
    return StudentGroup(label=label, people=said)


def _escape_text(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _indicator(
    title: str, done: str, counted: str, direction: Direction, unit: Share, *, calendar: bool
) -> Indicator:
    phrase = _escape_text(done) if done else f"were counted under “{_escape_text(title)}”"
    return Indicator(
        title=title,
        done=done,
        unit=unit,
        direction=direction,
        definition=title,
        numerator=title,
        denominator=counted,
        counted=counted,
        counted_people=f"{counted} counted",
        rate_name=f"rate of “{title}”",
        calendar_years=calendar,
        rate_sentence=f"In {{year}}, {{value}} of {{people}}{{grade}} in {{place}} {phrase}.",
    )


def _source(
    whose: str, title: str, url: str, end_years: Sequence[int], *, calendar: bool
) -> Source:
    releases = {}
    for year in end_years:
        named = str(year) if calendar else f"{year - 1}-{year % 100:02d}"
        releases[int(year)] = Release(school_year=named, title=f"{title} {named}")
    entry = Source(
        title=title,
        publisher=whose,
        publisher_short=whose,
        url=url or "https://example.org",
        licence="the owner's",
        about="a table of one's own",
        layout="long",
        columns={},
        indicators={},
        releases=releases,
    )
    return entry if url else entry.model_copy(update={"url": ""})
