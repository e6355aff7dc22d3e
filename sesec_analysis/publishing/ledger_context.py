"""The founding claims about views, funds, income, language and investment, measured again."""

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.publishing.findings import Finding, Findings
from sesec_analysis.publishing.labels import year_of
from sesec_analysis.publishing.ledger_entry import (
    NO_LONGER,
    PARTLY,
    STILL,
    UNKNOWN,
    LedgerEntry,
    newest_by_place,
)
from sesec_analysis.publishing.wording import school_year
from sesec_analysis.words import mark, say

__all__ = ["context_entries"]

_TITLE_I, _INCOME, _LANGUAGE = 0.51, (0.25, 0.40), 0.30
_FOUNDING = mark("No figures of that time are at hand")
_VIEWS = "climate_overall_unfavorable"
_NOT_AT_HAND = mark("Not measured: the figures are not at hand")


def context_entries(
    place: str,
    views: pd.DataFrame,
    title_i: pd.DataFrame,
    residents: pd.DataFrame,
    money: pd.DataFrame,
) -> list[LedgerEntry]:
    """Return the entries of C3, C4, C6, C7 and C9.

    Parameters
    ----------
    place
        Code of the place that the claims are about; every table holds it and one other.
    views
        ESTIMATES of measure rate of `climate_overall_unfavorable` by survey level.
    title_i
        The same of `title_i_school`.
    residents
        The same of `income_under_30000` and `language_other_than_english`.
    money
        ESTIMATES of measure average and ratio of `budget_per_student` and its parts, and of measure rate of the
        low-income share.
    """
    return [
        _c3(place, views),
        _c4(place, title_i),
        _c6(place, residents),
        _c7(place, residents),
        _c9(place, money),
    ]


def _absent(number: str) -> LedgerEntry:
    return LedgerEntry(number, say(_FOUNDING), say(_NOT_AT_HAND), say(UNKNOWN), ())


def _both(place: str, found: Findings) -> tuple[Finding, Finding] | None:
    """Return the finding of the place, and that of the other; None unless both are there."""
    here = [one for one in found if one.row.organization_id == place]
    there = [one for one in found if one.row.organization_id != place]
    return (here[0], there[0]) if len(here) == len(there) == 1 else None


def _c3(place: str, views: pd.DataFrame) -> LedgerEntry:
    """Students' unfavorable answers, since those of parents are not published."""
    told: list[str] = []
    shown: list[Finding] = []
    for level in catalog.group_types()["survey_level"].groups:
        if pair := _both(place, newest_by_place(views, _VIEWS, group=level)):
            here, there = pair
            told.append(
                say(
                    "{level} {value} (of {n} answers), {other} {other_value}",
                    level=here.label.lower(),
                    value=here.printed.value,
                    n=here.printed.n,
                    other=there.place,
                    other_value=there.printed.value,
                )
            )
            shown += pair
    if not shown:
        return _absent("C3")
    now = say(
        "What parents think is not published. Unfavorable answers of students about their schools in {year}: {answers}",
        year=school_year(shown[0].row.end_year),
        answers="; ".join(told),
    )
    then = say("29 percent of parents, as claimed")
    return LedgerEntry("C3", then, now, say(UNKNOWN), tuple(shown))


def _c4(place: str, title_i: pd.DataFrame) -> LedgerEntry:
    """The place's part of the schools with Title I funds, beside its part of all schools."""
    pair = _both(place, newest_by_place(title_i, "title_i_school"))
    counts = [_exact(one) for one in pair] if pair else []
    if not pair or None in counts:
        return _absent("C4")
    (funded, schools), (others, other_schools) = [count for count in counts if count is not None]
    if funded + others == 0:
        return _absent("C4")
    part, whole = funded / (funded + others), schools / (schools + other_schools)
    now = say(
        "{percent} percent in {year}: {funded} of the {all_funded} elementary and K-8 schools with Title I funds, "
        "where {whole} percent of all such schools are ({schools} of {all_schools}). Middle and high schools are not "
        "in the table",
        percent=f"{part * 100:.0f}",
        year=school_year(pair[0].row.end_year),
        funded=funded,
        all_funded=funded + others,
        whole=f"{whole * 100:.0f}",
        schools=schools,
        all_schools=schools + other_schools,
    )
    verdict = STILL if round(part, 2) >= _TITLE_I else PARTLY if part > whole else NO_LONGER
    of_which = say("{verdict} of elementary and K-8 schools", verdict=say(verdict))
    return LedgerEntry("C4", say("51 percent, as claimed"), now, of_which, pair)


