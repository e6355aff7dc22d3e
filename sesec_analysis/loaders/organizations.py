"""Which organization each raw row is about: its level, code, name and grade in our words."""

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.loaders import labels
from sesec_analysis.loaders.reading import SEATTLE, STATE, Reading

__all__ = ["LEVELS", "organizations"]

LEVELS = {
    "School": "school",
    "District": "district",
    "LEA": "district",
    "State": "state",
    "Tract": "tract",
}


def organizations(reading: Reading, rows: pd.DataFrame) -> pd.DataFrame:
    """Put level, code, name and grade in our words; keep Seattle's schools and the districts' own rows.

    Schools that a file only names get their code from data/catalog/school_names.yml.

    Raises
    ------
    DataError
        If a level, a grade or the name of a school is not known.
    """
    grades = {label: labels.grade_level(label) for label in rows["grade_level"].unique()}
    for column, known in (("organization_level", LEVELS), ("grade_level", grades)):
        strange = rows[column].map(known).isna()
        if strange.any():
            found = ", ".join(sorted(set(rows.loc[strange, column].map(repr))))
            raise reading.refuse(
                f"{column.replace('_', ' ')} {found} is not known",
                "check the file; a new spelling is added in sesec_analysis/loaders (labels.py for grades)",
                column=column,
                rows=rows[strange],
            )
    rows = rows.assign(
        grade_label=rows["grade_level"],
        grade_level=rows["grade_level"].map(grades),
        organization_level=rows["organization_level"].map(LEVELS),
        district_code=labels.clean_code(rows["district_code"]),
    )
    school = rows["organization_level"] == "school"
    rows = rows[(rows["district_code"] == SEATTLE) | ~school]
    return _codes(_coded(reading, rows))


def _coded(reading: Reading, rows: pd.DataFrame) -> pd.DataFrame:
    """Give schools that are only named their code, and the name that charts print."""
    if "school_code" in rows or "school_name" not in rows:
        return rows
    school = rows["organization_level"] == "school"
    codes = rows["school_name"].map(labels.school_code).where(school, "")
    if (strange := codes.isna()).any():
        found = ", ".join(sorted(set(rows.loc[strange, "school_name"].map(repr))))
        raise reading.refuse(
            f"school {found} has no code",
            "add this spelling to its school in data/catalog/school_names.yml",
            column="school_name",
            rows=rows[strange],
        )
    short = {code: names[0] for code, names in catalog.school_names().items()}
    names = codes.map(short).where(school, rows["school_name"])
    return rows.assign(school_code=codes, school_name=names)


def _codes(rows: pd.DataFrame) -> pd.DataFrame:
    level = rows["organization_level"]
    code = rows["district_code"].mask(level == "state", STATE)
    name = rows["district_name"].mask(level == "state", "Washington State")
    for kind in ("school", "tract"):
        if f"{kind}_code" in rows:
            code = labels.clean_code(rows[f"{kind}_code"]).where(level == kind, code)
            name = rows[f"{kind}_name"].where(level == kind, name)
    return rows.assign(organization_id=code, organization_name=name.str.strip())
