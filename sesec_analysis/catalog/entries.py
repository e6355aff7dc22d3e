"""Define the typed entries of the catalog, and the kinds of text that they may hold."""

import re
from collections.abc import Mapping
from itertools import pairwise
from string import Formatter
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from sesec_analysis import i18n

__all__ = [
    "THREE_OVER_N",
    "Address",
    "Avoided",
    "Code",
    "Community",
    "DatasetId",
    "Entry",
    "FileCopy",
    "FileLayout",
    "GroupType",
    "Indicator",
    "IndicatorColumns",
    "IndicatorWords",
    "InsideFolder",
    "LevelCuts",
    "LevelFigure",
    "LevelKind",
    "LevelPart",
    "LevelRules",
    "MeasureEntry",
    "Outline",
    "Place",
    "QuestionWords",
    "RangeRule",
    "RefusedQuestions",
    "Release",
    "Said",
    "SaidAll",
    "SaidTemplate",
    "School",
    "SchoolTime",
    "SeriesBreak",
    "SeriesEvent",
    "SizeCap",
    "Source",
    "StudentGroup",
    "Survey",
    "Template",
    "Unit",
    "WideGroups",
    "WithheldGroup",
    "Words",
    "YearOut",
    "YearVariation",
]


def _inside(path: str) -> str:
    parts = path.replace("\\", "/").split("/")
    if ".." in parts or not parts[0] or ":" in parts[0]:
        raise ValueError(f"{path!r} leads out of the folder of raw files")
    return path


def _template(text: str) -> str:
    for _, name, form, change in Formatter().parse(text):
        if name is not None and (form or change or not re.fullmatch(r"[a-z]+", name)):
            raise ValueError(f"a place in a sentence is a name in braces, not {{{name}}} with more")
    return text


Address = Annotated[str, Field(pattern=r"^https?://[^\s\"'<>\\]+$")]
"""A link that a reader may follow; nothing that runs."""

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$")]
"""A school or an edition: it becomes the name of a folder."""

DatasetId = Annotated[str, Field(pattern=r"^[a-z0-9]{4}-[a-z0-9]{4}$")]
"""A dataset of the state's portal: it becomes part of an address and of a file's name."""

InsideFolder = Annotated[str, AfterValidator(_inside)]
"""A file's path below the folder of raw files."""


def _translate(text: str, info: ValidationInfo) -> str:
    """Return a text in the language that the catalog is read in, or in that of now for an entry made by a program."""
    language = info.context or i18n.language()
    return text if language == i18n.ENGLISH else i18n.translate(text, language)


Said = Annotated[str, AfterValidator(_translate)]
"""A text that readers see: read in the language of `i18n`."""

SaidAll = Annotated[
    list[str], AfterValidator(lambda texts, info: [_translate(text, info) for text in texts])
]
"""The same, of several texts."""

Template = Annotated[str, AfterValidator(_template)]
"""A sentence with places such as ``{value}``: names alone, so that it says nothing of what fills them but its text."""

SaidTemplate = Annotated[Template, AfterValidator(_translate)]
"""The same, read in the language of `i18n`."""


