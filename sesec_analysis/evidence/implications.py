"""Hold what follows from a comparison for its reader: a fixed list of words, and the rule that chooses among them.

They are chosen by indicator, by what is compared, and by the answer. None holds a number or names a cause.
"""

from sesec_analysis import catalog
from sesec_analysis.evidence.answers import Outcome, Why, answer
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.wording import labels
from sesec_analysis.i18n import mark as N_

__all__ = ["FOLLOWS", "Case", "case_of", "implication_of"]

Case = tuple[str, str]
"""The kind of a comparison, and its answer."""


def case_of(finding: Finding | None) -> Case:
    """Return what a finding compares, and what its answer is."""
    if finding is None:
        return "none", ""
    found = answer(finding.row)
    if found is None:
        return "level", ""
    entry = catalog.indicator(finding.row.indicator)
    beside = "place" if labels.reference_of(finding.row).places else "group"
    if finding.row.organization_level == "school":
        kind = "school"
    elif finding.row.entry.dated:
        kind = f"{beside} gap" if finding.row.measure == "gap_change" else "change"
    else:
        kind = beside
    if found.outcome is Outcome.UNKNOWN:
        return "any", "chance" if found.why is Why.CHANCE else "withheld"
    if found.outcome is Outcome.SAME:
        return kind, "same"
    if finding.row.is_composition:
        return "need", ""
    if entry.direction == "neutral":
        return kind, "neutral"
    better = found.better(higher_is_better=entry.direction == "higher_is_better")
    return kind, "better" if better else "worse"


def implication_of(indicator: str, case: Case) -> str:
    """Return what follows for an indicator; what follows for any, where it has no words of its own.

    Examples
    --------
    >>> implication_of("regular_attendance", ("change", "better"))
    'A larger share of students comes to school regularly than before. What helped them, and will it be kept?'
    """
    subjects = (name for name, codes in _SUBJECTS.items() if indicator.startswith(codes))
    return _OWN.get(next(subjects, ""), {}).get(case) or FOLLOWS[case]


_SUBJECTS = {
    "math tested": ("math_met_tested",),
    "math": ("math_met",),
    "reading tested": ("ela_met_tested",),
    "reading": ("ela_met",),
    "attendance": ("regular_attendance",),
    "suspensions": ("disciplined",),
    "answers": ("climate_",),
    "money": ("budget_", "spending_"),
}
"""Beginnings of the codes of indicators, the longer first."""

_OWN: dict[str, dict[Case, str]] = {
    "math": {
        ("change", "worse"): N_(
            "A smaller share of students meets the math standard here than before. What will schools change in how "
            "they teach math, and when should families see results?"
        ),
        ("change", "better"): N_(
            "A larger share of students meets the math standard here than before. What did schools change, and will "
            "it be kept?"
        ),
        ("place", "worse"): N_(
            "A smaller share of students meets the math standard here than elsewhere. What extra help with math do "
            "these schools get?"
        ),
        ("place", "better"): N_(
            "A larger share of students meets the math standard here than elsewhere. What can other schools learn "
            "from these?"
        ),
        ("group", "worse"): N_(
            "A smaller share of this group meets the math standard than of other students. What is planned for "
            "them, and who checks it?"
        ),
        ("group", "better"): N_(
            "A larger share of this group meets the math standard than of other students. Who needs the same "
            "help?"
        ),
    },
    "math tested": {
        ("change", "worse"): N_(
            "Among students who took the test, a smaller share met the math standard than before. What do their "
            "teachers say has changed?"
        ),
        ("change", "better"): N_(
            "Among students who took the test, a larger share met the math standard than before. What do their "
            "teachers say has helped?"
        ),
    },
    "reading": {
        ("change", "worse"): N_(
            "A smaller share of students meets the English standard here than before. How do schools find and help "
            "a student who does not read well yet?"
        ),
        ("change", "better"): N_(
            "A larger share of students meets the English standard here than before. What did schools change, and "
            "will it be kept?"
        ),
        ("place", "worse"): N_(
            "A smaller share of students meets the English standard here than elsewhere. Do schools here have the "
            "reading teachers and books that they need?"
        ),
        ("place", "better"): N_(
            "A larger share of students meets the English standard here than elsewhere. What can other schools "
            "learn from these?"
        ),
    },
    "reading tested": {
        ("change", "worse"): N_(
            "Among students who took the test, a smaller share met the English standard than before. What do their "
            "teachers say has changed?"
        ),
    },
    "attendance": {
        ("change", "worse"): N_(
            "A smaller share of students comes to school regularly than before. What do students and families say "
            "gets in the way, and who acts on it?"
        ),
        ("change", "better"): N_(
            "A larger share of students comes to school regularly than before. What helped them, and will it be kept?"
        ),
        ("place", "worse"): N_(
            "A smaller share of students comes to school regularly here than elsewhere. What do families say gets in "
            "the way?"
        ),
        ("place", "better"): N_(
            "A larger share of these students comes to school regularly here than elsewhere. What do schools here do "
            "that others could try?"
        ),
    },
    "suspensions": {
        ("change", "worse"): N_(
            "Schools suspend or expel a larger share of students than before. Which do so most, and for what?"
        ),
        ("change", "better"): N_(
            "Schools suspend or expel a smaller share of students than before. What do they do instead, and does it "
            "work for every group?"
        ),
        ("place", "worse"): N_(
            "Schools here suspend or expel a larger share of students than schools elsewhere. What is tried before a "
            "student is suspended?"
        ),
        ("place", "better"): N_(
            "Schools here suspend or expel a smaller share of students than schools elsewhere. What do they do "
            "instead that others could try?"
        ),
        ("group", "worse"): N_(
            "Schools suspend or expel a larger share of these students than of others. Who reviews each case, and "
            "what is tried first?"
        ),
        ("level", ""): N_(
            "A student who is suspended misses class. Which schools suspend the smallest share, and what do they do "
            "instead?"
        ),
    },
    "answers": {
        ("place", "worse"): N_(
            "A smaller share of students' answers is favorable here than elsewhere. What would students change "
            "first, and who asks them?"
        ),
        ("place", "better"): N_(
            "A larger share of students' answers is favorable here than elsewhere. What do students say that their "
            "schools do well?"
        ),
        ("change", "worse"): N_(
            "A smaller share of students' answers is favorable than before. What would students change first, and "
            "who asks them?"
        ),
        ("change", "better"): N_(
            "A larger share of students' answers is favorable than before. What do students say has become better?"
        ),
    },
    "money": {
        ("place", "neutral"): N_(
            "More money is not better by itself: needs differ. Does each school's budget follow the needs of its "
            "students?"
        ),
    },
}

