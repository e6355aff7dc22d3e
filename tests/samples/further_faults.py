"""More ways to spoil a publisher's file: faults of one place, one label or one column, and other ways to write it.

Importing this adds them to `raw_faults.KINDS` and `raw_faults.SURVEY`.
"""

import csv
import io
import json
import random
import re
from collections.abc import Callable

from raw_faults import (
    _IS_NUMBER,
    KINDS,
    SURVEY,
    Base,
    Grid,
    _apart,
    _column,
    _kind,
    _logical,
    _numeric,
    _parts,
    _put,
    _themed,
    _times,
    _Unfit,
)

from sesec_analysis.loaders.raw.release import Reading

__all__: list[str] = []

_PLACES = ("school_code", "school_name", "tract_code", "district_code", "district_name")
_LABELS = ("student_group", "category", "subject", "certificate", "grade_level")


def _rows_of_a_place(chance: random.Random, grid: Grid, base: Base) -> list[list[str]]:
    at = _logical(base, grid, *_PLACES)
    one = chance.choice(sorted({str(row[at]) for row in grid.rows}))
    return [row for row in grid.rows if str(row[at]) == one]


def _any_label(chance: random.Random, grid: Grid, base: Base) -> int:
    """Any column of labels, not the first alone."""
    reading = Reading(base.source_id, base.folder)
    columns = [grid.at(name) for name in _of(reading, _LABELS) if name in grid.header]
    several = [at for at in columns if len({str(row[at]) for row in grid.rows}) > 1]
    if not several:
        raise _Unfit
    return chance.choice(several)


def _of(reading: Reading, logical: tuple[str, ...]) -> list[str]:
    return [reading.columns[name] for name in logical if name in reading.columns]


def _two_labels(chance: random.Random, rows: list[list[str]], at: int) -> dict[str, str]:
    one, two = chance.sample(sorted({str(row[at]) for row in rows}), 2)
    return {one: two, two: one}


# ---- one place


@_kind
def shift_a_column_within_a_place(chance: random.Random, grid: Grid, base: Base) -> None:
    rows, at = _rows_of_a_place(chance, grid, base), chance.choice(_numeric(grid))
    values = [row[at] for row in rows]
    for row, value in zip(rows, [*values[-1:], *values[:-1]], strict=True):
        row[at] = value


@_kind
def multiply_a_column_of_a_place(chance: random.Random, grid: Grid, base: Base) -> None:
    rows, at = _rows_of_a_place(chance, grid, base), chance.choice(_numeric(grid))
    factor = chance.choice([2, 10, 100, 0.1])
    for row in rows:
        row[at] = _times(str(row[at]), factor)


@_kind
def multiply_a_place(chance: random.Random, grid: Grid, base: Base) -> None:
    rows, factor = _rows_of_a_place(chance, grid, base), chance.choice([2, 10, 100, 0.1])
    for row in rows:
        for at in _numeric(grid):
            row[at] = _times(str(row[at]), factor)


@_kind
def swap_two_columns_of_a_place(chance: random.Random, grid: Grid, base: Base) -> None:
    rows, (one, two) = (
        _rows_of_a_place(chance, grid, base),
        _apart(chance, grid, _numeric(grid)),
    )
    for row in rows:
        row[one], row[two] = row[two], row[one]


@_kind
def swap_two_labels_of_a_place(chance: random.Random, grid: Grid, base: Base) -> None:
    rows, at = _rows_of_a_place(chance, grid, base), _any_label(chance, grid, base)
    exchanged = _two_labels(chance, rows, at)
    for row in rows:
        row[at] = exchanged.get(str(row[at]), row[at])


@_kind
def blank_a_place(chance: random.Random, grid: Grid, base: Base) -> None:
    columns, word = _numeric(grid), chance.choice(["", "0", "*", "NULL"])
    for row in _rows_of_a_place(chance, grid, base):
        for at in columns:
            row[at] = word


