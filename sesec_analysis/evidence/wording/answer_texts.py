"""Word the answers of comparisons: whether two sides differ, are about the same, or cannot be told apart, and why.

On a page an answer is one short sentence in whole percents and points. A finding's own sentence is for those who quote
it alone: it has every decimal, and says what happened in between, which a page says once.
"""

import re
from collections.abc import Iterable, Sequence
from operator import attrgetter

from sesec_analysis import catalog
from sesec_analysis.evidence.answers import Answer, Outcome, Why, answer
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.fields import WordedFinding
from sesec_analysis.evidence.wording.headlines import course, sized_side
from sesec_analysis.evidence.wording.sentences import sentence_text
from sesec_analysis.i18n import ENGLISH
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, Count, List, Text, Year, _, render

__all__ = [
    "ANSWERS_OF",
    "answer_text",
    "brief_text",
    "counted_answers",
    "counted_answers_text",
    "following_text",
    "progress_text",
]


_SAME = N_("about the same")
_SIDES = {-1: N_("lower"), 0: N_("differs"), 1: N_("higher")}
_REASONS = {
    Why.WITHHELD: N_("too much is withheld"),
    Why.CHANCE: N_("it could be chance"),
    Why.NOT_PUBLISHED: N_("not published"),
    Why.NOT_COMPARABLE: N_("the years are not comparable"),
}
_UNKNOWN = N_("can't tell: {reason}")


def answer_text(found: Answer) -> Text:
    """Return an answer with its reason.

    Examples
    --------
    >>> print(answer_text(Answer(Outcome.UNKNOWN, why=Why.CHANCE)))
    can't tell: it could be chance
    """
    if found.why is None:
        return Text(_SIDES[found.side] if found.outcome is Outcome.DIFFERS else _SAME)
    return _(_UNKNOWN, reason=Text(_REASONS[found.why]))


def progress_text(finding: WordedFinding) -> Text | None:
    """Return an answer: of a change over time, whether it is for the better; None if nothing is compared.

    Examples
    --------
    >>> from sesec_analysis.evidence.row import Row
    >>> from sesec_analysis.evidence.wording.fields import GatedRow
    >>> row = Row("disciplined", 2023, "place", "southeast_seattle", "Southeast Seattle", "all", "all", "all",
    ...           "change", "2019", estimate=-0.02, outer_low=-0.03, outer_high=-0.01, unit="points", status="ok")
    >>> print(progress_text(GatedRow(row)))
    better
    """
    row = finding.row
    found = answer(row)
    if found is None:
        return None
    if found.why is Why.NOT_PUBLISHED and row.reason:  # some are published, too few to compare
        return _(_UNKNOWN, finding, reason=row.reason)
    direction = catalog.indicator(row.indicator).direction
    better = found.better(higher_is_better=row.higher_is_better)
    # The same measures compare two places in one year, and then nothing got better or worse.
    is_over_time = row.entry.dated and re.search(r"\b(19|20)\d\d\b", row.reference)
    if not is_over_time or direction == "neutral" or better is None:
        return answer_text(found)
    return Text(N_("better")) if better else Text(N_("worse"))


def counted_answers(found: Iterable[Answer]) -> str:
    """Return in English how many answers are of each of the three kinds, and why some cannot be told.

    Examples
    --------
    >>> unknown = [Answer(Outcome.UNKNOWN, why=why) for why in (Why.WITHHELD, Why.WITHHELD, Why.CHANCE)]
    >>> counted_answers([Answer(Outcome.DIFFERS, 1), *unknown])
    '1 differ, 0 are about the same, and 3 are unclear (2 withheld and 1 chance)'
    """
    return render(counted_answers_text(list(found)), ENGLISH)


def counted_answers_text(found: Sequence[Answer]) -> Text:
    """Return `counted_answers` as a text."""

    def which(wanted: Outcome | Why) -> tuple[str, ...]:
        return tuple(f"{at}" for at, one in enumerate(found) if wanted in (one.outcome, one.why))

    text = _(
        N_("{differ}, {same}, and {unknown}"),
        differ=Count(which(Outcome.DIFFERS), N_("{n} differ")),
        same=Count(which(Outcome.SAME), N_("{n} are about the same")),
        unknown=Count(which(Outcome.UNKNOWN), N_("{n} are unclear")),
    )
    reasons = tuple(Count(which(why), _SHORT[why]) for why in Why if which(why))
    return _("{text} ({reasons})", text=text, reasons=List(reasons)) if reasons else text


