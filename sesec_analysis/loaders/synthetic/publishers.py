"""Describe how each publisher prints: headers, spellings, quotation, units, and marks of withheld cells, by era.

Where a file of that vintage has been seen, its own header stands here; elsewhere the entry's names are taken, a
spelling for each release in turn, so that every spelling is used.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import IndicatorColumns, Source
from sesec_analysis.loaders.raw import codes
from sesec_analysis.loaders.synthetic import masks
from sesec_analysis.loaders.synthetic.population import GRADES

__all__ = [
    "Way",
    "bare",
    "count_form",
    "grade_word",
    "group_codes",
    "group_word",
    "header",
    "logical_names",
    "share_form",
    "way_of",
]


@dataclass(frozen=True)
class Way:
    """The habits of one source in one era."""

    grades: tuple[str, ...] = tuple(GRADES[1:])
    all_grades: str | None = "All Grades"
    grade_words: Literal["3", "03", "3rd", "3rd Grade"] = "3"
    only: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # indicator: the only grades it is of
    levels: dict[str, str] = field(default_factory=dict)  # the source's own words for a level
    each: int = 1  # students to one of those that are counted
    flags: dict[int, str] = field(
        default_factory=dict
    )  # state: what the flag column says; {} is the label
    rates: dict[int, str] = field(
        default_factory=dict
    )  # state: what the rate's column says; None: the rate
    hidden: str = ""  # what stands in the place of a count
    era: masks.Era | None = None  # None: as the entry's range rule has it
    decimals: int = 0  # of a range label
    small_totals: bool = False  # prints the number of students of a withheld cell all the same
    flagged: bool = False  # a range label in the flag may speak of another column than the rate
    years: Literal["2017-18", "2016-2017", "2019"] = "2017-18"
    nobody: bool = False  # has rows for groups without students
    ever: bool = False  # counts everyone enrolled at any time in the year
    thousands: bool = False
    commas_in_codes: bool = False
    decimal_codes: bool = False  # 17001.0, as a spreadsheet leaves codes
    quoted: bool = False
    mark: bool = False  # begins with a byte-order mark
    row_index: bool = False  # somebody's software added an unnamed first column
    footer: tuple[str, ...] = ()


_LABEL = "{}"
_REPORT_CARD = {
    masks.EXACT: "None",
    masks.NOBODY: "No Students",
    masks.SMALL: "N<10",
    masks.BELOW: _LABEL,
    masks.ABOVE: _LABEL,
    masks.FLAGGED: _LABEL,
    masks.CROSS_GROUP: "Cross Student Group - N<10",
    masks.CROSS_RANGE: "Cross Student Group - N<10",
    masks.CROSS_GRADE: "Cross Grade Level - N<10",
    masks.CROSS_ORGANIZATION: "Cross Organization - N<10",
}
_RATES = {
    masks.NOBODY: "No Students",
    masks.SMALL: "N<10",
    masks.BELOW: _LABEL,
    masks.ABOVE: _LABEL,
}
_NOTED = {
    masks.EXACT: "No Suppression",
    masks.NOBODY: "No Students",
    masks.SMALL: "Suppressed: N<10",
    masks.BELOW: "Suppressed: {}",
    masks.ABOVE: "Suppressed: {}",
    masks.FLAGGED: "Suppressed: {}",
    masks.CROSS_GROUP: "Suppressed: Cross Group",
    masks.CROSS_RANGE: "Suppressed: Cross Group",
    masks.CROSS_GRADE: "Suppressed: Cross Grade",
    masks.CROSS_ORGANIZATION: "Cross Organization - N<10",
}
_DISCIPLINE = {
    **_REPORT_CARD,
    masks.BELOW: "Top/Bottom Range",
    masks.ABOVE: "Top/Bottom Range",
    masks.CROSS_RANGE: "Cross Student Group - Top/Bottom Range",
    masks.FLAGGED: "Cross Student Group - Top/Bottom Range",
}
_OLD = {
    masks.EXACT: "",
    masks.SMALL: "N< 10 Suppression",
    masks.BELOW: "<= 5% Suppression",
    masks.ABOVE: "> 95% Suppression",
    masks.CROSS_GROUP: "Cross Subgroup: American Indian / Alaskan Native",
    masks.CROSS_RANGE: "Complement Group Suppressed",
    masks.CROSS_GRADE: "Complement Group Suppressed",
    masks.CROSS_ORGANIZATION: "Cross Organization: Synthetic School 0001",
}
_BLANK = {state: "" for state in range(10) if state != masks.EXACT}
_TESTED = ("03", "04", "05", "06", "07", "08", "10", "11")

_THIRDS = Way(flags=_NOTED, rates=_RATES, era="three", decimals=1)
_TEACHERS = Way(era="open", each=17)

_WAYS = {
    "ospi_assessment": Way(
        grades=_TESTED, flags=_REPORT_CARD, rates=_RATES, nobody=True, quoted=True
    ),
    "ospi_assessment_2017": Way(
        grades=_TESTED,
        all_grades=None,
        grade_words="3rd",
        flags=_OLD,
        rates=_BLANK,
        era="five",
        small_totals=True,
        years="2016-2017",
        mark=True,
    ),
    "ospi_assessment_msp": Way(
        grades=(*_TESTED[:6], "10"), all_grades=None, rates=_BLANK, era="small"
    ),
    "ospi_discipline": Way(
        all_grades="All",
        grade_words="3rd Grade",
        flags=_DISCIPLINE,
        rates=_RATES,
        hidden="*",
        decimals=-1,
        ever=True,
        quoted=True,
    ),
    "ospi_enrollment": Way(
        grades=tuple(GRADES), all_grades="AllGrades", grade_words="3rd Grade", era="open"
    ),
    "ospi_demographics": Way(grades=tuple(GRADES), era="open", mark=True),
    "ospi_demographics_2011": Way(grades=tuple(GRADES), era="open"),
    "ospi_poverty": Way(
        grades=tuple(GRADES[1:]),
        era="open",
        thousands=True,
        footer=("STATE SUMMARY", "1 Synthetic footnote: every figure above is made up"),
    ),
    "ospi_graduation": replace(_THIRDS, grades=("12",), hidden="NA", years="2019"),
    "ospi_sqss": replace(
        _THIRDS,
        years="2016-2017",
        only={"ninth_on_track": ("09",), "dual_credit": ("09", "10", "11", "12")},
    ),
    "ospi_wakids": replace(_THIRDS, grades=("K",)),
    "ospi_growth": Way(
        grades=_TESTED[1:6], grade_words="03", flags={**_REPORT_CARD, masks.EXACT: "NULL"}
    ),
    "ospi_english_learner": _THIRDS,
    "ospi_teacher_demographics": replace(_TEACHERS, levels={"District": "LEA"}),
    "ospi_teacher_ratio": _TEACHERS,
    "ospi_teachers": replace(_TEACHERS, mark=True),
    "ospi_teachers_2011": _TEACHERS,
}


def way_of(source_id: str) -> Way:
    """Return the habits of a release; a source that is not listed prints like the Report Card."""
    key, _, text = source_id.partition("@")
    year = int(text)
    way = _WAYS.get(key, Way(flags=_REPORT_CARD, rates=_RATES))
    if source_id == "ospi_assessment@2018":
        named = {**_RATES, masks.SMALL: "Suppressed: N<10"}
        return replace(way, rates=named, row_index=True, decimal_codes=True, quoted=False)
    if key == "ospi_assessment" and year >= 2019:
        odd = {**_REPORT_CARD, masks.CROSS_ORGANIZATION: "Cross OrganizatiON - N<10"}
        return replace(way, flags=odd, flagged=year >= 2023, era="three")
    if key == "ospi_discipline" and year >= 2024:
        return replace(way, commas_in_codes=True, era="three")
    if key == "ospi_sqss" and year >= 2023:
        labelled = dict.fromkeys([masks.BELOW, masks.ABOVE, masks.FLAGGED], "Top/Bottom Range: {}")
        return replace(way, flags={**_NOTED, **labelled}, flagged=True)
    if key == "ospi_enrollment" and year >= 2024:
        return replace(way, all_grades="All Grades")
    return way


_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def grade_word(way: Way, grade: str) -> str:
    """Return a grade as the source writes it."""
    if grade == "all":
        return way.all_grades or "All"
    if grade in ("PK", "K"):
        long = {"PK": "Pre-Kindergarten", "K": "Kindergarten"}
        return long[grade] if way.grade_words == "3rd Grade" else {"PK": "PK", "K": "K"}[grade]
    number = int(grade)
    ordinal = f"{number}{_ENDINGS.get(number, 'th')}"
    return {"3": str(number), "03": grade, "3rd": ordinal, "3rd Grade": f"{ordinal} Grade"}[
        way.grade_words
    ]


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
    """Return one spelling of several: as the query interface has it at every third turn, else as people see it."""
    lower = [name for name in spellings if name == name.lower()]
    shown = [name for name in spellings if name != name.lower()] or spellings
    if turn % _API == _API - 1 and lower:
        return lower[0]
    return shown[turn % len(shown)]


def _group_columns(source: Source, year: int, *, api: bool) -> list[str]:
    """Return the columns of a wide file's student groups."""
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
    entry_names = {}
    for logical, spellings in source.columns.items():
        known = [_in_year(name, source, year) for name in spellings]
        if name := next((name for name in known if name in names), None):
            entry_names[name] = logical
    return entry_names