class Entry(BaseModel):
    """A catalog entry: unknown keys are an error, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SeriesBreak(Entry):
    """From ``at`` on, figures are not comparable with those before."""

    at: int
    reason: Said


class SeriesEvent(Entry):
    """The world changed from the school year ``at`` on, and the measure did not: compared, and named beside it."""

    at: int
    reason: Said
    words: Said  # in a sentence: "school buildings closed in between"
    source: str = ""


class YearOut(Entry):
    """A school year, by its end, without a figure that means what it does in other years: not drawn, not compared."""

    year: int
    reason: Said


Unit = Literal[
    "proportion",
    "share_of_answers",
    "share_of_schools",
    "estimated_share",
    "share_with_interval",
    "dollars_per_student",
    "students_per_teacher",
    "years",
    "percentile",
    "score",
]
"""As `schema.UNITS` (a test holds the two together)."""


class BaseYear(Entry):
    """The year that newer figures of an indicator are compared with, and why it is that one."""

    year: int
    reason: Said


class Indicator(Entry):
    """What is counted, in words that a parent can read, and how a number of it is written."""

    title: Said
    brief: Said = ""  # its name in a headline, in a word or two: "math results"; none: its title
    done: Said = ""  # what a share did, in a headline: "met the math standard"
    often: Said = ""  # what happened to a group "4.2 times as often" as to others, in a headline: "were suspended"
    unit: Unit = "proportion"
    direction: Literal["higher_is_better", "lower_is_better", "neutral"]
    definition: Said
    numerator: Said
    denominator: Said
    range_reason: Said = ""  # why its figures are ranges, where nothing is withheld
    period_years: int = 1  # calendar years of one figure: 5 in the census, else a school year
    calendar_years: bool = False  # of one's own tables: 2019 is 2019, and not 2018-19
    counted: str = "students"  # what n counts, in the plural: answers, households, teachers
    rate_name: Said = (
        ""  # what its rate is called where a sentence compares it: "suspension and expulsion rate"
    )
    counted_people: Said = "students counted"  # those in the numerator, where a sentence names them
    rate_sentence: SaidTemplate
    count_sentence: SaidTemplate = ""  # of enrollment: how many students there are in all
    school_sentence: SaidTemplate = ""  # the same of one school, where "at" it is not enough
    kind_sentence: SaidTemplate = ""  # the same of schools of a kind: "high schools in Seattle"
    gap_sentence: Template = ""
    caveats: SaidAll = []
    all_grades: Said = ""  # what "all grades" are, where they are not all grades of a school
    margin: float | None = (
        None  # differences no larger are about the same, in the unit (0.02: 2 points)
    )
    breaks: list[SeriesBreak] = []
    events: list[SeriesEvent] = []
    years_out: list[YearOut] = []
    base_year: BaseYear | None = None  # that newer years are compared with, in every report
    elementary_only: bool = False  # its schools are elementary and K-8 schools, and no others
    subject: str = ""  # the sheet of a workbook that its numbers are on; none: its title


class StudentGroup(Entry):
    """One group of a partition; ``people`` is how a sentence names its students."""

    label: Said
    people: Said
    brief: Said = ""  # the same in a headline, where that is long
    aliases: list[str] = []


class GroupType(Entry):
    """A partition of students: its groups do not overlap."""

    title: Said
    gap: Said = ""  # of two groups: what the gap between them is called in a headline
    groups: dict[str, StudentGroup]


SchoolLevel = Literal["elementary", "k8", "middle", "high", "other"]


class Place(Entry):
    """A named set of organizations: listed schools, all other schools of a district, or a whole district.

    With both ``all_but`` and ``schools`` the place has these schools, and all census tracts but the other place's.
    """

    name: Said
    phrase: Said
    brief: Said = ""  # the same in a headline: "Southeast"
    definition: Said
    source: str
    district: str | None = None
    schools: dict[str, str] = {}
    tracts: dict[str, str] = {}
    split_tracts: dict[
        str, str
    ] = {}  # tracts of 2020 that one of `tracts` was split into: code, and its tract of 2010
    tracts_rule: str = ""
    outline: str = ""  # its line on a map, a key of data/reference/outlines.json
    all_but: str | None = None
    left_out: dict[str, str] = {}  # schools of neither place: code, and why
    whole_district: bool = False
    whole_state: bool = False
    headline: bool = False
    level: SchoolLevel | None = (
        None  # of all its schools: what a school of this level is set beside
    )
    elementary: str = ""  # the place of its elementary and K-8 schools alone


class Community(Entry):
    """Whom everything is about: the district of its schools, the districts beside it, and its places."""

    name: str
    state: str
    state_code: Code
    district: Code
    district_name: str
    neighbours: dict[str, str] = {}  # districts whose own rows are kept beside it, by code
    languages: list[str] = ["en"]
    author: str = ""  # whose its editions are, as they are cited; empty: its name
    places: dict[str, Place] = {}  # none: those of places.yml


SchoolKind = Literal[
    "regular", "alternative", "special_education", "reengagement", "skills_center", "detention"
]


class School(Entry):
    """A school of Seattle, or a program with a code of its own: a row of `data/reference/schools.csv`."""

    code: Code
    name: str
    short_name: str
    earlier_names: str = ""  # joined by "; "
    level: SchoolLevel | None = None
    lowest_grade: str = ""
    highest_grade: str = ""
    kind: SchoolKind | None = None  # null, like level: in no directory we have
    latitude: float | None = None  # null: closed, or no place of its own
    longitude: float | None = None
    zip_code: str | None = None  # null: in no directory, or no place of its own
    first_year: int | None = None  # with students in our enrollment tables, by end year
    last_year: int | None = None
    title_i_years: str = ""  # school years with Title I funds, by end year, joined by "; "
    note: str = ""
    source: str


class SchoolTract(Entry):
    """The census tract of 2010 that a school's coordinates are in: a row of `data/reference/school_tracts.csv`."""

    code: Code
    tract: Code