_NEUTRAL = N_(
    "More is not better by itself: needs differ. Does what schools get follow what their students need?"
)
_SCHOOL = N_("What do these schools do that others could learn from? One year proves no method.")

FOLLOWS: dict[Case, str] = {
    ("change", "worse"): N_(
        "Results are less favorable than before. What is the plan, and when should it show results?"
    ),
    ("change", "better"): N_(
        "Results are more favorable than before. What is done now, and will it be kept?"
    ),
    ("change", "same"): N_("Results are about the same as before. What is the next step?"),
    ("change", "neutral"): _NEUTRAL,
    ("place gap", "worse"): N_(
        "Schools here lost ground to schools elsewhere. What is the plan, and when should it show results?"
    ),
    ("place gap", "better"): N_(
        "Schools here gained on schools elsewhere. Did results rise here, or fall elsewhere?"
    ),
    ("place gap", "same"): N_(
        "The gap with schools elsewhere is about what it was. What would make it smaller?"
    ),
    ("place gap", "neutral"): _NEUTRAL,
    ("group gap", "worse"): N_(
        "This group lost ground to other students. What is planned for these students, and who checks it?"
    ),
    ("group gap", "better"): N_(
        "This group gained on other students. Did its results rise, or did those of others fall?"
    ),
    ("group gap", "same"): N_(
        "The gap between them is about what it was. What would make it smaller?"
    ),
    ("group gap", "neutral"): _NEUTRAL,
    ("place", "worse"): N_(
        "Results are less favorable here than elsewhere. What do schools here get for what their students "
        "need?"
    ),
    ("place", "better"): N_(
        "Results are more favorable here than elsewhere. What do schools here do that others could learn "
        "from?"
    ),
    ("place", "same"): N_("Results here and elsewhere are about the same. For whom are they not?"),
    ("place", "neutral"): _NEUTRAL,
    ("group", "worse"): N_(
        "Results are less favorable for this group than for other students. What is planned for these "
        "students?"
    ),
    ("group", "better"): N_(
        "Results are more favorable for this group than for other students. Who needs the same?"
    ),
    ("group", "same"): N_("Results are about the same for both. Is that so in every school?"),
    ("group", "neutral"): _NEUTRAL,
    ("school", "better"): _SCHOOL,
    ("school", "worse"): N_("What do these schools need that similar schools have?"),
    ("school", "same"): N_("These schools are where similar schools are. What is their next step?"),
    ("school", "neutral"): _NEUTRAL,
    ("any", "withheld"): N_(
        "Public data can't tell. Who has these numbers, and can they publish them for several schools together?"
    ),
    ("any", "chance"): N_(
        "A difference of this size could be chance. Wait for another year before you build on it."
    ),
    ("none", ""): N_("These numbers are not published for these years. Who has them?"),
    ("need", ""): N_(
        "These shares say whom schools are there for. Do staff, money, and time go where the need is?"
    ),
    ("level", ""): N_(
        "One number of one year has no direction. Compare it with the other places and years on this page."
    ),
}
"""What follows for any indicator."""
