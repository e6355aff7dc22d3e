"""The header of a made-up file: the names that an entry knows, in the spelling of one vintage, in order.

Where a file of that vintage has been seen, its own header stands here; elsewhere the entry's names are taken, a
spelling for each release in turn, so that every spelling is used.
"""

import re

from sesec_analysis import catalog
from sesec_analysis.entries import Source
from sesec_analysis.loaders import labels

__all__ = ["bare", "group_codes", "group_word", "header", "logical_names"]

_PLACE = "ESDName,ESDOrganizationID,DistrictCode,DistrictName,DistrictOrganizationId,SchoolCode,SchoolName"
_GROUPS_2019 = (
    "All Students,Female,Gender X,Male,American Indian/ Alaskan Native,Asian,Black/ African American,"
    "Hispanic/ Latino of any race(s),Native Hawaiian/ Other Pacific Islander,Two or More Races,White,"
    "English Language Learners,Highly Capable,Homeless,Low-Income,Migrant,Military Parent,Mobile,Section 504,"
    "Students with Disabilities,Non-English Language Learners,Non-Highly Capable,Non-Homeless,Non-Low Income,"
    "Non Migrant,Non Military Parent,Non Mobile,Non Section 504,Students without Disabilities,DataAsOf"
)
_ENROLLMENT_2019 = (
    f"SchoolYear,OrganizationLevel,County,{_PLACE},SchoolOrganizationid,CurrentSchoolType,GradeLevel,"
    f"{_GROUPS_2019}"
)
_SEEN = {
    "ospi_enrollment@2019": f"{_ENROLLMENT_2019},foster_care,non_foster_care",
    "ospi_enrollment@2020": f"{_ENROLLMENT_2019},Foster_Care,Non_Foster_Care",
    "ospi_enrollment@2025": (
        f"SchoolYear,OrganizationLevel,County,{_PLACE},SchoolOrganizationID,CurrentSchoolType,GradeLevel,All Students,"
        "Female,Gender X,Male,American Indian/Alaskan Native,Asian,Black/African American,"
        "Hispanic/Latino of any race(s),Native Hawaiian/Other Pacific Islander,Two or More Races,White,"
        "English Language Learners,Non-English Language Learners,Foster Care,Non-Foster Care,Highly Capable,"
        "Non-Highly Capable,Homeless,Non-Homeless,Low-Income,Non-Low Income,Migrant,Non-Migrant,Military Parent,"
        "Non-Military Parent,Mobile,Non-Mobile,Section 504,Non-Section 504,Students with Disabilities,"
        "Students without Disabilities,DAT,DataAsOf"
    ),
    "ospi_assessment@2018": (
        f"SchoolYear,OrganizationLevel,County,{_PLACE},SchoolOrganizationid,CurrentSchoolType,StudentGroupType,"
        "StudentGroup,GradeLevel,Test Administration (group),TestAdministration,TestSubject,Suppression,"
        "Count of Students Expected to Test,CountMetStandard,"
        "Count of students expected to test including previously passed,PercentMetStandard,PercentLevel1,"
        "PercentLevel2,PercentLevel3,PercentLevel4,PercentMetTestedOnly,Percent No Score,DataAsOf"
    ),
    "ospi_assessment@2024": (
        "schoolyear,organizationlevel,county,esdname,esdorganizationid,districtcode,districtname,"
        "districtorganizationid,schoolcode,schoolname,schoolorganizationid,currentschooltype,studentgrouptype,"
        "studentgroup,gradelevel,test_administration_group,testadministration,testsubject,dat,"
        "count_of_students_expected,count_of_students_expected_1,count_consistent_grade_level_knowledge_and_above,"
        "percent_consistent_grade_level_knowledge_and_above,percentlevel1,percentlevel2,percentlevel3,percentlevel4,"
        "percent_met_tested_only,percent_no_score,percent_participation,percent_taking_alternative_assessment,"
        "count_foundational_grade,percent_foundational_grade,dataasof"
    ),
}
_API = 3  # every third release is spelled as the portal's query interface does, where an entry knows how