class YearVariation(Entry):
    """How far schools' rates move from year to year beyond chance: a row of `data/reference/year_variation.csv`."""

    indicator: Code
    grade_level: str
    level: str = ""  # of school; empty: all together
    phi: float
    pairs: int  # of neighbouring years, over schools
    schools: int
    last_year: int


class SizeCap(Entry):
    """How many students a masked cell can hold per student in October: a row of `data/reference/size_caps.csv`."""

    indicator: Code
    student_group_type: str
    cap: float  # what was measured, and a quarter more
    measured: float  # the most that an exact cell of an ordinary school exceeds October's count by
    cells: int
    first_year: int
    last_year: int
    except_schools: str = ""  # codes, joined by "; ": labels there stand for more than the cap


class WithheldGroup(Entry):
    """A group of 10 or more that a school's page withholds for a smaller one: a row of `withheld_groups.csv`."""

    end_year: int
    organization_id: Code
    student_group: Code


class LiteralSum(Entry):
    """A sum that takes the publisher's texts alone, for another group of the year: a row of `literal_sums.csv`."""

    end_year: int
    indicator: Code
    place: Code
    student_group: Code
    protects: str  # the school, group, and text of which fewer than three values would be left


class SchoolTime(Entry):
    """The code and name of a school in some of its years, by the year a school year ends in; open-ended if null."""

    code: Code
    name: str
    first_year: int | None = None
    last_year: int | None = None


class Outline(Entry):
    """A line on a map, closed: points of longitude and latitude, and whose boundaries they are."""

    source: str
    ring: list[tuple[float, float]]
    names: dict[str, tuple[float, float]] = {}  # what is written on the map, and where


class FileCopy(Entry):
    """Another carrier's file of a release's figures: both must agree, and a cell that one masks stays masked."""

    file: InsideFolder
    sha256: str | None = None
    carried_by: str | None = None
    note: str | None = None


RangeRule = Literal[
    "three_over_n", "three_over_n_or_less", "ten_percent_or_three_over_n", "share_only"
]
"""How a range label depends on the size of its group: 3/n; 3/n of the size or one more; 3/n, at most 10 percent, and
the rates beyond it are masked, whatever their counts; not at all."""
THREE_OVER_N = ("three_over_n", "three_over_n_or_less")
"""The rules by which fewer than three are counted, or not counted, in every masked cell."""


