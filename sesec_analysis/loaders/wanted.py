"""Which rows of a statewide dataset are ours: as a question to the portal, and as a filter of a file got by hand.

Seattle's own rows with its schools, the neighbouring districts' own rows, the state's; of one school year.
"""

import pandas as pd

from sesec_analysis.loaders import labels, store
from sesec_analysis.loaders.answers import Column, Dataset
from sesec_analysis.loaders.organization_ids import district_column
from sesec_analysis.loaders.organizations import LEVELS
from sesec_analysis.loaders.reading import NEIGHBOURS, SEATTLE, Reading

__all__ = ["condition", "from_file", "labels_of_year"]

_NUMBERS = {"number", "double", "money", "percent"}
_WORDS = {
    code: [word for word, level in LEVELS.items() if level == code]
    for code in ("district", "state")
}


def condition(reading: Reading, dataset: Dataset, year_labels: list[str]) -> str:
    """Return the ``$where`` for a release: its organizations, its school year, and the rows its entry keeps.

    Text is put in quotation marks and a number is not: the portal refuses the wrong one.
    """
    columns = {name: dataset.column(spelled) for name, spelled in reading.columns.items()}
    tests = [f"({_organizations(reading, columns)})"]
    if "school_year" in columns:
        tests.append(_is_one_of(columns["school_year"], year_labels))
    tests += [_is_one_of(columns[name], values) for name, values in reading.source.keep.items()]
    return " AND ".join(tests)


def _organizations(reading: Reading, columns: dict[str, Column]) -> str:
    name, _ = district_column(columns, [])
    if name not in columns:
        raise reading.refuse(
            "the dataset has no column of district codes to ask by",
            "download its CSV file by hand and give it with --from FILE",
        )
    if "organization_level" not in columns:
        return _is_one_of(columns[name], _districts(reading))
    level = columns["organization_level"]
    seattle = _is_one_of(columns[name], district_column(columns, [SEATTLE])[1])
    beside = _is_one_of(columns[name], district_column(columns, NEIGHBOURS)[1])
    own_row, state = _is_one_of(level, _WORDS["district"]), _is_one_of(level, _WORDS["state"])
    return f"{seattle} OR ({own_row} AND {beside}) OR {state}"


def _districts(reading: Reading) -> list[str]:
    """The districts whose rows are read where a file has no levels: a file of schools is read for Seattle alone."""
    only_schools = reading.source.constants.get("organization_level") == "School"
    return district_column(reading.columns, [SEATTLE] if only_schools else [SEATTLE, *NEIGHBOURS])[
        1
    ]


def _is_one_of(column: Column, values: list[str]) -> str:
    """``field in (…)``; a code that stands in a column of text may be dressed with a thousands comma."""
    if column.kind in _NUMBERS:
        listed = values
    else:
        dressed = [f"{int(text):,}" for text in values if text.isdigit() and int(text) > 9999]
        listed = ["'" + text.replace("'", "''") + "'" for text in [*values, *dressed]]
    return f"{column.field} in ({', '.join(listed)})"


def labels_of_year(reading: Reading, counts: dict[str, int]) -> tuple[list[str], str]:
    """Return how a dataset spells the release's school year, and what else is to be said of its years.

    Raises
    ------
    DataError
        If the dataset does not hold that year, or a school year of it cannot be read.
    """
    years = {label: labels.end_year(label) for label in counts}
    known = sorted(f"{label} ({rows:,} rows)" for label, rows in counts.items())
    if unread := [label for label, year in years.items() if year is None]:
        raise reading.refuse(
            f"{len(unread)} school year(s) cannot be read: {', '.join(map(repr, unread))}",
            "check that this is the right dataset and that `school_year:` names its column of school years",
            column="school_year",
            known=known,
        )
    ours = [label for label, year in years.items() if year == reading.year]
    if not ours:
        raise reading.refuse(
            f"it does not hold school year {reading.release.school_year}, for which the catalog names it",
            f"correct `dataset_id:` or the year of the release in {reading.entry}",
            column="school_year",
            known=known,
        )
    declared = {
        year
        for year, other in reading.source.releases.items()
        if other.dataset_id == reading.release.dataset_id
    }
    strange = sorted(
        label for label, year in years.items() if year not in {*declared, reading.year}
    )
    said = (
        f"it also holds {', '.join(strange)}, which no release of the catalog takes from it"
        if strange
        else ""
    )
    return ours, said


def from_file(reading: Reading) -> tuple[list[str], list[list[str]], str]:
    """Return header, our rows and what is to be said of the years, of a bulk file that somebody downloaded.

    The same proof of header and years as for the portal, and the same rows.
    """
    reading.prove_header()
    header = [name for name in reading.header if name]
    name, _ = district_column(reading.columns, [])
    district, level = reading.columns.get(name), reading.columns.get("organization_level")
    also = {reading.columns[kept]: values for kept, values in reading.source.keep.items()}
    codes = district_column(reading.columns, [SEATTLE, *NEIGHBOURS] if level else [])[1]
    rows = store.read_csv(
        reading.path,
        columns=header,
        keep={**also, **({district: codes or _districts(reading)} if district else {})},
        or_keep={level: _WORDS["state"], **also} if level and district else None,
    )
    if district and level:
        rows = rows[_ours(rows[district], rows[level], reading)]
    if rows.empty:
        raise reading.refuse(
            "the file holds no row of Seattle (district 17001); it may be cut off",
            "check that this is the right file, and download it again",
            column=name,
        )
    said = ""
    if year := reading.columns.get("school_year"):
        counts = {str(label): int(n) for label, n in rows[year].value_counts().items()}
        ours, said = labels_of_year(reading, counts)
        rows = rows[rows[year].isin(ours)]
    return header, _cells(rows), said


def _ours(codes: pd.Series, levels: pd.Series, reading: Reading) -> "pd.Series[bool]":
    bare = labels.clean_code(codes)
    seattle = bare.isin(district_column(reading.columns, [SEATTLE])[1])
    beside = bare.isin(district_column(reading.columns, NEIGHBOURS)[1])
    own_row = levels.isin(_WORDS["district"]) & beside
    return seattle | own_row | levels.isin(_WORDS["state"])


def _cells(rows: pd.DataFrame) -> list[list[str]]:
    return [list(row) for row in rows.itertuples(index=False, name=None)]
