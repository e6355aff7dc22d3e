"""Word the headline of a report's page from one finding and those next to it: both places, both years, all schools.

It says no more than the intervals of these findings allow, in at most ten words, and names the place: a picture that
is shared has no page that says where "here" is.
"""

from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter

from sesec_analysis import catalog
from sesec_analysis.evidence.answers import Answer, Outcome, Why, answer
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.answer_texts import ANSWERS_OF
from sesec_analysis.evidence.wording.headlines import MOST_WORDS, sized_side, whole_size
from sesec_analysis.i18n import ENGLISH
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import List, Text, Year, _, render

__all__ = ["LEVELS", "is_alike", "over_measures", "page_headline", "side_of_gap"]

LEVELS = ("rate", "count", "average")
"""Measures of a number alone, that compare nothing."""


def page_headline(told: Finding, shown: Iterable[Finding]) -> Text | None:
    """Return the headline of a finding among those of its page; None where it has no better than its own."""
    row, found = told.row, answer(told.row)
    if row.publish == "nothing" or row.organization_level == "school":
        return None
    is_of_group = row.indicator == "disciplined" and row.student_group_type == "race_ethnicity"
    if row.measure in LEVELS and is_of_group:
        made = _of_group_suspended(told, shown)
    elif row.measure in LEVELS and (row.indicator, row.student_group) == _LOW_INCOME_ATTENDANCE:
        made = _of_low_income_attendance(told, shown)
    elif row.measure in LEVELS or (row.measure == "ratio" and labels.reference_of(row).places):
        made = _of_levels(told, shown)
    elif row.measure == "change":
        made = _of_change(told, found, shown)
    elif row.measure == "gap":
        made = _of_gap(told, found, shown)
    elif row.measure.startswith("level_share_"):
        made = _of_schools(told)
    elif row.measure == "ratio":
        made = _of_others(told)
    else:
        made = None
    if made is None or len(render(made, ENGLISH).split()) > MOST_WORDS:
        return None
    return made


_BOTH = {
    "budget_per_student": N_(
        "{where} elementary and K-8 budgets: {here} per student, elsewhere {there}"
    ),
    "teacher_experience": N_(
        "{where} teachers averaged {here}’ experience, others {there} ({end})"
    ),
    "students_per_teacher": N_(
        "{where} had {here} students per teacher in {end}, elsewhere {there}"
    ),
    "ela_met": N_("{here} met English standards in {where} in {end}, {there} elsewhere"),
    "low_income": N_("{here} of {where}’s students are low-income, {there} elsewhere"),
}
"""Levels of both places, by indicator, or of a share of enrollment by its group."""
_HIGHER_WITH_NEED = N_("{here} budgets per student are higher, and so is need")
_LESS = {
    "teacher_experience": N_("In {end}, {where} teachers had less experience than elsewhere"),
}
"""The same measures, where the place's level is surely lower."""
_OF_GRADE = {
    "math_met": N_("{here} met {one_grade} math standards in {where}, {there} elsewhere"),
    "ela_met": N_("{here} met {one_grade} English standards in {where}, {there} elsewhere"),
}
"""Results of all students of one grade in both places."""
_MADE_UP = N_("{here} of {where}’s students are {were}, {there} elsewhere")
"""The same of the share of any other group."""


_GROUP_SUSPENDED = {
    -1: N_("Suspensions of {people_brief} fell from {before} ({then}) to {whole}"),
    0: N_("Suspensions of {people_brief} were {before} in {then}, {whole} now"),
    1: N_("Suspensions of {people_brief} rose from {before} ({then}) to {whole}"),
}
"""By whether the newest rate is surely lower than the first (-1), surely higher (1), or neither (0)."""
_FELL_THEN_ROSE = N_("Suspensions of {people_brief} fell until {until}, then rose")
_FELL_BEFORE_BASE = N_("Suspensions of {people_brief} fell before {base}, not clearly since")