_SHORT = {
    Why.WITHHELD: N_("{n} withheld"),
    Why.CHANCE: N_("{n} chance"),
    Why.NOT_PUBLISHED: N_("{n} not published"),
    Why.NOT_COMPARABLE: N_("{n} not comparable"),
}


# in short sentences -------------------------------------------------------------------------------


def brief_text(finding: WordedFinding) -> Text:
    """Return a finding in one short sentence; its own sentence where there are no shorter words for it.

    Examples
    --------
    >>> from sesec_analysis.evidence.row import Row
    >>> from sesec_analysis.evidence.wording.fields import GatedRow
    >>> row = Row("math_met", 2024, "place", "southeast_seattle", "Southeast Seattle", "all", "all", "all", "change",
    ...           "2018", estimate=-0.114, outer_low=-0.134, outer_high=-0.094, unit="points", publish="point")
    >>> print(brief_text(GatedRow(row)))
    The share of students in Southeast Seattle who met the math standard fell 11 points from 2018 to 2024.
    """
    row, found = finding.row, answer(finding.row)
    done = catalog.indicator(row.indicator, ENGLISH).done  # its form decides, in every language
    if row.publish == "nothing":
        return sentence_text(finding)
    if short := _of_one_year(finding, found):
        return short
    if row.is_composition or not done:
        return sentence_text(finding)
    if row.measure == "published_rate":
        return _(_PUBLISHED[done.startswith("of ")], finding, now=_end_year(row.end_year))
    if found is None:
        return sentence_text(finding)
    if row.measure == "published_gap_change" and row.indicator in _TESTED_IN:
        return _change_sentence(
            finding, found, _LOST_AMONG_TESTED, subject=Text(_TESTED_IN[row.indicator])
        )
    if done.startswith("of "):  # it says by itself of what it is a share
        return sentence_text(finding)
    if (
        row.measure == "gap_change"
        and row.indicator in _TESTS_IN
        and labels.reference_of(row).places
    ):
        return _change_sentence(finding, found, _LOST, subject=Text(_TESTS_IN[row.indicator]))
    if row.measure == "change":
        return _change_sentence(finding, found, _CHANGED)
    if row.measure == "gap_change" and not labels.reference_of(row).places:
        if not row.higher_is_better:
            return sentence_text(finding)
        return _change_sentence(finding, found, _LOST_AMONG_GROUPS)
    if row.measure == "gap" and (side := sized_side(finding)):
        of = "places" if labels.reference_of(row).places else "groups"
        grade = Text("{grade}") if row.grade_level != "all" else None
        return _(_APART[of, side > 0], finding, now=_end_year(row.end_year), grade=grade)
    return sentence_text(finding)


def following_text(finding: WordedFinding, told: WordedFinding) -> Text | None:
    """Return a change in fewer words where one of the same rate was told before it; None where they would not do.

    It may be that of another place or group in the same years, or that of the same place since another year. Of answers
    to a survey it is a gap, after one of the same students' answers about another theme.

    Examples
    --------
    >>> from sesec_analysis.evidence.row import Row
    >>> from sesec_analysis.evidence.wording.fields import GatedRow
    >>> rows = [Row("math_met", 2024, "place", code, name, "all", "all", "all", "change", "2018", estimate=-0.114,
    ...             outer_low=-0.134, outer_high=-0.094, unit="points", publish="point")
    ...         for code, name in (("southeast_seattle", "Southeast"), ("rest_of_seattle_regular", "Rest"))]
    >>> print(following_text(GatedRow(rows[1]), GatedRow(rows[0])))
    In the rest of Seattle, it fell 11 points.
    """
    row, before, found = finding.row, told.row, answer(finding.row)
    if row.measure == before.measure == "gap" and row.is_survey:
        at = attrgetter("organization_id", "reference", "end_year", "student_group")
        is_after = before.is_survey and at(row) == at(before)
        return _of_answers(finding, _THEIR_ANSWERS) if found and is_after else None
    same = attrgetter("measure", "indicator", "end_year", "grade_level")
    if same(row) != same(before):
        return None
    if (row.measure, row.indicator) == ("average", "students_per_teacher"):
        return Text(_IT_WAS, of=finding) if row.publish == "point" else None
    if row.measure != "change":
        return None
    is_here = row.organization_id == before.organization_id
    is_of_group = row.student_group == before.student_group
    is_since = row.reference == before.reference
    if found is None or row.publish == "nothing" or (is_here and is_of_group) is is_since:
        return None
    if not is_since:
        return _change_sentence(finding, found, _IT_SINCE) if found.side else None
    if is_of_group:
        return _change_sentence(finding, found, _IT_THERE)
    return _change_sentence(finding, found, _IT_AMONG)