class Release(Entry):
    """One yearly file of a source; a list of files, with a list of hashes, is read as if it were one.

    A release with a `file` is embedded: its figures are built from that file. One with a `dataset_id` alone is
    catalogued: `sesec data fetch` gets it. One with `not_published` does not exist, and the text says why.
    """

    file: InsideFolder | None = None
    more_files: list[InsideFolder] = []
    sha256: str | None = None
    more_sha256: list[str] = []
    school_year: str
    title: str
    dataset_id: DatasetId | None = None
    agreement: int | None = None  # how many independent sources name this dataset id for this year
    not_published: str | None = None
    copies: list[FileCopy] = []
    accepted: dict[
        str, int
    ] = {}  # differences that were reviewed: name and count, as they are listed
    replaces: str | None = None  # another source's release, not read once this one is available
    retrieved: str | None = None
    carried_by: str | None = None
    note: str | None = None
    range_rule: RangeRule | None = None
    groups_of_some_schools: bool = False  # a place has a group's sum only if all its schools do

    @model_validator(mode="before")
    @classmethod
    def _first_of_several(cls, entry: Any) -> Any:
        if not isinstance(entry, dict):
            return entry
        several = {
            name: entry[name] for name in ("file", "sha256") if isinstance(entry.get(name), list)
        }
        first = {name: values[0] if values else None for name, values in several.items()}
        others = {"file": "more_files", "sha256": "more_sha256"}
        return entry | first | {others[name]: values[1:] for name, values in several.items()}

    @property
    def files(self) -> dict[str, str | None]:
        """Every file of the release, with the sha256 recorded for it."""
        names = [self.file, *self.more_files]
        hashes = [self.sha256, *self.more_sha256, *([None] * len(names))]
        return {name: digest for name, digest in zip(names, hashes, strict=False) if name}


class IndicatorColumns(Entry):
    """Which columns of a source hold one indicator; every name is a key of the source's ``columns``."""

    numerator: str | None = None
    denominator: str | None = None
    value: str | None = None
    total: str | None = None  # for an average: the sum that is divided by the denominator
    parts: list[str] = []  # for an estimate: counts that make up the numerator together
    straddling: list[str] = []  # for an estimate: counts that belong to the numerator in part
    low: str | None = None  # of an estimate, the ends of its publisher's 95 percent interval
    high: str | None = None
    value_unit: Literal["percent_sign", "percent", "proportion", "number"] = (
        "percent_sign"  # "number": an average, over the `denominator`, in the unit of the indicator
    )
    where: dict[str, list[str]] = {}
    derive: str | None = None
    flag_bounds: bool = True  # a range in the flag column is about this very rate
    counts_first: bool = False  # counts stand for themselves, whatever range is printed beside them


class RowCheck(Entry):
    """What rows of a file print twice; every name is a key of the source's ``columns``.

    Either a rate (or shares that make one, as ``parts``) and the count and size it is made of; or a total and its
    parts; or parts, or the rows of a column in each organization, that add up to a number; or an estimate in the middle
    of the two ends of its interval. A check is skipped where the file lacks one of its columns.
    """

    rate: str | None = None
    count: str | None = None
    size: str | None = None
    larger_size: str | None = None  # who is in it and not in the size is counted too
    percent: bool = False  # the rate is a percent
    rounded_size: bool = False  # the rate was made of a size that is printed as a whole number
    parts: list[str] = []
    total: str | None = None
    column: str | None = None
    middle: str | None = None
    adds_up_to: float | None = None


class WideGroups(Entry):
    """Wide layout: how a group's columns are named, ``{}`` standing for one of its aliases."""

    numerator: str = "{}"
    value: str | None = None
    later_headcount: list[str] = []
    required: list[str] = []  # student group types of which no group may be missing


class Survey(Entry):
    """A survey's file: answers by report, survey, organization and item. What is not named here is refused."""

    reports: dict[str, Literal["school", "district"]]
    ignore_reports: list[str] = []
    levels: dict[str, str] = {}  # a survey by its name in the file: student group
    unnamed: list[str] = []  # parts of the file that do not say which survey they are of
    told_by: dict[str, list[str]] = {}  # there, an item that only these student groups are asked
    schools: dict[str, list[str]] = {}  # where an item leaves several: group, and its schools
    answers: dict[str, Literal["favorable", "between", "unfavorable"]]
    scales: list[list[str]]  # every set of answers that an item can have, in the order of the file
    negative: list[str] = []  # items that a favorable view disagrees with, if the file is silent
    themes: dict[str, list[str]]
    ignore_items: list[str] = []


