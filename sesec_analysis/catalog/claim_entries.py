"""Define the typed entries of the founding claims: what was claimed, what is asked of the figures, and when it holds.

A claim has one test or more, each a part of it. The kinds are few and plain; thresholds, schools and words stand in the
entries, so that a claim is tested as it was worded, and a reader can check the test without reading code.
"""

from typing import Annotated, Literal

from pydantic import Field

from sesec_analysis.catalog.entries import Code, Entry, Said, SaidTemplate

__all__ = [
    "ClaimFigure",
    "ClaimTest",
    "ClaimThen",
    "FoundingClaim",
    "HigherTest",
    "LevelsTest",
    "OutcomesTest",
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
    """Holds while a share, in whole percents, lies within the ends that are given."""

    kind: Literal["share"]
    part: Said
    figure: ClaimFigure
    of: Literal["place", "district", "highest_school"] = "place"
    low: float | None = None
    high: float | None = None


class SchoolsTest(Entry):
    """Holds while more than so large a part of the place's schools have a share within the ends, in whole percents."""

    kind: Literal["schools"]
    part: Said
    figure: ClaimFigure
    low: float
    high: float
    more_than: float


class HigherTest(Entry):
    """Holds while the place's figure is higher (or lower) than that of what it is compared with."""

    kind: Literal["higher", "lower"]
    part: Said
    figure: ClaimFigure
    than: Literal["rest", "district"] = "rest"
    by_school: bool = False  # count the schools of the place that are lower, too


class PartOfSchoolsTest(Entry):
    """Holds while the place has at least that part of the schools with a mark, or more than its part of all schools."""

    kind: Literal["part_of_schools"]
    part: Said
    figure: ClaimFigure
    schools: SaidTemplate  # which schools the figures are of, by the year of the list
    least: float | Literal["part_of_all_schools"]


class Area(Entry):
    """A field of outcomes, and the figures that speak of it."""

    title: Said
    figures: list[ClaimFigure]


class OutcomesTest(Entry):
    """Holds while students of the place are served less well in every comparison of these fields."""

    kind: Literal["outcomes"]
    part: Said
    areas: list[Area]
    group_types: list[str]  # of students: all together, or by group


class RosterTest(Entry):
    """Holds while so many of the named schools stand in the place, out of the schools open in a year."""

    kind: Literal["roster"]
    part: Said
    year: int  # roster: schools with more than 0 students in it
    schools: list[Code]
    counted_in_place: tuple[
        Code, ...
    ] = ()  # by those who made the claim, wherever their address is
    least: int


class UnpublishedTest(Entry):
    """Cannot be told, because what would tell it is not published; the figures beside it are shown."""

    kind: Literal["unpublished"]
    part: Said
    why: Said
    figures: tuple[ClaimFigure, ...] = ()


class LevelsTest(Entry):
    """Holds while no school of the place is at a SESEC school level or above it."""

    kind: Literal["school_levels"]
    part: Said
    none_from: int


ClaimTest = Annotated[
    ShareTest
    | SchoolsTest
    | HigherTest
    | PartOfSchoolsTest
    | OutcomesTest
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
    date: Said
    source: str
    measure: Said
    then: ClaimThen
    tests: list[ClaimTest] = Field(min_length=1)
    beside: tuple[ClaimFigure, ...] = ()  # shown with it, not tested
    schools: tuple[Code, ...] = ()  # named in the claim: where they stand now is shown
    note: Said = ""  # what the figures leave out
