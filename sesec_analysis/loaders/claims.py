"""Load the figures that the founding claims and the school level ask for, as their entries in the catalog name them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.claim_entries import (
    ClaimFigure,
    ClaimTest,
    FoundingClaim,
    GroupGapsTest,
    HigherTest,
    LevelsTest,
    PartOfSchoolsTest,
    RosterTest,
    SchoolsTest,
    ShareTest,
    UnpublishedTest,
)
from sesec_analysis.loaders.listing import student_need
from sesec_analysis.loaders.load import find_rows, history, newest, years_held

__all__ = ["claim_figures", "claim_school_figures", "level_figures"]


@dataclass(frozen=True)
class _Request:
    """A figure, whose it is, and the years of it beside the newest."""

    figure: ClaimFigure
    places: tuple[str, ...]
    level: str | None = None
    end_years: tuple[int, ...] = ()


def claim_figures(
    *,
    up_to: int,
    place: str = "southeast_seattle",
    compare_to: str = "rest_of_seattle_regular",
    district: str = "seattle",
) -> pd.DataFrame:
    """Load the data for the tests of the founding claims.

    Parameters
    ----------
    up_to
        The latest ``end_year`` wanted.
    place
        Code of the place that the claims are about.
    compare_to
        Code of the place that it is compared with.
    district
        Code of the place that both belong to.

    Returns
    -------
    OBSERVATIONS of many indicators: for each figure the newest year, and those that stand for the claim's own time.
    What is not published has no rows.

    See Also
    --------
    sesec_analysis.evidence.ledger.claims_ledger : The claims, measured again with these.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> figures = sa.report.claim_figures(up_to=2019)
    >>> shares = figures.query("indicator == 'enrollment' and student_group == 'low_income'")
    >>> sorted(shares.query("organization_level == 'school'")["end_year"].unique().tolist())
    [2011, 2019]
    """
    sides = _Sides(place, compare_to, district)
    requests = dict.fromkeys(
        request for claim in catalog.claims().values() for request in _requests(claim, sides)
    )
    tables = [rows for request in requests for rows in _load_request(request, up_to)]
    in_need = {code for claim in catalog.claims().values() for code in claim.need_of}
    for code in sorted(in_need):
        of_place = newest(code, up_to=up_to, place=[place, compare_to])
        tables += [] if of_place.empty else [student_need(of_place)]
    tests = [test for claim in catalog.claims().values() for test in claim.tests]
    if any(isinstance(test, LevelsTest) for test in tests):
        tables.append(level_figures(up_to=up_to, place=sides.district))
    return _together(tables)


@dataclass(frozen=True)
class _Sides:
    place: str
    rest: str
    district: str

    def compared_with(self, than: str) -> str:
        """Return the place that a test compares with."""
        return self.district if than == "district" else self.rest


def _requests(claim: FoundingClaim, sides: _Sides) -> Iterator[_Request]:
    both = (sides.place, sides.rest)
    years = tuple(claim.then.end_years)
    for figure in claim.context:
        yield _Request(figure, both)
    for test in claim.tests:
        yield from _requests_of(test, sides, years)


def _requests_of(test: ClaimTest, sides: _Sides, years: tuple[int, ...]) -> Iterator[_Request]:
    both = (sides.place, sides.rest)
    match test:
        case ShareTest(of="highest_school") | SchoolsTest():
            yield _Request(test.figure, (sides.place,), "school", years)
        case ShareTest():
            one = sides.district if test.of == "district" else sides.place
            yield _Request(test.figure, (one,), None, years)
        case HigherTest():
            yield _Request(test.figure, (sides.place, sides.compared_with(test.than)), None, years)
            if test.by_school:
                yield _Request(test.figure, (sides.place,), "school", years)
        case PartOfSchoolsTest():
            held = tuple(years_held(test.figure.indicator))
            yield _Request(test.figure, (sides.place, sides.district), None, held)
        case RosterTest():
            roster = ClaimFigure(indicator="enrollment")
            yield _Request(roster, (sides.district,), "school", (test.year,))
        case GroupGapsTest():
            place = sides.district if test.of == "district" else sides.place
            yield _Request(test.figure, (place,), None, years)
        case UnpublishedTest():
            yield from (_Request(figure, both) for figure in test.figures)


def _load_request(request: _Request, up_to: int) -> Iterator[pd.DataFrame]:
    """Return the rows of a request: the years asked for, and the newest of the grades that have any."""
    figure = request.figure
    question: dict[str, Any] = {**figure.question, "place": list(request.places)}
    if request.level:
        question["organization_level"] = request.level
    by_grade = [
        newest(figure.indicator, up_to=up_to, grade_level=grade, **question)
        for grade in figure.grade_levels
    ]
    published = [rows for rows in by_grade if not rows.empty]
    if published:
        yield max(published, key=lambda rows: int(rows["end_year"].max()))
    for year in request.end_years:
        if year <= up_to:
            grades = list(figure.grade_levels)
            yield find_rows(
                figure.indicator, {**question, "end_years": year, "grade_level": grades}
            )


def _together(tables: list[pd.DataFrame]) -> pd.DataFrame:
    columns = schema.OBSERVATIONS_COLUMNS
    rows = pd.concat(tables) if tables else pd.DataFrame(columns=columns)
    once = rows.drop_duplicates(schema.OBSERVATIONS_KEY)
    return schema.conform_observations(once.reset_index(drop=True))


def claim_school_figures(*, up_to: int) -> pd.DataFrame:
    """Load the newest numbers of every indicator for the schools that a founding claim names.

    Parameters
    ----------
    up_to
        The latest ``end_year`` wanted.

    Returns
    -------
    OBSERVATIONS of all students together, and of the low-income and multilingual shares of enrollment; for each school
    and indicator the newest year that has the school.

    See Also
    --------
    sesec_analysis.evidence.ledger.claim_schools : A table of them.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> sa.report.claim_school_figures(up_to=2019)["organization_id"].nunique()
    5
    """
    claims = catalog.claims().values()
    codes = list(dict.fromkeys(code for claim in claims for code in claim.schools))
    shares = [figure for claim in claims for figure in claim.context]
    everyone = [ClaimFigure(indicator=code) for code in catalog.indicators()]
    tables = []
    for figure in (*shares, *everyone):
        rows = history(
            figure.indicator,
            up_to=up_to,
            organization_id=codes,
            grade_level="all",
            **figure.question,
        )
        newest_year = rows.groupby("organization_id")["end_year"].transform("max")
        tables.append(rows[rows["end_year"] == newest_year])
    return _together(tables)


def level_figures(*, up_to: int, place: str = "seattle") -> pd.DataFrame:
    """Load the data of schools that levels are computed from.

    Parameters
    ----------
    up_to
        The latest ``end_year`` wanted.
    place
        Code of the place whose schools are wanted. Cut points are those of the whole district in any case.

    Returns
    -------
    OBSERVATIONS of schools, all grades together, every year up to the last. Years that the catalog leaves out of an
    indicator have no rows.

    See Also
    --------
    sesec_analysis.metrics.school_levels.levels.school_levels : The levels.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> figures = sa.report.level_figures(up_to=2019)
    >>> sorted(figures.query("indicator == 'ela_met'")["end_year"].unique().tolist())
    [2018]
    """
    figures = [
        figure for part in catalog.level_rules().parts.values() for figure in part.figures.values()
    ]
    asked = dict.fromkeys(
        (indicator, figure.student_group_type)
        for figure in figures
        for indicator in figure.indicators
    )
    tables = []
    for indicator, kind in asked:
        rows = history(
            indicator,
            up_to=up_to,
            place=place,
            organization_level="school",
            grade_level="all",
            student_group_type=kind,
        )
        left_out = [out.year for out in catalog.indicator(indicator).years_out]
        tables.append(rows[~rows["end_year"].isin(left_out)])
    return _together(tables)
