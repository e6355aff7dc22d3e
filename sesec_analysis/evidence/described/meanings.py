"""Say what numbers mean: how many children a gap or a fall is, what two places have, or what was so before."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sesec_analysis.evidence.answers import Outcome, answer
from sesec_analysis.evidence.described.page_headlines import (
    LEVELS,
    is_alike,
)
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.answer_texts import ANSWERS_OF
from sesec_analysis.evidence.wording.fields import words_of
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Text, Year, _

__all__ = ["Meant", "meanings_of"]

Meant = tuple[Text, tuple[Finding, ...]]
"""A sentence on what numbers mean, and the findings that it is about."""


def meanings_of(numbers: Sequence[Finding], told: Finding | None) -> list[Meant]:
    """Return what numbers say: how many children a change or a gap is, what two places have, or a group is told."""
    held = [(text, (one,)) for one in numbers if (text := _at_earlier_rate(one, numbers))]
    held[1:] = [(_too(one), (one,)) for _text, (one,) in held[1:]]
    other: list[Meant] = [
        (text, (one,)) for one in numbers if (text := _at_other_rate(one, numbers))
    ]
    if over := _of_budgets(numbers, told) or _of_group(numbers) or other:
        return over
    here = told.row.organization_id if told else ""
    first = _of_first_averages(numbers, here)
    return [*_of_aim(numbers, here), *_of_answers(numbers, here), *first, *held]


def _of_aim(numbers: Iterable[Finding], here: str) -> list[Meant]:
    """Return how many schools here had reached the highest level, and how many elsewhere were at one of the top two."""
    at_aim: dict[str, Finding] = {}
    for one in sorted(numbers, key=lambda one: one.row.end_year):
        is_here = one.row.organization_id == here
        if one.row.measure == ("level_share_5" if is_here else "level_share_45"):
            at_aim[_AIM if is_here else _ELSEWHERE] = one
    return [(Text(message, of=one), (one,)) for message, one in at_aim.items()]


_AIM = N_(
    "The coalition’s aim is level {least_level} at every school. In {end}, {count} of {n} had reached it."
)
_ELSEWHERE = N_("Elsewhere, {count} of {n} schools were at level {least_level} or above.")


def _of_first_averages(numbers: Iterable[Finding], here: str) -> list[Meant]:
    """Return the averages of two places in the first year, where one was less far behind the other than it is now."""
    years: dict[int, list[Finding]] = {}
    for one in numbers:
        if one.row.indicator == "teacher_experience":
            years.setdefault(one.row.end_year, []).append(one)
    behind: dict[int, float] = {}
    pairs: dict[int, list[Finding]] = {}
    for year, found in years.items():
        pair = sorted(found, key=lambda one: one.row.organization_id != here)
        most, least = pair[0].printed.ends[1], pair[-1].printed.ends[0]
        if len(pair) == 2 and most is not None and least is not None:
            behind[year], pairs[year] = least - most, pair
    if not behind or not 0 < behind[min(behind)] < behind[max(behind)]:
        return []
    then = pairs[min(behind)]
    own, other = (Text("{whole}", of=one) for one in then)
    text = _(_CLOSER, end=Text("{end}", of=then[0]), here=own, there=other)
    return [(text, tuple(then))]


_CLOSER = N_("In {end}, teachers’ experience was closer: {here} here, {there} elsewhere.")


_TOO = {
    "math_met_tested": N_(
        "In math, at the {then} rate of {reference_whole}, {many} more of {n} would have met the standard."
    ),
    "ela_met_tested": N_(
        "In English, at the {then} rate of {reference_whole}, {many} more of {n} would have met the standard."
    ),
    "regular_attendance": N_(
        "At the {then} rate of {reference_whole}, {many} more of {n} would have attended regularly."
    ),
    "disciplined": N_("At the {then} rate, {many} more would have been suspended or expelled."),
}
"""How many students the fall in a further rate is, after the sentence of the first."""


def _too(finding: Finding) -> Text:
    then = Year(int(finding.row.reference), calendar=True)
    return _(_TOO[finding.row.indicator], finding, many=_many(finding), then=then)


def _of_answers(numbers: Iterable[Finding], here: str) -> list[Meant]:
    """Return of which answers to the survey most were favorable in two places, and of which fewer than half."""
    by_level: dict[str, list[Finding]] = {}
    for one in numbers:
        if one.row.measure in LEVELS and one.row.indicator == "climate_overall_favorable":
            by_level.setdefault(one.row.student_group, []).append(one)
    told: list[Meant] = []
    for level, both in by_level.items():
        pair = sorted(both, key=lambda one: one.row.organization_id != here)
        msgid = _HALVES.get(tuple(map(_side_of_half, pair)))
        if msgid and level in ANSWERS_OF:
            own, other = (Text("{whole}", of=one) for one in pair)
            text = _(msgid, answers=Text(ANSWERS_OF[level]), here=own, there=other)
            dated = _(N_("In {end}, {what}"), end=Text("{end}", of=pair[0]), what=text)
            told.append((replace(text, capital=True) if told else dated, tuple(pair)))
    return told


def _side_of_half(finding: Finding) -> int:
    """Return whether a share is more than a half (1) or less (-1), whatever is withheld; 0 where it may be either."""
    low, high = finding.printed.ends
    if low is None or high is None:
        return 0
    return int(low > 0.5) - int(high < 0.5)


_HALVES: dict[tuple[int, ...], str] = {
    (1, -1): N_(
        "most {answers} were favorable here ({here}); elsewhere, fewer than half were ({there})."
    ),
    (-1, 1): N_(
        "fewer than half of {answers} were favorable here ({here}); elsewhere, most were ({there})."
    ),
    (1, 1): N_("most {answers} were favorable: {here} here, {there} elsewhere."),
    (-1, -1): N_("fewer than half of {answers} were favorable: {here} here, {there} elsewhere."),
}
"""By the side of one half on which answers are here, and elsewhere."""


def _of_budgets(numbers: Sequence[Finding], told: Finding | None) -> list[Meant]:
    """Return how many times as high budgets are here, and the need of the students that they are for."""
    is_ratio = told is not None and told.row.measure == "ratio" and told.row.printed_in == "ratio"
    if told is None or not is_ratio or not told.row.indicator.startswith("budget_"):
        return []
    need = [
        one
        for one in numbers
        if one.row.measure in LEVELS and one.row.student_group == "low_income"
    ]
    if len(need) != 2 or not words_of(Text("{whole_size}", of=told)):
        return []
    here, there = sorted(need, key=lambda one: one.row.organization_id != told.row.organization_id)
    text = _(
        _BUDGETS,
        times=Text("{whole_size}", of=told),
        here=Text("{whole}", of=here),
        there=Text("{whole}", of=there),
    )
    return [(text, (told, here, there))]


_BUDGETS = N_(
    "Budgets per student here are {times} those elsewhere. Of the students at these schools, {here} are low-income "
    "here, {there} elsewhere."
)


def _of_group(numbers: Sequence[Finding]) -> list[Meant]:
    """Return how many of a group were suspended, and how many fewer or more it would be at the rate of all others."""
    for count in (one for one in numbers if one.row.student_group_type == "race_ethnicity"):
        own = [one for one in numbers if one.row.measure == "rate" and is_alike(one.row, count.row)]
        text = _at_other_rate(count, numbers)
        if text and own and words_of(Text("{numerator}", of=own[0])):
            return [(Text(_COUNTED, of=own[0]), (own[0],)), (text, (count,))]
    return []


_COUNTED = N_(
    "In {end}, schools suspended or expelled {numerator} of {n} {people_brief} in {here}."
)


_AT_EARLIER_RATE = {
    "math_met_tested": N_(
        "Among students who took the test, {reference_whole} met the math standard in {then}. At that rate, "
        "{many} more of the {n} tested in {now} would have."
    ),
    "ela_met_tested": N_(
        "Among students who took the test, {reference_whole} met the English standard in {then}. At that rate, "
        "{many} more of the {n} tested in {now} would have."
    ),
    "regular_attendance": N_(
        "If the {then} rate of {reference_whole} still held, {many} more of the {n} students would have attended "
        "regularly in {now}."
    ),
    "disciplined": N_(
        "If the {then} rate still held, {many} more students here would have been suspended or expelled in {now}."
    ),
}
"""How many children a fall in a rate is, by indicator."""


def _at_earlier_rate(finding: Finding, shown: Iterable[Finding]) -> Text | None:
    """Return what a fall in a rate is in students, where the fall is sure and shown; else None."""
    row, msgid = finding.row, _AT_EARLIER_RATE.get(finding.row.indicator)
    if row.measure != "count_at_earlier_rate" or msgid is None:
        return None
    if _side_of_count(finding) <= 0 or _side_of_compared(finding, shown, "change") >= 0:
        return None
    then, now = Year(int(row.reference), calendar=True), Year(row.end_year, calendar=True)
    return _(msgid, finding, then=then, now=now, many=_many(finding))


_AT_OTHER_RATE = {
    "math_met": (
        N_(
            "Here, {many} more students met the math standard than would have at the rate of {reference}."
        ),
        N_(
            "At the rate of {reference}, {many} more students here would have met the math standard."
        ),
    ),
    "math_met low_income": (
        N_(
            "Here, {many} more low-income students met the math standard of {one_grade} than would have at the rate "
            "of {reference}."
        ),
        N_(
            "At the rate of {reference}, {many} more low-income students here would have met the math standard of "
            "{one_grade}."
        ),
    ),
    "regular_attendance low_income": (
        N_(
            "Here, {many} more low-income students attended regularly than would have at the rate of {reference}."
        ),
        N_(
            "At the rate of {reference}, {many} more low-income students here would have attended regularly."
        ),
    ),
    "enrollment low_income": (
        N_(
            "Schools here teach {many} more low-income students than if their share were that of {reference}."
        ),
        N_(
            "Schools here teach {many} fewer low-income students than if their share were that of {reference}."
        ),
    ),
    "disciplined": (
        N_("At the rate of {reference}, it would have been {many} fewer."),
        N_("At the rate of {reference}, it would have been {many} more."),
    ),
}
"""How many children a gap is, by indicator and group: fewer, and more, would be counted at the other rate."""


def _at_other_rate(finding: Finding, shown: Iterable[Finding]) -> Text | None:
    """Return what a gap is in students, where the gap is sure and shown; else None."""
    row = finding.row
    is_of_race = row.student_group_type == "race_ethnicity"
    of_all = is_of_race or row.student_group == labels.EVERYONE
    msgids = _AT_OTHER_RATE.get(row.indicator if of_all else f"{row.indicator} {row.student_group}")
    side = _side_of_count(finding)
    if row.measure != "count_at_other_rate" or msgids is None or not side:
        return None
    if _side_of_compared(finding, shown, "gap") != -side:
        return None
    return _(msgids[side > 0], finding, many=_many(finding))


def _side_of_count(finding: Finding) -> int:
    """Return on which side of none a number of students that may be shown surely is; 0 where on neither."""
    low, high = finding.printed.ends
    if low is None or high is None or finding.row.publish == "nothing":
        return 0
    return int(low > 0) - int(high < 0)


def _side_of_compared(count: Finding, shown: Iterable[Finding], measure: str) -> int:
    """Return on which side the change or gap that is told as a number of students surely is; 0 where on neither."""
    row = count.row
    for one in shown:
        same = (one.row.measure, one.row.end_year) == (measure, row.end_year)
        if same and is_alike(one.row, count.row) and one.row.reference == row.reference:
            found = answer(one.row)
            return found.side if found and found.outcome is Outcome.DIFFERS else 0
    return 0


def _many(finding: Finding) -> Text:
    """Return a rounded number of students; a range of them is rounded outward, and stands as it is."""
    return Text("{value_brief}" if finding.row.publish == "range" else N_("about {value_brief}"))