def _of_group_suspended(told: Finding, shown: Iterable[Finding]) -> Text | None:
    """Return the rates of a group suspended in the newest year, and in the first that compares with it.

    Where it surely fell up to the year before the newest, and surely rose in that, this is said instead; and where it
    surely fell up to the year that changes are told from, and not surely since, that.
    """
    years = _years_of(told, shown)
    first = _first_of(told, shown)
    if first is None:
        return None
    last = max((year for year in years if year < told.row.end_year), default=0)
    before = years.get(last)
    is_next = before is not None and told.row.end_year == last + 1
    if before and is_next and _side_of_rates(before, first) < 0 < _side_of_rates(told, before):
        people = Text("{people_brief}", of=told)
        return _(_FELL_THEN_ROSE, people_brief=people, until=Text("{end}", of=before))
    base = years.get(catalog.base_year(told.row.indicator, years, told.row.end_year) or 0)
    if base and _side_of_rates(base, first) < 0 and not _side_of_rates(told, base):
        people = Text("{people_brief}", of=told)
        return _(_FELL_BEFORE_BASE, people_brief=people, base=Text("{end}", of=base))
    message = _GROUP_SUSPENDED[_side_of_rates(told, first)]
    return _then_and_now(message, first, told, ("whole", "people_brief"))


def _then_and_now(message: str, first: Finding, told: Finding, names: Iterable[str]) -> Text:
    """Return a message with the level and year of a first finding, and the fields of another by name."""
    now = {name: Text(f"{{{name}}}", of=told) for name in names}
    return _(message, before=Text("{whole}", of=first), then=Text("{end}", of=first), **now)


_LOW_INCOME_ATTENDANCE = ("regular_attendance", "low_income")
_FELL_BUT_HIGHER = N_("Low-income students’ attendance fell but stayed higher than elsewhere")
_FELL_HERE = N_("Low-income students’ attendance fell from {before} in {then} to {whole}")


def _of_low_income_attendance(told: Finding, shown: Iterable[Finding]) -> Text | None:
    """Return that low-income students' attendance surely fell, and whether it was always higher than elsewhere."""
    shown = list(shown)
    first = _first_of(told, shown)
    if first is None or _side_of_rates(told, first) >= 0:
        return None
    both = [_in_both_places(one, shown) for one in shown if is_alike(one.row, told.row)]
    sides = [_side_of_rates(here[0], there[0]) for here, there in both if here and there]
    if len(sides) > 1 and set(sides) == {1}:
        return Text(_FELL_BUT_HIGHER, of=told)
    return _then_and_now(_FELL_HERE, first, told, ("whole",))


def _first_of(told: Finding, shown: Iterable[Finding]) -> Finding | None:
    """Return the same level in the first year that compares with that of a finding, among findings."""
    own = _years_of(told, shown)
    earlier = catalog.earlier_years(told.row.indicator, own, told.row.end_year)
    return own[earlier[0]] if earlier else None


def _years_of(told: Finding, shown: Iterable[Finding]) -> dict[int, Finding]:
    """Return the same level by its year, among findings."""
    return {
        one.row.end_year: one
        for one in shown
        if is_alike(one.row, told.row)
        and one.row.measure in LEVELS
        and one.row.publish != "nothing"
    }


def _side_of_rates(one: Finding, other: Finding) -> int:
    """Return on which side of another rate a rate surely is: where what chance leaves open does not overlap; else 0."""
    kinds = ["outer" if each.row.publish == "range" else "ci" for each in (one, other)]
    (low, high), (least, most) = (
        [each.printed.numbers[f"{kind}_{end}"] for end in ("low", "high")]
        for each, kind in zip((one, other), kinds, strict=True)
    )
    if low is None or high is None or least is None or most is None:
        return 0
    return int(low > most) - int(high < least)