@_kind
def a_code_beside_its_own(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _logical(base, grid, "school_code", "tract_code", "district_code")
    rows = [row for row in _rows_of_a_place(chance, grid, base) if str(row[at]).isdigit()]
    step = chance.choice([-1, 1, 10])
    for row in rows:
        row[at] = str(int(row[at]) + step).zfill(len(str(row[at])))


# ---- labels


@_kind
def swap_two_labels_of_any_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _any_label(chance, grid, base)
    exchanged = _two_labels(chance, grid.rows, at)
    for row in grid.rows:
        row[at] = exchanged.get(str(row[at]), row[at])


@_kind
def turn_labels_of_any_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _any_label(chance, grid, base)
    labels = sorted({str(row[at]) for row in grid.rows})
    moved = dict(zip(labels, [*labels[1:], labels[0]], strict=True))
    for row in grid.rows:
        row[at] = moved[str(row[at])]


@_kind
def blank_the_figures_of_a_label(chance: random.Random, grid: Grid, base: Base) -> None:
    at, columns = _any_label(chance, grid, base), _numeric(grid)
    label = chance.choice(sorted({str(row[at]) for row in grid.rows}))
    word = chance.choice(["", "0", "*", "N<10"])
    for row in grid.rows:
        if str(row[at]) == label:
            for column in columns:
                row[column] = word


@_kind
def drop_a_level(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _logical(base, grid, "organization_level")
    gone = chance.choice(sorted({str(row[at]) for row in grid.rows}))
    grid.rows = [row for row in grid.rows if str(row[at]) != gone]


# ---- cells and columns


@_kind
def swap_two_cells_of_a_row(chance: random.Random, grid: Grid, base: Base) -> None:
    row = chance.choice(grid.rows)
    one, two = _apart(chance, grid, _numeric(grid))
    row[one], row[two] = row[two], row[one]


@_kind
def a_cell_as_the_one_above(chance: random.Random, grid: Grid, base: Base) -> None:
    at, below = chance.choice(_numeric(grid)), chance.randrange(1, len(grid.rows))
    grid.rows[below][at] = grid.rows[below - 1][at]


@_kind
def turn_all_columns(chance: random.Random, grid: Grid, base: Base) -> None:
    columns = _numeric(grid)
    for row in grid.rows:
        values = [row[at] for at in columns]
        for at, value in zip(columns, [*values[1:], values[0]], strict=True):
            row[at] = value


@_kind
def what_is_left_of_a_hundred(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    for row in grid.rows:
        text = str(row[at])
        if _IS_NUMBER.fullmatch(text) and "." in text:
            number = float(text.strip("%").replace(",", ""))
            whole = 100 if "%" in text or number > 1 else 1
            row[at] = f"{whole - number:.10g}{'%' if '%' in text else ''}"


@_kind
def drop_the_decimals_of_a_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    for row in grid.rows:
        row[at] = re.sub(r"^(\d+)\.\d+", r"\1", str(row[at]))


@_kind
def a_column_in_other_digits(chance: random.Random, grid: Grid, base: Base) -> None:
    at, zero = chance.choice(_numeric(grid)), chance.choice([0x660, 0x966, 0xFF10, 0x1D7CE])
    digits = {ord("0") + n: chr(zero + n) for n in range(10)}
    for row in grid.rows:
        row[at] = str(row[at]).translate(digits)


@_kind
def a_column_as_text_of_a_spreadsheet(chance: random.Random, grid: Grid, base: Base) -> None:
    at, form = _column(chance, grid), chance.choice(['="{}"', "'{}", "${}", "{} ", " {}", "+{}"])
    for row in grid.rows:
        row[at] = form.format(row[at])


@_kind
def a_column_withheld(chance: random.Random, grid: Grid, base: Base) -> None:
    at, mark = chance.choice(_numeric(grid)), chance.choice(["*", "N<10", "NULL", "<5%", "--"])
    for row in grid.rows:
        row[at] = mark


def _marked(chance: random.Random, grid: Grid) -> tuple[int, list[list[str]]]:
    """A column with marks, and its rows that hold one."""
    columns = _numeric(grid)
    chance.shuffle(columns)
    for at in columns:
        rows = [row for row in grid.rows if row[at] and not _IS_NUMBER.fullmatch(str(row[at]))]
        if rows:
            return at, rows
    raise _Unfit


@_kind
def a_mark_as_a_number(chance: random.Random, grid: Grid, base: Base) -> None:
    at, rows = _marked(chance, grid)
    for row in rows if chance.random() < 0.5 else [chance.choice(rows)]:
        row[at] = str(chance.choice([0, 1, 5, 9, 10, 40]))


@_kind
def a_mark_as_another(chance: random.Random, grid: Grid, base: Base) -> None:
    at, rows = _marked(chance, grid)
    for row in rows if chance.random() < 0.5 else [chance.choice(rows)]:
        row[at] = chance.choice(["*", "N<10", "<50%", ">5%", "NULL", "n<5", "<10", "9%", "N>10"])


KINDS["a minus behind, brackets, a sign before"] = _put(
    *("12-", "(12)", "$12", "+12", "00012", "12.", ".5", "1_000", "0x1F", "1,2", "1,00,000", "12,"),
    *("−12", "12 %", "%12", "1/2", "12;", "1'000"),
)


# ---- headers and rows


@_kind
def a_header_twice(chance: random.Random, grid: Grid, base: Base) -> None:
    one, two = _apart(chance, grid, [grid.at(name) for name in grid.used])
    grid.header[one] = grid.header[two]


@_kind
def add_a_column_of_figures(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    name = chance.choice([f"{grid.header[at]} 2", f"{grid.header[at]}.1", "", grid.header[at][:-1]])
    for row in [grid.header, *grid.rows]:
        row.insert(at, row[at])
    grid.header[at] = name


@_kind
def headers_aside(chance: random.Random, grid: Grid, base: Base) -> None:
    grid.header = [*grid.header[1:], grid.header[0]]


@_kind
def repeat_a_block(chance: random.Random, grid: Grid, base: Base) -> None:
    start = chance.randrange(len(grid.rows))
    block = grid.rows[start : start + chance.choice([2, 10, 50])]
    to = chance.choice([start, len(grid.rows)])
    grid.rows[to:to] = [list(row) for row in block]


@_kind
def write_a_block_over_another(chance: random.Random, grid: Grid, base: Base) -> None:
    """Figures alone: labels and codes stay."""
    many = chance.choice([2, 10, 50])
    one, two = (chance.randrange(len(grid.rows)) for _ in range(2))
    columns = _numeric(grid)
    figures = [[row[at] for at in columns] for row in grid.rows[one : one + many]]
    for row, values in zip(grid.rows[two : two + many], figures, strict=False):
        for at, value in zip(columns, values, strict=True):
            row[at] = value


@_kind
def join_two_rows(chance: random.Random, grid: Grid, base: Base) -> bytes:
    whole = grid.written().split(b"\n")
    at = chance.randrange(1, len(whole) - 2)
    return b"\n".join([*whole[:at], whole[at] + whole[at + 1], *whole[at + 2 :]])


@_kind
def cut_in_the_last_line(chance: random.Random, grid: Grid, base: Base) -> bytes:
    whole = grid.written().rstrip(b"\n")
    start = whole.rfind(b"\n") + 1
    return whole[: chance.randrange(start + 1, len(whole))]


@_kind
def a_part_gone_from_the_middle(chance: random.Random, grid: Grid, base: Base) -> bytes:
    whole = grid.written()
    start = chance.randrange(len(whole))
    return whole[:start] + whole[start + chance.choice([1, 40, 4096]) :]


# ---- ways to write it


def _rewritten(grid: Grid, **how: object) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", **how).writerows([grid.header, *grid.rows])  # type: ignore[arg-type]
    return text.getvalue().encode()


@_kind
def all_cells_quoted(chance: random.Random, grid: Grid, base: Base) -> bytes:
    if grid.lines:
        raise _Unfit
    return _rewritten(grid, quoting=csv.QUOTE_ALL)


@_kind
def backslashes_for_quotation_marks(chance: random.Random, grid: Grid, base: Base) -> bytes:
    if grid.lines:
        raise _Unfit
    return _rewritten(grid, quoting=csv.QUOTE_NONE, escapechar="\\")


@_kind
def blank_lines_between(chance: random.Random, grid: Grid, base: Base) -> bytes:
    return grid.written().replace(b"\n", chance.choice([b"\n\n", b"\n \n", b"\n,\n"]))


@_kind
def a_comma_behind_every_line(chance: random.Random, grid: Grid, base: Base) -> bytes:
    return grid.written().replace(b"\n", b",\n")


@_kind
def spaces_around_all_cells(chance: random.Random, grid: Grid, base: Base) -> None:
    space = chance.choice([" ", "\t", "\u00a0", "\u2003"])
    grid.rows = [[f"{space}{cell}{space}" for cell in row] for row in grid.rows]


@_kind
def as_one_json_document(chance: random.Random, grid: Grid, base: Base) -> bytes:
    rows = [dict(zip(grid.header, row, strict=True)) for row in grid.rows]
    form = chance.choice([rows, {"data": rows}, [[*row.values()] for row in rows], [], {}])
    return json.dumps(form, indent=chance.choice([None, 1])).encode()


@_kind
def an_object_within_an_object(chance: random.Random, grid: Grid, base: Base) -> bytes:
    if not grid.lines:
        raise _Unfit
    lines = grid.written().split(b"\n")
    spoiled = range(len(lines)) if chance.random() < 0.5 else [chance.randrange(len(lines))]
    form = chance.choice([b'{"row": %s}', b"[%s]", b"%s, %s", b'{"a": [], "b": %s}', b"[]"])
    for at in spoiled:
        lines[at] = form.replace(b"%s", lines[at])
    return b"\n".join(lines)


@_kind
def a_key_spelled_otherwise(chance: random.Random, grid: Grid, base: Base) -> bytes:
    """In one line; elsewhere it stays as it is."""
    if not grid.lines:
        raise _Unfit
    lines, name = grid.written().decode().split("\n"), chance.choice(grid.used)
    at, other = chance.randrange(len(lines)), chance.choice([name.upper(), f"{name} ", "x", ""])
    lines[at] = lines[at].replace(json.dumps(name), json.dumps(other))
    return "\n".join(lines).encode()


# ---- surveys

Spoil = Callable[[random.Random, dict, Base], bytes | None]  # type: ignore[type-arg]


def _survey(change: Spoil) -> Spoil:
    SURVEY[f"survey, {change.__name__.replace('_', ' ')}"] = change
    return change


def _schools(chance: random.Random, document: dict) -> dict:  # type: ignore[type-arg]
    """A survey's schools, where there are two at least."""
    surveys = [s for s in document["reports"].get("School Report", {}).values() if len(s) > 1]
    return chance.choice(surveys)


@_survey
def counts_turned(chance, document, base):  # type: ignore[no-untyped-def]
    *_, items, item = _themed(chance, document, base)
    counts = items[item]["answer_respondents"]
    step = chance.choice([1, -1])
    items[item]["answer_respondents"] = chance.choice(
        [counts[::-1], counts[step:] + counts[:step], sorted(counts, key=lambda n: n or 0)]
    )


@_survey
def counts_turned_everywhere(chance, document, base):  # type: ignore[no-untyped-def]
    for *_, items, item in _parts(document):
        counts = items[item]["answer_respondents"]
        items[item]["answer_respondents"] = counts[1:] + counts[:1]


@_survey
def an_item_turned_among_schools(chance, document, base):  # type: ignore[no-untyped-def]
    *_, item = _themed(chance, document, base)
    schools = [items for items in _schools(chance, document).values() if item in items]
    values = [items[item] for items in schools]
    for items, value in zip(schools, [*values[1:], *values[:1]], strict=True):
        items[item] = value


@_survey
def an_item_as_the_one_before(chance, document, base):  # type: ignore[no-untyped-def]
    *_, items, item = _themed(chance, document, base)
    items[item]["answer_respondents"] = list(items[next(iter(items))]["answer_respondents"])


@_survey
def one_more_in_every_count(chance, document, base):  # type: ignore[no-untyped-def]
    for *_, items, item in _parts(document):
        counts = items[item]["answer_respondents"]
        items[item]["answer_respondents"] = [n + 1 if isinstance(n, int) else n for n in counts]


@_survey
def percents_in_place_of_counts(chance, document, base):  # type: ignore[no-untyped-def]
    parts = [*_parts(document)] if chance.random() < 0.5 else [_themed(chance, document, base)]
    for *_, items, item in parts:
        counts = [n or 0 for n in items[item]["answer_respondents"]]
        items[item]["answer_respondents"] = [
            round(100 * n / max(1, sum(counts)), chance.choice([0, 1])) for n in counts
        ]


@_survey
def a_school_with_anothers_answers(chance, document, base):  # type: ignore[no-untyped-def]
    schools = _schools(chance, document)
    one, other = chance.sample(sorted(schools), 2)
    schools[one] = json.loads(json.dumps(schools[other]))


@_survey
def counts_of_a_school_times(chance, document, base):  # type: ignore[no-untyped-def]
    items = chance.choice([*_schools(chance, document).values()])
    factor = chance.choice([2, 10])
    for answered in items.values():
        answered["answer_respondents"] = [
            n * factor if isinstance(n, int) else n for n in answered["answer_respondents"]
        ]


@_survey
def a_list_longer_than_the_other(chance, document, base):  # type: ignore[no-untyped-def]
    *_, items, item = _themed(chance, document, base)
    items[item][chance.choice(["answers", "answer_respondents"])].append(
        chance.choice([0, 5, "Agree", None])
    )


@_survey
def nested_once_more(chance, document, base):  # type: ignore[no-untyped-def]
    *_, items, item = _themed(chance, document, base)
    items[item] = chance.choice([{"data": items[item]}, [items[item]], {item: items[item]}])


@_survey
def lists_empty(chance, document, base):  # type: ignore[no-untyped-def]
    parts = [*_parts(document)] if chance.random() < 0.5 else [_themed(chance, document, base)]
    for *_, items, item in parts:
        items[item] |= {"answers": [], "answer_respondents": []}


@_survey
def zeros_in_place_of_counts(chance, document, base):  # type: ignore[no-untyped-def]
    *_, items, item = _themed(chance, document, base)
    items[item]["answer_respondents"] = [0] * len(items[item]["answers"])


@_survey
def a_report_dropped(chance, document, base):  # type: ignore[no-untyped-def]
    del document["reports"][chance.choice(sorted(document["reports"]))]


@_survey
def a_survey_dropped(chance, document, base):  # type: ignore[no-untyped-def]
    surveys = chance.choice([s for s in document["reports"].values() if s])
    del surveys[chance.choice(sorted(surveys))]


@_survey
def a_survey_copied_over_another(chance, document, base):  # type: ignore[no-untyped-def]
    surveys = chance.choice([s for s in document["reports"].values() if len(s) > 1])
    one, two = chance.sample(sorted(surveys), 2)
    surveys[one] = json.loads(json.dumps(surveys[two]))


@_survey
def reports_swapped(chance, document, base):  # type: ignore[no-untyped-def]
    one, two = chance.sample(sorted(document["reports"]), 2)
    reports = document["reports"]
    reports[one], reports[two] = reports[two], reports[one]


@_survey
def negative_coded_gone(chance, document, base):  # type: ignore[no-untyped-def]
    *_, items, item = _themed(chance, document, base)
    items[item].pop("negativelyCoded", None)


@_survey
def more_keys(chance, document, base):  # type: ignore[no-untyped-def]
    *_, items, item = _themed(chance, document, base)
    items[item] |= {"note": "x", "answers2": [1]}
    document["made"] = "today"


@_survey
def another_encoding(chance, document, base):  # type: ignore[no-untyped-def]
    text = json.dumps(document, ensure_ascii=False) + chance.choice(["", "é"])
    return text.encode(chance.choice(["utf-16", "utf-8-sig", "utf-32", "latin-1"]), "replace")


@_survey
def spaces_and_dashes_in_names(chance, document, base):  # type: ignore[no-untyped-def]
    organizations, name, *_ = _themed(chance, document, base)
    other = chance.choice([f" {name}", name.replace(" ", "  "), name.replace(" ", "\u00a0")])
    organizations[other] = organizations.pop(name)