class FileLayout(Entry):
    """Another layout of a source's files, such as a carrier's: told by its columns, which replace the source's own."""

    about: str
    constants: dict[str, str] = {}
    columns: dict[str, list[str]]
    indicators: dict[str, IndicatorColumns]
    optional: list[str] = []
    groups: WideGroups = WideGroups()
    keep: dict[str, list[str]] = {}
    ignore: list[str] = []
    rules: list[str] = []
    file_rules: list[str] = []
    checks: list[RowCheck] = []
    percent_decimals: int = 9


class Source(Entry):
    """One dataset of a publisher: where it comes from, how its columns read, and its releases."""

    title: str
    publisher: str
    publisher_short: str
    url: Address
    licence: str
    about: str
    format: Literal["csv", "jsonlines", "survey"] = "csv"
    layout: Literal["long", "wide"]
    constants: dict[str, str] = {}
    columns: dict[str, list[str]]
    optional: list[str] = []
    expected: list[str] = []  # columns whose spelling the first download is to prove
    indicators: dict[str, IndicatorColumns]
    groups: WideGroups = WideGroups()
    survey: Survey | None = None
    district: Code | None = None  # whose schools these are, where the files themselves do not say
    keep: dict[str, list[str]] = {}  # column: the values of the rows that are read at all
    ignore_groups: list[str] = []
    ignore_values: dict[str, list[str]] = {}
    ignore: list[str] = []
    range_rule: RangeRule = "share_only"
    percent_rounding: Literal["rounded", "truncated"] = "rounded"
    percent_decimals: int = 9  # of a printed percent, to be trusted ("47.10%" may carry one)
    denominator_cap: Literal["enrollment", "none"] = "none"
    rules: list[str] = []
    file_rules: list[str] = []  # rules that look at all years of the file
    checks: list[RowCheck] = []  # what a row prints twice
    other_layouts: dict[str, FileLayout] = {}
    school_codes: dict[str, str] = {}  # spellings of this source alone, before school_names.yml
    ignore_schools: list[str] = []  # programs that it names, which the state gives no code
    releases: dict[int, Release] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _named_by_year(cls, entry: Any) -> Any:
        """Let a release line be short: its school year follows from its key, its title from the source's."""
        if not isinstance(entry, dict) or not isinstance(entry.get("releases"), dict):
            return entry
        named = {}
        for year, release in entry["releases"].items():
            if isinstance(year, int) and isinstance(release, dict):
                school_year = release.get("school_year", f"{year - 1}-{year % 100:02d}")
                title = f"{entry.get('title')} {school_year}"
                release = {"school_year": school_year, "title": title} | release
            named[year] = release
        return entry | {"releases": named}

    def in_layout(self, name: str) -> "Source":
        """Return the source with the columns of another of its layouts."""
        other = self.other_layouts[name]
        return self.model_copy(update=dict(other) | {"about": self.about, "other_layouts": {}})


class Avoided(Entry):
    """Words that have no place in our texts, why, and what to say instead."""

    words: list[str]
    reason: str
    better: str


class IndicatorWords(Entry):
    """Words that name some of the indicators; a code may begin or end in a star."""

    codes: list[str]
    words: list[str]