def group_codes(source: Source, names: list[str]) -> dict[str, tuple[str, str]]:
    """Return file column -> (numerator or value, student group), for a wide file."""
    known = codes.group_lookup()
    columns = {}
    patterns = {"numerator": source.groups.numerator, "value": source.groups.value}
    for part, pattern in patterns.items():
        before, _, after = (pattern or "\0{}").partition("{}")
        for name in names:
            alias = name.removeprefix(before).removesuffix(after)
            fits = name == f"{before}{alias}{after}" and name not in source.ignore
            code = known.get(codes.group_key(alias), ("", "all"))[1]
            if fits and code != "all":
                columns[name] = (part, code)
    return columns


def count_form(*, thousands: bool, decimal: bool = False) -> Callable[[int], str]:
    """Whole numbers: 1102831, 1,102,831 or 102.0."""
    if thousands:
        return lambda value: f"{value:,}"
    return (lambda value: f"{value}.0") if decimal else str


def share_form(
    source_id: str, source: Source, columns: IndicatorColumns
) -> Callable[[int, int], str]:
    """Return how the rate's column of an indicator prints k of n."""
    key, _, year = source_id.partition("@")
    if columns.value_unit == "percent":
        return _cut_off if source.percent_rounding == "truncated" else _percent
    if columns.value_unit == "proportion":
        digits = 4 if key == "ospi_graduation" else 9
        return lambda k, n: f"{k / n:.{digits}f}".rstrip("0").rstrip(".")
    if key == "ospi_discipline":
        return lambda k, n: f"{_percent(k, n)}%"
    # The query interface of the portal prints one digit more than it knows.
    padding = "0%" if key == "ospi_assessment" and int(year) >= 2023 else "%"
    return lambda k, n: f"{100 * k / n:.1f}{padding}"


def _percent(k: int, n: int) -> str:
    text = f"{100 * k / n:.2f}"
    return text.rstrip("0").rstrip(".")


def _cut_off(k: int, n: int) -> str:
    """74.7 for 74.72: the older files cut a percent off after one digit."""
    tenths = k * 1000 // n
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
