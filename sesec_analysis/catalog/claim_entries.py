"""Define the typed entries of the founding claims: what was claimed, how it is tested, and when it is true.

A claim has one test or more, each a part of it. The kinds are few and plain; thresholds, schools, and words are in the
entries, so that a claim is tested as it was worded, and a reader can check the test without reading code. A test's
verdict is one of the closed list of `sesec_analysis.evidence.claim_tests.Verdict`.
"""

from typing import Annotated, Literal

from pydantic import Field

from sesec_analysis.catalog.entries import Code, Entry, Said, SaidTemplate

__all__ = [
    "ClaimFigure",
    "ClaimTest",
    "ClaimThen",
    "FoundingClaim",
    "GroupGapsTest",
    "HigherTest",
    "LevelsTest",
    "PartOfSchoolsTest",
    "RosterTest",
    "SchoolsTest",
    "ShareTest",
    "UnpublishedTest",
]


class ClaimFigure(Entry):
    """The figure that a test looks at: an indicator of some students. Of several grades, that of the newest figure."""

    indicator: str
    grade_levels: tuple[str, ...] = ("all",)
    student_group_type: str = "all"
    student_group: str | None = "all"  # null: every group of the type

    @property
    def question(self) -> dict[str, str]:
        """Student group as `load` asks for it."""
        asked = {"student_group_type": self.student_group_type}
        return asked | ({"student_group": self.student_group} if self.student_group else {})


class ShareTest(Entry):
    """Compares a share, in whole percents, with the range or the number that was claimed.

    True within the range from ``low`` to ``high``, not true outside it. Of a number, true if the share is at most
    ``within`` from it, otherwise more or less than claimed.
    """

    kind: Literal["share"]
    part: Said
    figure: ClaimFigure
    of: Literal["place", "district", "highest_school"] = "place"
    low: float | None = None
    high: float | None = None
    claimed: float | None = None
    within: float = 0.0


class SchoolsTest(Entry):
    """Counts the schools of the place whose share, in whole percents, is in the range that was claimed.

    True from one part of the schools (``true_from``), partly true from a smaller one, not true below.
    """

    kind: Literal["schools"]
    part: Said
    figure: ClaimFigure
    low: float
    high: float
    true_from: float
    partly_from: float


class HigherTest(Entry):
    """True if the place's figure is higher (or lower) than that of what it is compared with."""

    kind: Literal["higher", "lower"]
    part: Said
    figure: ClaimFigure
    than: Literal["rest", "district"] = "rest"
    by_school: bool = False  # count the schools of the place that are lower, too


class PartOfSchoolsTest(Entry):
    """Compares the place's part of the district's schools with a mark with the part claimed, as `ShareTest` does."""

    kind: Literal["part_of_schools"]
    part: Said
    figure: ClaimFigure
    schools: SaidTemplate  # which schools the figures are of, by the year of the list
    claimed: float
    within: float = 0.0


class GroupGapsTest(Entry):
    """Compares student groups with all other students of the same place, in each figure.

    True if a group is worse off beyond chance and withheld numbers; not true if every group that can be compared is
    about the same or better off; otherwise no one can tell.
    """

    kind: Literal["group_gaps"]
    part: Said
    figure: ClaimFigure
    groups: tuple[str, ...]
    of: Literal["place", "district"] = "place"


class RosterTest(Entry):
    """True if so many of the named schools are in the place, of the schools open in a year; partly true if fewer."""

    kind: Literal["roster"]
    part: Said
    brief: Said = ""  # the same after a count, as a line of a table has room for
    year: int  # roster: schools with more than 0 students in it
    schools: list[Code]
    counted_in_place: tuple[
        Code, ...
    ] = ()  # by those who made the claim, wherever their address is
    least: int


class UnpublishedTest(Entry):
    """Can't be told, because what would settle it is not published; related figures are shown."""

    kind: Literal["unpublished"]
    part: Said
    why: Said
    claimed: float | None = None
    figures: tuple[ClaimFigure, ...] = ()


class LevelsTest(Entry):
    """True if no school of the place is at a SESEC school level or above it."""

    kind: Literal["school_levels"]
    part: Said
    none_from: int


ClaimTest = Annotated[
    ShareTest
    | SchoolsTest
    | HigherTest
    | PartOfSchoolsTest
    | GroupGapsTest
    | RosterTest
    | LevelsTest
    | UnpublishedTest,
    Field(discriminator="kind"),
]
"""One part of a claim, by its kind."""


class ClaimThen(Entry):
    """What is known of the claim's own time: the figure that was claimed, and the years whose data stand for it."""

    claimed: Said
    end_years: tuple[int, ...] = ()


class FoundingClaim(Entry):
    """A founding claim of the coalition, as made, with its tests."""

    claim: Said
    brief: Said  # the claim in a line of a table
    topic: Said  # what it is about, in a list of claims
    date: Said
    source: str
    measure: Said
    then: ClaimThen
    tests: list[ClaimTest] = Field(min_length=1)
    context: tuple[ClaimFigure, ...] = ()  # shown with it, not tested
    # Indicators: the context is that of their schools and year, as `student_need` loads it.
    need_of: tuple[str, ...] = ()
    schools: tuple[Code, ...] = ()  # named in the claim: where they stand now is shown
    caveat: Said = ""  # what a reader of the verdict must know, on every page that has it
    note: Said = ""  # what else the figures leave out