def _of_levels(told: Finding, shown: Iterable[Finding]) -> Text | None:
    """Return the levels of a place and of the other one of the same year."""
    row = told.row
    here, there = _in_both_places(told, shown)
    msgid = _BOTH.get(row.student_group if row.is_composition else row.indicator)
    if row.is_composition and row.student_group_type == "race_ethnicity":
        msgid = _MADE_UP
    if row.grade_level != "all":
        msgid = _OF_GRADE.get(row.indicator) if row.student_group == labels.EVERYONE else None
    if msgid is None or len(here) != 1 or len(there) != 1:
        return None
    if row.indicator in _LESS and _is_higher(there[0], here[0]):
        named = {"end": Text("{end}", of=here[0]), "where": Text("{here}", of=here[0])}
        return _(_LESS[row.indicator], **named)
    if (
        row.indicator == "budget_per_student"
        and _is_higher(here[0], there[0])
        and _is_need_higher(row, shown)
    ):
        return Text(_HIGHER_WITH_NEED, of=here[0])
    names = {
        name: Text(f"{{{name}}}", of=here[0])
        for name in ("end", "were", "one_grade")
        if f"{{{name}}}" in msgid
    }
    here_and_there = [Text("{whole}", of=one) for one in (here[0], there[0])]
    names["where"] = Text("{here}", of=here[0])
    made = _(msgid, here=here_and_there[0], there=here_and_there[1], **names)
    return replace(made, capital=True)


def _is_higher(one: Finding, other: Finding) -> bool:
    """Return whether a level is higher than another whatever their ranges leave open."""
    low, most = one.printed.ends[0], other.printed.ends[1]
    return low is not None and most is not None and low > most


def _is_need_higher(row: Row, shown: Iterable[Finding]) -> bool:
    """Return whether the share of low-income students in the same year is higher in the place of a row."""
    need = [
        one for one in shown if one.row.is_composition and one.row.student_group == "low_income"
    ]
    need = [
        one for one in need if one.row.end_year == row.end_year and one.row.publish != "nothing"
    ]
    own = {row.organization_id, catalog.elementary_part(row.organization_id)}
    here = [one for one in need if one.row.organization_id in own]
    there = [one for one in need if one.row.organization_id not in own]
    return len(here) == len(there) == 1 and _is_higher(here[0], there[0])