class Words(Entry):
    """Words by which people name what we measure, besides those of titles, labels and publishers."""

    indicators: list[IndicatorWords]
    groups: dict[str, list[str]]
    places: dict[str, list[str]]
    search: dict[str, str]
    """What stands for a phrase that is searched for: words of findings, or nothing."""
    plain: list[str] = []
    """Words that change nothing of what is said of a number."""
    framing: list[str] = []
    """Patterns of phrases that do not change its meaning, though their words may; names of ``kinds`` are in braces."""
    asides: list[str] = []
    """Forms of phrases that change nothing in an aside, before or behind what is said of a number."""
    kinds: dict[str, str] = {}
    """Words of one kind, with bars between them."""
    speaking: list[str] = []
    """Words that change nothing in a phrase between commas or before "that", which says who speaks, and how."""
    turning: list[str] = []
    """Words with which even an aside may make another claim of a number."""
    newest: list[str] = []
    """Words that are true only of a number of which there is no newer one."""
    opposite: list[str] = []
    """Words that name an indicator by those who are not counted."""
    idle: list[str] = []
    """Further words that say nothing in a question."""
    alike: list[list[str]] = []
    """Words that may stand for one another."""
    settings: list[str] = []
    """Words with which a phrase begins that says where, when, or for whom."""
    plainest: list[str] = []
    """Indicators that people mean by a word for several."""
    implied: dict[str, str] = {}
    """Groups named in the words for an indicator that refers to all students."""
    grades: dict[str, str] = {}
    """What grades are called."""
    joining: list[str] = []
    """What may stand between "compared with" and the side behind it."""
    nearness: dict[Literal["", "about", "over", "under"], str] = {}
    """Words before a number by which it is near another."""
    lookalikes: list[str] = []
    """Patterns of what only looks like a number."""
    month: str = ""
    """The pattern of a month in them."""
    no_names: list[str] = []
    """Patterns of what only looks like a name of what we measure."""
    whom: list[str] = []
    """Words behind "percent of" that say nothing of whom."""
    parts: dict[str, int] = {}
    """Parts of a whole by their names."""
    ways: dict[Literal["up", "down", "better", "worse"], str] = {}
    """Words by which a number goes up or down, or is better or worse."""
    compared: dict[Literal["less", "more"], str] = {}
    """Patterns by which one number is less or more than another behind them."""
    units: dict[str, str] = {}
    """Patterns of units behind a number."""
    untold: list[str] = []
    """Words of ours where it cannot be told which way a number went."""
    tested: list[str] = []
    """That those count who were tested."""
    around: dict[str, tuple[str, str]] = {}
    """Patterns of what says nothing before and behind the name of a year or place."""
    of_all_who_did: list[str] = []
    """Patterns of a share of all who did something, where a sentence has names for its parts."""
    adjunct: list[str] = []
    """Patterns by which an aside says of whom, when, or how something is true."""
    says_all: list[str] = []
    """Patterns by which those count who were not tested."""
    multiples: dict[str, int] = {}
    """Multiples by their names."""
    measures: list[str] = []
    """Measures that people mean when they name an indicator."""
    patterns: dict[str, str] = {}
    """Patterns of words, by what each finds."""
    attended: list[str] = []
    """Coming to school, regularly or not."""
    shares: list[str] = []
    """Patterns by which a sentence gives a group's share of students without calling it so."""
    english: str = ""
    other_languages: list[str] = []
    """The commonest words of languages, by which a draft is known to be English."""


class RefusedQuestions(Entry):
    """Questions of one kind that are refused: what is said, and patterns of how they are asked."""

    say: str
    asked: list[str] = []


class QuestionWords(Entry):
    """How questions in plain words are read."""

    refused: dict[str, RefusedQuestions]
    read_as: list[tuple[str, str]]
    filler: list[str]
    """Lines of words that say nothing of what a question is about."""


class MeasureEntry(Entry):
    """What a measure is called, how a number of it is written, and what it is made of."""

    title: Said
    label: Said  # over a column
    reading: Said  # what 0 or 1 means
    caution: Said
    made: Literal["rate", "difference", "quotient", "derived"] = "derived"  # of one side or of two
    parts: Literal["sides", "groups", "schools", "years"] = "sides"  # figures that go into it
    equal: float | None = None  # its value where there is no difference
    one_sided: bool = False  # never below that value
    unit: str = ""  # printed in, where that is not the unit of the row
    dated: bool = False  # its reference is, or holds, a school year
    subject: Template = ""  # none: its sentences are those of the indicator
    sentence: Template = ""
    same: Template = ""  # where it is shown to be within the margin; none: made of the subject
    open: str = "too much is withheld"  # why bounds may leave open which side is higher
    unclear: Template = ""  # what they leave open; none: which way the subject goes