def _of_one_year(finding: WordedFinding, found: Answer | None) -> Text | None:
    """Return what a page says of a number or a comparison of one year that is no share of students by what they did."""
    row, now = finding.row, _end_year(finding.row.end_year)
    to = labels.reference_of(row)
    if row.measure == "rate" and row.indicator in _TESTED_IN:
        return _(_HERE, finding, now=now)
    if row.measure == "rate" and row.is_composition and row.student_group != labels.EVERYONE:
        return _(_MADE_UP, finding, now=now)
    if row.measure == "average" and row.indicator == "teacher_experience":
        return _(_EXPERIENCE, finding, now=now)
    if row.measure == "average" and row.indicator == "students_per_teacher":
        return _(_STUDENTS_PER_TEACHER, finding, now=now)
    if row.measure == "ratio" and sized_side(finding):
        times = _TIMES["places" if to.places else "groups"]
        return _(times, finding, now=now)
    if row.measure == "gap" and row.unit == "points" and row.is_survey:
        return _of_answers(finding, _ANSWERS) if found and to.places else None
    return None


def _of_answers(finding: WordedFinding, texts: dict[str, str]) -> Text | None:
    """Return how favorable answers about a theme are next to those of another place; None without words for it."""
    row, key = finding.row, course(finding)
    whose, theme = ANSWERS_OF.get(row.student_group), _THEMES.get(row.indicator)
    if key not in texts or whose is None or theme is None:
        return None
    args: dict[str, Arg] = {
        "now": _end_year(row.end_year),
        "whose": Text(whose),
        "about": Text(theme),
    }
    return _(
        texts[key],
        finding,
        **{name: arg for name, arg in args.items() if f"{{{name}}}" in texts[key]},
    )


def _end_year(end_year: int) -> Year:
    """Return a school year by the year in which it ended, as pages name it."""
    return Year(end_year, calendar=True)


def _change_sentence(
    finding: WordedFinding, found: Answer, texts: dict[str, str], **args: Text
) -> Text:
    """Return the sentence of a change by its answer; the finding's own where the page has no words for that."""
    key = course(finding)
    if key not in texts or found.why not in (None, Why.CHANCE, Why.WITHHELD):
        return sentence_text(finding)
    years = labels.reference_of(finding.row).years
    then, now = _end_year(years[0]), _end_year(finding.row.end_year)
    grade = Text("{grade}") if finding.row.grade_level != "all" else None
    return _(texts[key], finding, then=then, now=now, grade=grade, **args)