def _in_both_places(told: Finding, shown: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Return the levels of the year and group of a finding, of its place and of others."""
    row = told.row
    same = [
        one
        for one in shown
        if one.row.measure in LEVELS
        and one.row.publish != "nothing"
        and (one.row.indicator, one.row.end_year) == (row.indicator, row.end_year)
        and (one.row.student_group, one.row.grade_level) == (row.student_group, row.grade_level)
    ]
    here = [one for one in same if one.row.organization_id == row.organization_id]
    return here, [one for one in same if one.row.organization_id != row.organization_id]


_SUSPENDED_AS_OFTEN = N_("{here} suspended {people_brief} {whole_size} as often as others")


def _of_others(told: Finding) -> Text | None:
    """Return how many times as often as all other students a group surely was suspended, if more often."""
    row = told.row
    is_of_others = row.indicator == "disciplined" and row.reference == labels.OTHERS
    return Text(_SUSPENDED_AS_OFTEN, of=told) if is_of_others and sized_side(told) > 0 else None


_NO_CHANGE = {
    "math_met": N_("Math results in {here} show no clear change since {first_end}"),
    "ela_met": N_("English results in {here} show no clear change since {first_end}"),
    "regular_attendance": N_("Attendance in {here} shows no clear change since {first_end}"),
    "disciplined": N_("Suspensions in {here} show no clear change since {first_end}"),
}
_FELL_BEFORE = N_("{here} suspensions fell after {then}; no clear change since {first_end}")
_FELL, _ROSE = N_("fell {whole_size} in {here}"), N_("rose {whole_size} in {here}")


def _of_change(told: Finding, found: Answer | None, shown: Iterable[Finding]) -> Text | None:
    """Return how both places moved; of a place that could have moved by chance, that it shows no clear change."""
    row = told.row
    if found is None or row.student_group != labels.EVERYONE:
        return None
    if found.outcome is Outcome.UNKNOWN and found.why is Why.CHANCE and row.indicator in _NO_CHANGE:
        return _fell_before(told, shown) or Text(_NO_CHANGE[row.indicator], of=told)
    others = [
        one
        for one in shown
        if one.row.measure == "change"
        and one.row.organization_id != row.organization_id
        and (one.row.indicator, one.row.reference) == (row.indicator, row.reference)
        and (one.row.end_year, one.row.grade_level) == (row.end_year, row.grade_level)
    ]
    sides = {sized_side(one) for one in (told, *others)}
    if len(others) != 1 or sides not in ({1}, {-1}):
        return None
    moved = Text(_ROSE if found.side > 0 else _FELL, of=told)
    elsewhere = Text(N_("{whole_size} elsewhere"), of=others[0])
    what = Text("{what}", of=told, capital=True)
    return _(N_("{what} {moved}, {there}"), what=what, moved=moved, there=elsewhere)


def _fell_before(told: Finding, shown: Iterable[Finding]) -> Text | None:
    """Return that suspensions surely fell since an earlier year than the one they show no clear change from."""
    row = told.row
    own = [one for one in shown if is_alike(one.row, row)]
    for one in own:
        fell = answer(one.row) if one.row.measure == "change" else None
        is_earlier = one.row.end_year == row.end_year and one.row.reference < row.reference
        if row.indicator == "disciplined" and is_earlier and fell and fell.side < 0:
            then = Year(int(one.row.reference), calendar=True)
            return _(_FELL_BEFORE, told, then=then)
    return None


def is_alike(row: Row, other: Row) -> bool:
    """Return whether two rows have the same indicator, place, group, and grade."""
    series = attrgetter("indicator", "organization_id", "student_group", "grade_level")
    return bool(series(row) == series(other))


_ANSWERS = {
    ("climate_safety_favorable", "middle"): (
        N_("Middle schoolers’ safety answers are {whole_size} lower in {here}"),
        N_("Middle schoolers’ safety answers are {whole_size} higher in {here}"),
    ),
    ("climate_overall_favorable", "elementary"): (
        N_("Grade schoolers’ answers are less favorable in {here} than elsewhere"),
        N_("Grade schoolers’ answers are more favorable in {here} than elsewhere"),
    ),
    ("climate_overall_favorable", "middle"): (
        N_("Middle schoolers’ answers are less favorable in {here} than elsewhere"),
        N_("Middle schoolers’ answers are more favorable in {here} than elsewhere"),
    ),
    ("climate_overall_favorable", "high"): (
        N_("High schoolers’ answers are less favorable in {here} than elsewhere"),
        N_("High schoolers’ answers are more favorable in {here} than elsewhere"),
    ),
}
"""Gaps in answers to the survey, by indicator and school level: less, and more favorable."""
_SAME_ANSWERS = {
    ("climate_safety_favorable", "middle"): N_(
        "Middle schoolers’ answers about safety hardly differ from elsewhere ({end})"
    ),
}
_LEVELS_DIFFER = {
    False: N_("{here} high schoolers’ answers are more favorable, middle schoolers’ less"),
    True: N_("{here} middle schoolers’ answers are more favorable, high schoolers’ less"),
}
_IN_GRADE = {
    False: N_("Low-income {one_grade} math results were lower in {here} ({end})"),
    True: N_("Low-income {one_grade} math results were higher in {here} ({end})"),
}
_IN_GRADE_SIZED = N_("{here} of low-income {graders} met math standards, {there} elsewhere")
_DID_BETTER = N_("Low-income {graders} did better in math in {where} ({end})")
_GRADERS = {
    "03": N_("third graders"),
    "04": N_("fourth graders"),
    "05": N_("fifth graders"),
    "06": N_("sixth graders"),
    "07": N_("seventh graders"),
    "08": N_("eighth graders"),
    "10": N_("tenth graders"),
}
"""The same with the levels of both places; the grades that the state tests, as a headline calls their students."""
_ATTENDANCE = {
    False: N_("Low-income students attended less regularly in {here} than elsewhere"),
    True: N_("Low-income students attended more regularly in {here} than elsewhere"),
}
_OFTEN = {
    False: N_("{people_brief} {done} less often in {here} than elsewhere"),
    True: N_("{people_brief} {done} more often in {here} than elsewhere"),
}


def _of_schools(told: Finding) -> Text | None:
    """Return how many schools could be at the top levels."""
    if not told.row.measure.endswith("5"):
        return None
    low, high = told.printed.ends
    return Text(_AT_MOST if not low and high else _AT_TOP, of=told)


def _of_gap(told: Finding, found: Answer | None, shown: Iterable[Finding]) -> Text | None:
    """Return on which side of the other place a place is."""
    row, group = told.row, told.row.student_group
    if found and found.outcome is Outcome.SAME and labels.reference_of(row).places:
        same = _SAME_ANSWERS.get((row.indicator, group))
        return Text(same, of=told) if same else None
    if found is None or not found.side:
        return None
    is_more = found.side > 0
    if not labels.reference_of(row).places:
        is_income = (row.indicator, group) == ("math_met", "low_income")
        return (
            Text(_INCOME, of=told)
            if is_income and row.grade_level != "all" and not is_more
            else None
        )
    if row.unit != "points" or row.is_composition:
        return None
    if row.is_survey:
        of_high = [one for one in shown if one.row.indicator == row.indicator]
        of_high = [one for one in of_high if one.row.student_group == "high"]
        other = [one for one in of_high if side_of_gap(one) == -found.side]
        if group == "middle" and other:
            return Text(_LEVELS_DIFFER[is_more], of=told)
        sides = _ANSWERS.get((row.indicator, group))
        return Text(sides[is_more], of=told) if sides and whole_size(told, ENGLISH) else None
    if group == "low_income":
        return _of_low_income(told, shown, is_more=is_more)
    if group == labels.EVERYONE and row.grade_level == "all":
        sides = _APART.get(row.indicator)
        return Text(sides[is_more], of=told) if sides else None
    if group == labels.EVERYONE:
        sides = _APART_IN_GRADE.get(row.indicator)
        alone = Text(sides[is_more], of=told, capital=True) if sides else None
        return _of_levels(told, shown) or alone
    done = catalog.indicator(row.indicator).done
    if not done or done.startswith("of ") or row.grade_level != "all":
        return None
    return Text(_OFTEN[is_more], of=told, capital=True)


def _of_low_income(told: Finding, shown: Iterable[Finding], *, is_more: bool) -> Text | None:
    """Return on which side low-income students of a place are; in a test, with the levels of both places if shown."""
    row, graders = told.row, _GRADERS.get(told.row.grade_level)
    if (row.indicator, row.grade_level) == ("regular_attendance", "all"):
        return Text(_ATTENDANCE[is_more], of=told)
    if row.indicator != "math_met" or row.grade_level == "all":
        return None
    # Next to gaps between groups; a page of what goes well has the levels.
    if is_more and graders and any(_is_between_groups(one) for one in shown):
        where, end = (Text(field, of=told) for field in ("{here}", "{end}"))
        return _(_DID_BETTER, end=end, where=where, graders=Text(graders))
    here, there = _in_both_places(told, shown)
    if graders is None or not len(here) == len(there) == 1:
        return Text(_IN_GRADE[is_more], of=told)
    both = [Text("{whole}", of=one) for one in (here[0], there[0])]
    return _(_IN_GRADE_SIZED, here=both[0], there=both[1], graders=Text(graders))


def _is_between_groups(finding: Finding) -> bool:
    return finding.row.measure == "gap" and not labels.reference_of(finding.row).places


_APART_IN_GRADE = {
    "math_met": (
        N_("{one_grade} math results were {size} lower in {here}"),
        N_("{one_grade} math results were {size} higher in {here}"),
    ),
    "ela_met": (
        N_("{one_grade} English results were {size} lower in {here}"),
        N_("{one_grade} English results were {size} higher in {here}"),
    ),
}
"""Gaps between places in a test of one grade: lower, and higher."""
_APART = {
    "math_met": (
        N_("In {end}, math results were {size} lower in {here}"),
        N_("In {end}, math results were {size} higher in {here}"),
    ),
    "ela_met": (
        N_("In {end}, English results were {size} lower in {here}"),
        N_("In {end}, English results were {size} higher in {here}"),
    ),
    "regular_attendance": (
        N_("In {end}, attendance was {size} lower in {here}"),
        N_("In {end}, attendance was {size} higher in {here}"),
    ),
    "disciplined": (
        N_("In {end}, suspensions were {size} lower in {here}"),
        N_("In {end}, suspensions were {size} higher in {here}"),
    ),
}
"""Gaps between places for all students, by indicator: lower, and higher."""
_INCOME = N_("The income gap in {one_grade} math is {size} ({end})")
_AT_TOP = N_("{count_brief} of {n} {here} schools reached level {least_level} in {end}")
_AT_MOST = N_("Probably at most {most_schools} of {n} schools reached level {least_level}")
"""Where it could be none."""


def side_of_gap(finding: Finding) -> int:
    """Return on which side a gap between places that may be shown surely is; 0 where on neither."""
    found, is_gap = answer(finding.row), finding.row.measure == "gap"
    is_sure = is_gap and finding.row.publish != "nothing"
    return found.side if found and is_sure else 0


_RESULTS = {
    "math_met": N_("math results"),
    "ela_met": N_("English results"),
    "regular_attendance": N_("attendance"),
}
_TEST_RESULTS = N_("test results")
"""Both tests together."""


def over_measures(shown: Iterable[Finding]) -> Text | None:
    """Return in what a place is lower, and in what better, than another; None if neither is sure of anything."""
    sides: dict[str, int] = {}
    where: Text | None = None
    for one in shown:
        name = _RESULTS.get(one.row.indicator) if one.row.student_group == labels.EVERYONE else None
        if one.row.indicator == "climate_overall_favorable":
            name = ANSWERS_OF.get(one.row.student_group)
        if name and side_of_gap(one):
            sides.setdefault(name, side_of_gap(one))
            where = where or Text("{here}", of=one)
    math, english = _RESULTS["math_met"], _RESULTS["ela_met"]
    if sides.get(math, 0) == sides.get(english):  # both are sure, and of one side
        tests = {_TEST_RESULTS: sides.pop(math)}
        sides = tests | {name: side for name, side in sides.items() if name != english}
    lower, higher = ([name for name in sides if sides[name] == side] for side in (-1, 1))
    if not lower and not higher:
        return None
    are_mixed = {sides.get(name) for name in ANSWERS_OF.values()} >= {-1, 1}
    messages = _LOWER if lower else _HIGHER
    if lower and higher:
        is_of_results = lower[0] not in ANSWERS_OF.values()
        messages = _LOWER_AND_MIXED if are_mixed and is_of_results else _LOWER_AND_BETTER
    for most in (2, 1):
        names = (lower or higher)[:most]
        message = messages[len(names) > 1 or names[0].endswith("s")]
        args = {"what": List(tuple(map(Text, names))), "here": where}
        if "{above}" in message:
            args["above"] = List((Text(higher[0]),))
        made = replace(_(message, **args), capital=True)
        if len(render(made, ENGLISH).split()) <= MOST_WORDS:
            return made
    return None


_LOWER = {
    False: N_("{what} is lower in {here} than elsewhere"),
    True: N_("{what} are lower in {here} than elsewhere"),
}
_HIGHER = {
    False: N_("{what} is better in {here} than elsewhere"),
    True: N_("{what} are better in {here} than elsewhere"),
}
_LOWER_AND_MIXED = {
    False: N_("{here}’s {what} is lower; surveys are mixed"),
    True: N_("{here}’s {what} are lower; surveys are mixed"),
}
_LOWER_AND_BETTER = {
    False: N_("{here}’s {what} is lower; {above} better"),
    True: N_("{here}’s {what} are lower; {above} better"),
}
"""Each by whether what is lower, or better, is plural."""
