"""Translate a publisher's words for years, grades, organizations and student groups into this project's codes."""

import re
from collections.abc import Callable, Collection, Iterable

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.errors import CatalogError, DataError

__all__ = [
    "add_codes",
    "bare_name",
    "clean_code",
    "codes_by_name",
    "codes_of_school_names",
    "column_key",
    "district_column",
    "grade_level",
    "group_key",
    "group_lookup",
    "school_code",
]


_GRADES = {
    "all": "all",
    "allgrades": "all",
    "all grades": "all",
    "total": "all",
    "pre-kindergarten": "PK",
    "prekindergarten": "PK",
    "pk": "PK",
    "preschool": "PK",
    "transition to kindergarten": "PK",
    "tk": "PK",
    "kindergarten": "K",
    "k": "K",
    "kg": "K",
    "half-day kindergarten": "K",
    "state fdk": "K",  # full-day kindergarten that the state funds
}


def grade_level(label: str) -> str | None:
    """Return a grade's code: ``all``, ``PK``, ``K``, ``01`` to ``12``; None if unknown.

    Examples
    --------
    >>> grade_level("AllGrades"), grade_level("3rd Grade"), grade_level("10"), grade_level("Kindergarten")
    ('all', '03', '10', 'K')
    """
    text = re.sub(r"\s+", " ", label).strip().lower()
    if text in _GRADES:
        return _GRADES[text]
    match = re.fullmatch(r"0?(\d{1,2})(st|nd|rd|th)?( grade)?", text)
    return f"{int(match[1]):02d}" if match and 1 <= int(match[1]) <= 12 else None


def clean_code(codes: pd.Series) -> pd.Series:
    """Return codes as bare text: ``17001.0``, ``="17001"`` and ``17,001`` are all ``17001``.

    Examples
    --------
    >>> clean_code(pd.Series(["17001.0", '="17001"', None, "17,001"], index=[3, 1, 2, 0])).to_dict()
    {3: '17001', 1: '17001', 2: nan, 0: '17001'}
    """
    place, distinct = pd.factorize(codes, use_na_sentinel=False)  # few stand in many rows
    bare = (
        pd.Series(distinct, dtype=codes.dtype)
        .str.strip()
        .str.replace(r"\.0+$", "", regex=True)
        .str.replace(r'[=",\s]', "", regex=True)
    )
    return pd.Series(bare.array.take(place), index=codes.index, name=codes.name)


def group_key(label: str) -> str:
    """Return a spelling-proof form of a student group's label: no spaces round slashes, ``Non X`` as ``Non-X``.

    Underscores, in the names of a portal's query interface, are spaces.

    Examples
    --------
    >>> group_key("Hispanic/ Latino of any race(s)"), group_key("non_section_504")
    ('hispanic/latino of any race(s)', 'non-section 504')
    """
    text = re.sub(r"\s*/\s*", "/", re.sub(r"[\s_]+", " ", label).strip().lower())
    return re.sub(r"^non[ -]", "non-", text)


def column_key(name: str) -> str:
    """Return a form of a column's name in which capitals, spaces and punctuation do not matter; ``*`` stays.

    Examples
    --------
    >>> column_key("Test Administration (group)") == column_key("test_administration_group")
    True
    """
    return re.sub(r"[^\w*]+|_+", "", name.lower())


def group_lookup() -> dict[str, tuple[str, str]]:
    """Return every known spelling (as `group_key`) with its student group type and code."""
    lookup: dict[str, tuple[str, str]] = {}
    for kind, entry in catalog.group_types().items():
        for code, group in entry.groups.items():
            lookup |= {group_key(alias): (kind, code) for alias in [*group.aliases, group.label]}
    return lookup


def school_code(name: str) -> str | None:
    """Return the state's code of a school of Seattle that a source only names; None if the name is not known.

    Capitals, spaces and punctuation do not matter; spellings stand in data/catalog/school_names.yml.

    Examples
    --------
    >>> school_code("South Shore PK-8 School"), school_code("beacon hill Int'l"), school_code("Bellevue High")
    ('4218', '2070', None)
    """
    return codes_of_school_names().get(bare_name(name))


def bare_name(name: str) -> str:
    """Return a name as its letters and digits alone: ``B.F. Day`` and ``b f day`` are both ``bfday``."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def codes_of_school_names() -> dict[str, str]:
    """Return the code of each name in data/catalog/school_names.yml, by the name as `bare_name` writes it.

    Raises
    ------
    CatalogError
        If two codes have one name.
    """
    by_name: dict[str, str] = {}
    for code, names in catalog.school_names().items():
        for name in names:
            if (other := by_name.setdefault(bare_name(name), code)) != code:
                raise CatalogError(
                    f"the school name {name!r} has two codes: {other} and {code}",
                    where=str(catalog.data_dir() / "catalog/school_names.yml"),
                    fix="keep it under one code",
                )
    return by_name


def codes_by_name() -> dict[str, set[str]]:
    """Return the open codes of the available schools by each name (as `bare_name`) that is known of them."""
    codes: dict[str, set[str]] = {}
    spelled = [(code, name) for code, names in catalog.school_names().items() for name in names]
    for code, school in catalog.schools().items():
        spelled += [(code, school.name), (code, school.short_name)]
    for code, name in spelled:
        codes.setdefault(bare_name(name), set()).add(catalog.open_code(code))
    return codes


def district_column(columns: Collection[str], codes: Iterable[str]) -> tuple[str, list[str]]:
    """Return the column of an entry that tells districts apart, and how it names those of some codes.

    Examples
    --------
    >>> district_column(["district_code", "rate"], ["17001"])
    ('district_code', ['17001'])
    >>> district_column(["district_organization", "rate"], ["17001"])
    ('district_organization', ['100229'])
    """
    if "district_organization" not in columns:
        return "district_code", list(codes)
    wanted = set(codes)
    known = catalog.organization_ids()["districts"]
    return "district_organization", [key for key, code in known.items() if code in wanted]


def add_codes(rows: pd.DataFrame, refuse: Callable[..., DataError]) -> pd.DataFrame:
    """Give raw rows that name organizations by ids alone their codes; an unknown school of a known district is refused.

    Examples
    --------
    >>> rows = pd.DataFrame({"district_organization": ["100229", ""], "school_organization": ["101051", ""]})
    >>> add_codes(rows, DataError)[["district_code", "school_code"]].values.tolist()
    [['17001', '2120'], ['', '']]
    """
    if "district_organization" not in rows:
        return rows
    known = catalog.organization_ids()
    districts, schools = (
        clean_code(rows[f"{level}_organization"]).replace("NULL", "")
        for level in ("district", "school")
    )
    rows = rows.assign(
        district_code=districts.map(known["districts"]).fillna(""),
        school_code=schools.map(known["schools"]).fillna(""),
    )
    # Only the community's schools are listed: those of other districts are not read.
    district = catalog.community().district
    strange = (rows["district_code"] == district) & (schools != "") & (rows["school_code"] == "")
    if strange.any():
        raise refuse(
            f"school organization id {', '.join(sorted(set(schools[strange])))} is not in the catalog",
            "add it with the school's code to data/catalog/organization_ids.yml",
            column="school_organization",
            rows=rows[strange],
        )
    return rows