_HERE = N_("In {place}, {whole} {done} in {now}.")
_MADE_UP = N_("In {now}, {whole} of students in {place} were {were}.")
_STUDENTS_PER_TEACHER = N_("In {now}, there were {whole} students per teacher in {place}.")
_IT_WAS = N_("In {place}, there were {whole}.")
_EXPERIENCE = N_("In {now}, teachers in {place} had {whole} of experience on average.")
_TIMES = {
    "places": N_("In {now}, the {rate} in {place} was {whole_size} that in {reference}."),
    "groups": N_(
        "In {now}, the {rate} for {people} in {place} was {whole_size} the rate for {reference}."
    ),
}
ANSWERS_OF = {
    "elementary": N_("elementary students’ answers"),
    "middle": N_("middle schoolers’ answers"),
    "high": N_("high schoolers’ answers"),
}
"""Answers to the survey, by the grades that gave them."""
_THEMES = {
    "climate_overall_favorable": N_("about school"),
    "climate_safety_favorable": N_("about safety"),
    "climate_belonging_favorable": N_("about belonging"),
    "climate_fairness_favorable": N_("about fairness and respect"),
    "climate_adults_favorable": N_("about adults at school"),
}
_ANSWERS = {
    "fell": N_(
        "In {now}, {whose} {about} were {whole_size} less favorable in {place} than in {reference}."
    ),
    "rose": N_(
        "In {now}, {whose} {about} were {whole_size} more favorable in {place} than in {reference}."
    ),
    "same": N_("In {now}, {whose} {about} were about the same in {place} and in {reference}."),
}
"""Of answers to a survey about a theme, compared with those of another place."""
_THEIR_ANSWERS = {
    "fell": N_("Their answers {about} were {whole_size} less favorable."),
    "rose": N_("Their answers {about} were {whole_size} more favorable."),
}
"""After the sentence of the same students' answers about another theme."""
_PUBLISHED = {
    True: N_(
        "At the {schools} schools in {place} whose numbers are published, {whole} {done} in {now}."
    ),
    False: N_(
        "At the {schools} schools in {place} whose numbers are published, {whole} of {people} {done} in {now}."
    ),
}
"""By whether what was done says of whom it is."""
_TESTED_IN = {"math_met_tested": N_("math"), "ela_met_tested": N_("English")}
_TESTS_IN = {name.removesuffix("_tested"): subject for name, subject in _TESTED_IN.items()}
_LOST = {
    "fell": N_(
        "From {then} to {now}, {place_name} lost {whole_size} in {subject} against {reference}."
    ),
    "rose": N_(
        "From {then} to {now}, {place_name} gained {whole_size} in {subject} on {reference}."
    ),
    "chance": N_(
        "In {subject}, any change in the gap with {reference} from {then} to {now} could be chance."
    ),
}
"""Of all students, among whom those who did not take the test do not meet the standard."""
_LOST_AMONG_TESTED = {
    "fell": N_(
        "Among students tested in {subject}, {place_name} lost {whole_size} against {reference} from {then} to {now}, "
        "at schools with numbers for both years."
    ),
    "rose": N_(
        "Among students tested in {subject}, {place_name} gained {whole_size} on {reference} from {then} to {now}, at "
        "schools with numbers for both years."
    ),
    "chance": N_(
        "Among students tested in {subject}, at the schools whose numbers are published for both years, any change in "
        "the gap could be chance."
    ),
}
_CHANGED = {
    "fell": N_(
        "The share of {people} in {place} who {done}{grade} fell {whole_size} from {then} to {now}."
    ),
    "rose": N_(
        "The share of {people} in {place} who {done}{grade} rose {whole_size} from {then} to {now}."
    ),
    "same": N_(
        "From {then} to {now}, the share of {people} in {place} who {done}{grade} stayed about the same."
    ),
    "chance": N_(
        "The share of {people} in {place} who {done}{grade} shows no clear change from {then} to {now}."
    ),
    "withheld": N_(
        "It is unclear whether the share of {people} in {place} who {done}{grade} rose or fell from {then} to {now}: "
        "too much is withheld."
    ),
}
_IT_THERE = {
    "fell": N_("In {place}, it fell {whole_size}."),
    "rose": N_("In {place}, it rose {whole_size}."),
    "same": N_("In {place}, it stayed about the same."),
    "chance": N_("In {place}, it shows no clear change."),
    "withheld": N_("For {place}, we can't tell: too much is withheld."),
}
"""After the sentence of another place, in the same years."""
_IT_AMONG = {
    "fell": N_("Among {people} in {place}, it fell {whole_size}."),
    "rose": N_("Among {people} in {place}, it rose {whole_size}."),
    "same": N_("Among {people} in {place}, it stayed about the same."),
    "chance": N_("Among {people} in {place}, it shows no clear change."),
    "withheld": N_("For {people} in {place}, we can't tell: too much is withheld."),
}
"""After that of another group."""
_IT_SINCE = {
    "fell": N_("From {then} to {now}, this share fell {whole_size}."),
    "rose": N_("From {then} to {now}, this share rose {whole_size}."),
}
"""After that of other years."""
_LOST_AMONG_GROUPS = {
    "fell": N_(
        "From {then} to {now}, the share who {done}{grade} fell {whole_size} more for {people} in {place} than for "
        "{reference}."
    ),
}
_APART = {
    ("places", False): N_(
        "In {now}, the share of {people} who {done}{grade} was {whole_size} lower in {place} than in {reference}."
    ),
    ("places", True): N_(
        "In {now}, the share of {people} who {done}{grade} was {whole_size} higher in {place} than in {reference}."
    ),
    ("groups", False): N_(
        "In {now}, the share who {done}{grade} in {place} was {whole_size} lower for {people} than for {reference}."
    ),
    ("groups", True): N_(
        "In {now}, the share who {done}{grade} in {place} was {whole_size} higher for {people} than for {reference}."
    ),
}