def header(source_id: str, source: Source) -> list[str]:
    """Return the column names of a made-up file of this release."""
    if source_id in _SEEN:
        return _SEEN[source_id].split(",")
    turn = sorted(source.releases).index(int(source_id.partition("@")[2]))
    year = int(source_id.partition("@")[2])
    names = [
        _in_year(_spelling(spellings, turn), source, year)
        for logical, spellings in source.columns.items()
        if logical not in source.optional or turn % 2
    ]
    if source.layout == "wide":
        names += _group_columns(source, year, api=turn % _API == _API - 1)
    used = {bare(name) for spellings in source.columns.values() for name in spellings}
    others: dict[str, list[str]] = {}
    for name in source.ignore:
        if "*" not in name and bare(name) not in used:
            others.setdefault(bare(name), []).append(name)
    return [*names, *(_spelling(spellings, turn) for spellings in others.values())]


def _in_year(name: str, source: Source, year: int) -> str:
    short = source.releases[year].school_year[-5:]
    return name.replace("{school_year}", short).replace("{end_year}", str(year))


def bare(name: str) -> str:
    """Return a column name without capitals, spaces and signs, in which the same column differs by vintage."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _spelling(spellings: list[str], turn: int) -> str:
    """One spelling of several: as the query interface has it at every third turn, else as people see it."""
    lower = [name for name in spellings if name == name.lower()]
    shown = [name for name in spellings if name != name.lower()] or spellings
    if turn % _API == _API - 1 and lower:
        return lower[0]
    return shown[turn % len(shown)]


def _group_columns(source: Source, year: int, *, api: bool) -> list[str]:
    """The columns of a wide file's student groups."""
    names = []
    joined = source.groups.numerator != "{}"
    for kind in [*source.groups.required, *_also(source)]:
        for code in catalog.group_types()[kind].groups:
            alias = _joined(code) if joined else group_word(code, year)
            alias = _field(code) if api and not joined else alias
            if alias is None:
                continue
            patterns = [source.groups.numerator, source.groups.value]
            names += [pattern.replace("{}", alias) for pattern in patterns if pattern]
    return names


def _also(source: Source) -> list[str]:
    """Partitions that a file may have beside those it must."""
    program = [] if source.groups.numerator == "{}" else source.groups.later_headcount
    known = catalog.group_types()
    kinds = [kind for kind, entry in known.items() if set(program) & set(entry.groups)]
    return [kind for kind in ["gender", *kinds] if kind not in source.groups.required]


def _field(code: str) -> str:
    """Return a group as the query interface names its column."""
    aliases = catalog.student_group(code).aliases
    return next((name for name in aliases if "_" in name), aliases[0].lower())


def _joined(code: str) -> str | None:
    aliases = catalog.student_group(code).aliases
    plain = [name for name in aliases if re.fullmatch(r"[A-Za-z0-9]+", name)]
    return plain[-1] if plain and not code.startswith("not_") else None


def group_word(code: str, year: int) -> str:
    """Return a student group as a file of that year writes it: slashes and hyphens moved over the years."""
    aliases = [
        name
        for name in catalog.student_group(code).aliases
        if "_" not in name and not re.search(r"[a-z][A-Z]", name)
    ]
    older = [name for name in aliases if re.search("[ /-]", name)]
    word = older[-1] if older and year < 2018 else aliases[0]
    slash = " / " if year < 2018 else "/ " if year < 2023 else "/"
    if year < 2023:
        word = re.sub(r"^Non-(?=Migrant|Military|Mobile|Section)", "Non ", word)
    return word.replace("/", slash)


def logical_names(source: Source, names: list[str], year: int) -> dict[str, str]:
    """Return file column -> the entry's name for it."""
    found = {}
    for logical, spellings in source.columns.items():
        known = [_in_year(name, source, year) for name in spellings]
        if name := next((name for name in known if name in names), None):
            found[name] = logical
    return found


def group_codes(source: Source, names: list[str]) -> dict[str, tuple[str, str]]:
    """Return file column -> (numerator or value, student group), for a wide file."""
    known = labels.group_lookup()
    found = {}
    patterns = {"numerator": source.groups.numerator, "value": source.groups.value}
    for part, pattern in patterns.items():
        before, _, after = (pattern or "\0{}").partition("{}")
        for name in names:
            alias = name.removeprefix(before).removesuffix(after)
            fits = name == f"{before}{alias}{after}" and name not in source.ignore
            code = known.get(labels.group_key(alias), ("", "all"))[1]
            if fits and code != "all":
                found[name] = (part, code)
    return found
