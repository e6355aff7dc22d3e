"""How each source prints what no entry says: grades, quotation, and its words for a withheld cell in each era."""

from dataclasses import dataclass, field, replace
from typing import Literal

from sesec_analysis.twin import masks
from sesec_analysis.twin.population import GRADES

__all__ = ["Way", "grade_word", "way_of"]


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
