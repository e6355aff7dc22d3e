"""The state's school directories and our own enrollment tables in; one row for each school of Seattle out. No people.

Of each directory only codes, names, grades, kinds and coordinates are read: principals, addresses, e-mail and telephone
numbers stay where they are.
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.entries import School
from sesec_analysis.loaders import labels, store
from sesec_analysis.loaders.reading import SEATTLE

__all__ = ["DIRECTORIES", "directory", "has_directories", "write_directory"]

DIRECTORIES = {
    "directory/wa_public_schools_geo_6districts.csv": "OSPI school layer (geo.wa.gov)",
    "directory/Washington_School_Directory_20180617_6districts.csv": "OSPI directory, June 2018",
}
"""Raw files and what they are called as a source, the newest first."""

_PLAIN = ["SchoolCode", "SchoolName", "LowestGrade", "HighestGrade", "AYPCode", "GradeCategory"]
_POINT = ["Latitude", "Longitude"]
_KINDS = {
    "P": "regular",
    "A": "alternative",
    "S": "special_education",
    "R": "reengagement",
    "V": "skills_center",
    "J": "detention",
}
_LEVELS = {"Elementary School": "elementary", "Middle School": "middle", "High School": "high"}
_ENROLLMENT = "our enrollment tables"


def has_directories(raw: Path) -> bool:
    """Tell whether a folder of raw files holds the directories at all."""
    return all((raw / file).is_file() for file in DIRECTORIES)


def directory(raw: Path, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put the directories and the enrollment tables together.

    Parameters
    ----------
    raw
        The folder of raw files.
    tables
        OBSERVATIONS by source id, as `build` makes them.

    Returns
    -------
    One row per code, with the columns of `entries.School`: every school or program that a directory names, that our
    enrollment tables show with students, or that data/catalog/school_notes.yml tells of.

    Raises
    ------
    DataError
        If a directory is missing, damaged or without one of its columns.
    """
    listed = [_listed(raw / file, source) for file, source in DIRECTORIES.items()]
    seen = _enrolled(tables)
    codes = {code for table in [*listed, seen[seen["students"] > 0]] for code in table["code"]}
    funded = _title_i(tables)
    rows = [
        _row(code, listed, seen, funded)
        for code in sorted(codes | set(seen["code"]) & set(catalog.school_notes()))
    ]
    return pd.DataFrame(rows, columns=list(School.model_fields))


def _listed(path: Path, source: str) -> pd.DataFrame:
    """Read the schools of Seattle in one directory; points shared by several are an office's, not theirs."""
    points = [name for name in _POINT if name in store.header(path)]
    rows = store.read_csv(path, columns=[*_PLAIN, *points], keep={"LEACode": [SEATTLE]})
    rows = rows.apply(lambda column: column.str.strip()).assign(
        code=labels.clean_code(rows["SchoolCode"]), source=source
    )
    for name in _POINT:
        column = pd.to_numeric(rows[name]) if points else pd.Series(float("nan"), index=rows.index)
        rows[name] = column.round(5)
    rows.loc[rows.duplicated(_POINT, keep=False), _POINT] = float("nan")
    return rows


def _enrolled(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every school and year of the enrollment tables: its name there and its students, the newest first."""
    rows = pd.concat([table[table["indicator"] == "enrollment"] for table in tables.values()])
    whole = (rows["grade_level"] == "all") & (rows["student_group"] == "all")
    rows = rows[whole & (rows["organization_level"] == "school")].rename(
        columns={"organization_id": "code", "organization_name": "SchoolName"}
    )
    rows = rows.assign(students=rows["denominator_high"].astype("int64"))
    return rows.sort_values("end_year", ascending=False)


def _title_i(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    rows = [table[table["indicator"] == "title_i_school"] for table in tables.values()]
    funded = pd.concat(rows).query("numerator == 1").sort_values("end_year")
    schools = funded["end_year"].astype("str").groupby(funded["organization_id"])
    return {str(code): "; ".join(years) for code, years in schools}


def _row(
    code: str, listed: list[pd.DataFrame], seen: pd.DataFrame, funded: Mapping[str, str]
) -> dict[str, object]:
    own = seen[seen["code"] == code]
    found = pd.concat([table[table["code"] == code] for table in listed])
    names = [name.removesuffix(" - Seattle") for name in [*own["SchoolName"], *found["SchoolName"]]]
    spelled = {_bare(name): name for name in reversed(names)}
    years = own.loc[own["students"] > 0, "end_year"]
    sources = [*found["source"], *([_ENROLLMENT] if len(own) else [])]
    first = found.iloc[0] if len(found) else pd.Series(dtype="object")
    return {
        "code": code,
        "name": names[0],
        "short_name": catalog.school_names().get(code, names)[0],
        "earlier_names": "; ".join(name for key, name in spelled.items() if key != _bare(names[0])),
        "level": _level(first),
        "lowest_grade": first.get("LowestGrade", ""),
        "highest_grade": first.get("HighestGrade", ""),
        "kind": _KINDS[first["AYPCode"]] if len(first) else "",
        "latitude": first.get("Latitude"),
        "longitude": first.get("Longitude"),
        "first_year": years.min() if len(years) else None,
        "last_year": years.max() if len(years) else None,
        "title_i_years": funded.get(code, ""),
        "note": catalog.school_notes().get(code, ""),
        "source": "; ".join(sources),
    }


def _level(listed: pd.Series) -> str:
    if listed.empty:
        return ""
    if listed["HighestGrade"] == "8" and listed["LowestGrade"] in ("PK", "K", "1"):
        return "k8"
    return _LEVELS.get(listed["GradeCategory"], "other")


def _bare(name: str) -> str:
    return labels.bare_name(name).removesuffix("school")


def write_directory(raw: Path, tables: Mapping[str, pd.DataFrame], path: Path) -> int:
    """Write the directory as CSV; return how many rows it has."""
    rows = directory(raw, tables)
    whole = dict.fromkeys(("first_year", "last_year"), "Int64")
    rows.astype(whole).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return len(rows)