def _require_rising(points: tuple[float, ...]) -> tuple[float, ...]:
    if any(low >= high for low, high in pairwise(points)):
        raise ValueError(f"cut points must rise, and {points} do not")
    return points


class LevelCuts(Entry):
    """Where one SESEC school level ends and the next begins, for schools of a kind; at a point it is the next.

    The points never move: the quintiles of the district's schools of the kind in a base year. Every school can come to
    lie above the highest of them, so that a level is no rank.
    """

    kind: Code
    base_year: int
    first_year: int | None = None  # of the figures that are held against these points; null: any
    last_year: int | None = None
    points: Annotated[
        tuple[float, float, float, float], AfterValidator(_require_rising)
    ]  # proportions, 0-1
    schools: int | None = (
        None  # whose quintiles they are; null: set by convention, as the note says
    )
    sources: tuple[str, ...] = ()
    note: Said = ""

    def holds(self, kind: str, end_year: int) -> bool:
        """Whether figures of a year and of schools of a kind are held against these points."""
        after = self.first_year is None or end_year >= self.first_year
        before = self.last_year is None or end_year <= self.last_year
        return kind == self.kind and after and before


class LevelFigure(Entry):
    """One figure of a part: a rate, or of a gap between two groups its size or its change since a base year.

    A gap is the rate of the first group less that of the second, so that more is better in every figure. Between two
    years since its base year it closes by no more than the first group's own rate rose.
    """

    title: Said
    of: Literal["rate", "gap", "gap_change"]
    indicators: tuple[str, ...] = Field(min_length=1)  # several: their answers together
    student_group_type: str = "all"
    groups: tuple[str, ...] = ("all",)
    since: int | None = None  # of a gap and its change: the base year
    phi: dict[Code, float] = Field(
        default_factory=dict
    )  # by kind: variation between years, if wider than chance
    cuts: tuple[LevelCuts, ...] = Field(min_length=1)

    def cuts_of(self, kind: str, end_year: int) -> LevelCuts | None:
        """Return the cut points for figures of a year and kind; None where the figure is not looked at."""
        return next((cuts for cuts in self.cuts if cuts.holds(kind, end_year)), None)


class LevelPart(Entry):
    """One of the three parts of a level, the mean of its figures' levels."""

    title: Said
    about: Said
    figures: dict[Code, LevelFigure] = Field(min_length=1)


class LevelKind(Entry):
    """Schools that are set beside the same cut points."""

    title: Said
    levels: tuple[SchoolLevel, ...]


class LevelRules(Entry):
    """How a school level is made."""

    title: Said
    about: Said
    kinds: dict[Code, LevelKind]
    school_kinds: tuple[SchoolKind, ...]  # others have no level
    years_back: int  # how old the newest figure of a part may be
    fewest_parts: int
    weights: tuple[
        tuple[int, int, int], ...
    ]  # of the parts, in their order; the first are the level's own
    parts: dict[Code, LevelPart] = Field(min_length=3, max_length=3)
    none: Said  # where no year has levels: why
    unlike: Said  # which years are not compared, and why
    cuts_note: Said  # which cut points are not the same in all years
    schools: Mapping[str, str] = {}  # kind by the state's code, from the list of schools

    @model_validator(mode="after")
    def _known_kinds(self) -> Self:
        named = {
            cuts.kind
            for part in self.parts.values()
            for figure in part.figures.values()
            for cuts in figure.cuts
        }
        if unknown := named - set(self.kinds):
            raise ValueError(f"cut points name unknown kinds of schools: {sorted(unknown)}")
        return self

    def kind_of(self, level: str | None, kind: str | None) -> str | None:
        """Return under which of these kinds a school falls, by its level and kind; None: it has no school level."""
        if kind not in self.school_kinds:
            return None
        return next((code for code, entry in self.kinds.items() if level in entry.levels), None)