def _exact(finding: Finding) -> tuple[int, int] | None:
    row = finding.row
    known = row.numerator_low == row.numerator_high and row.n_low == row.n_high
    if not known or row.numerator_low is None or row.n_low is None:
        return None
    return row.numerator_low, row.n_low


def _c6(place: str, residents: pd.DataFrame) -> LedgerEntry:
    """Households under 30,000 dollars: a range, since the census counts 25,000 to 34,999 together."""
    pair = _both(place, newest_by_place(residents, "income_under_30000"))
    if not pair:
        return _absent("C6")
    here, there = pair
    low, high = here.row.bound_low, here.row.bound_high
    now = say(
        "{value} of households in {year}; {other} {other_value}. A range, because the census counts incomes of $25,000 "
        "to $34,999 together; the table has no margins of error",
        value=_range(here),
        year=year_of(here.row),
        other=there.place,
        other_value=_range(there),
    )
    if low is None or high is None:
        verdict = UNKNOWN
    elif _INCOME[0] <= low and high <= _INCOME[1]:
        verdict = STILL
    else:
        verdict = NO_LONGER if high < _INCOME[0] or low > _INCOME[1] else UNKNOWN
    return LedgerEntry("C6", say("25 to 40 percent, as claimed"), now, say(verdict), pair)


def _range(finding: Finding) -> str:
    return f"{finding.printed.words}" if finding.row.publish == "range" else finding.printed.value


def _c7(place: str, residents: pd.DataFrame) -> LedgerEntry:
    """Residents who speak a language other than English at home."""
    pair = _both(place, newest_by_place(residents, "language_other_than_english"))
    if not pair or pair[0].row.estimate is None:
        return _absent("C7")
    here, there = pair
    now = say(
        "{value} of residents of five years and over in {year}; {other} {other_value}",
        value=here.printed.value,
        year=year_of(here.row),
        other=there.place,
        other_value=there.printed.value,
    )
    verdict = STILL if round(pair[0].row.estimate, 2) >= _LANGUAGE else NO_LONGER
    return LedgerEntry("C7", say("30 percent, as claimed"), now, say(verdict), pair)


def _c9(place: str, money: pd.DataFrame) -> LedgerEntry:
    """Dollars budgeted per student, beside the share of students from low-income families."""
    budgets = _both(place, newest_by_place(money, "budget_per_student"))
    general = _both(place, newest_by_place(money, "budget_general_per_student"))
    need = _both(place, newest_by_place(money, "enrollment", group="low_income"))
    if not budgets or not general or not need:
        return _absent("C9")
    here, there = budgets
    if here.row.estimate is None or there.row.estimate is None:
        return _absent("C9")
    dollars = [(one.printed.value, other.printed.value) for one, other in (budgets, general, need)]
    (all_here, all_there), (general_here, general_there), (need_here, need_there) = dollars
    now = say(
        "Elementary and K-8 schools were budgeted {all_here} per student in {year}, {other} {all_there}; of it for "
        "general education {general_here} and {general_there}. Students from low-income families in {need_year}, in "
        "schools of all grades: {need_here}, {other} {need_there}",
        all_here=all_here,
        year=school_year(here.row.end_year),
        other=there.place,
        all_there=all_there,
        general_here=general_here,
        general_there=general_there,
        need_year=school_year(need[0].row.end_year),
        need_here=need_here,
        need_there=need_there,
    )
    verdict = (
        say("Still true of dollars budgeted per student in elementary and K-8 schools")
        if here.row.estimate < there.row.estimate
        else say(
            "No longer true of dollars budgeted per student in elementary and K-8 schools; whether they meet the need "
            "cannot be told"
        )
    )
    return LedgerEntry("C9", say(_FOUNDING), now, verdict, (*budgets, *general, *need))
