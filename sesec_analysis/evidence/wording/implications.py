"""What a finding means for students, and the question that follows: by indicator, kind of comparison, and answer.

No text says why numbers are as they are, and none holds a number.
"""

from sesec_analysis.i18n import mark as N_

__all__ = ["FOLLOWS", "implication_of"]

Case = tuple[str, str]
"""The kind of a comparison, and its answer."""


def implication_of(indicator: str, case: Case) -> str:
    """Return what follows for an indicator; what follows for any, where it has no words of its own.

    Examples
    --------
    >>> implication_of("regular_attendance", ("change", "better"))
    'More students come to school regularly than before. What helped them, and will it be kept?'
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
            "Fewer students meet the math standard here than before. What will schools change in how they teach "
            "math, and when should families see results?"
        ),
        ("change", "better"): N_(
            "More students meet the math standard here than before. What did schools change, and will it be kept?"
        ),
        ("place", "worse"): N_(
            "Fewer students meet the math standard here than in the rest of the city. What extra help with math "
            "do these schools get?"
        ),
        ("place", "better"): N_(
            "More students meet the math standard here than elsewhere. What can other schools learn from these?"
        ),
        ("group", "worse"): N_(
            "Fewer students of this group meet the math standard than other students. What is planned for "
            "them, and who checks it?"
        ),
        ("group", "better"): N_(
            "More students of this group meet the math standard than other students. Who needs the same "
            "help?"
        ),
    },
    "math tested": {
        ("change", "worse"): N_(
            "Among students who took the test, fewer met the math standard, too. What do their teachers say has "
            "changed?"
        ),
        ("change", "better"): N_(
            "Among students who took the test, more met the math standard, too. What do their teachers say has "
            "helped?"
        ),
    },
    "reading": {
        ("change", "worse"): N_(
            "Fewer students meet the English standard here than before. How do schools find and help a student "
            "who does not read well yet?"
        ),
        ("change", "better"): N_(
            "More students meet the English standard here than before. What did schools change, and will it be "
            "kept?"
        ),
        ("place", "worse"): N_(
            "Fewer students meet the English standard here than in the rest of the city. Do schools here have the "
            "reading teachers and books that they need?"
        ),
        ("place", "better"): N_(
            "More students meet the English standard here than elsewhere. What can other schools learn from "
            "these?"
        ),
    },
    "reading tested": {
        ("change", "worse"): N_(
            "Among students who took the test, fewer met the English standard, too. What do their teachers say "
            "has changed?"
        ),
    },
    "attendance": {
        ("change", "worse"): N_(
            "Fewer students come to school regularly than before. What do students and families say gets in the "
            "way, and who acts on it?"
        ),
        ("change", "better"): N_(
            "More students come to school regularly than before. What helped them, and will it be kept?"
        ),
        ("place", "worse"): N_(
            "Fewer students come to school regularly here than in the rest of the city. What do families say gets "
            "in the way?"
        ),
        ("place", "better"): N_(
            "These students come to school more regularly here than in the rest of the city. What do schools here "
            "do that others could try?"
        ),
    },
    "suspensions": {
        ("change", "worse"): N_(
            "Schools send more students home than before. Which schools do so most, and for what?"
        ),
        ("change", "better"): N_(
            "Schools send fewer students home than before. What do they do instead, and does it work for every "
            "group?"
        ),
        ("place", "worse"): N_(
            "Schools here send more students home than schools elsewhere. What is tried before a student is sent "
            "home?"
        ),
        ("place", "better"): N_(
            "Schools here send fewer students home than schools elsewhere. What do they do instead that others "
            "could try?"
        ),
        ("group", "worse"): N_(
            "Schools send these students home more often than other students. Who reviews each case, and what is "
            "tried first?"
        ),
        ("level", ""): N_(
            "A student who is sent home misses class. Which schools do so least, and what do they do instead?"
        ),
    },
    "answers": {
        ("place", "worse"): N_(
            "Fewer answers of students are favorable here than elsewhere. What would students change first, and "
            "who asks them?"
        ),
        ("place", "better"): N_(
            "More answers of students are favorable here than elsewhere. What do students say that their schools "
            "do well?"
        ),
        ("change", "worse"): N_(
            "Fewer answers of students are favorable than before. What would students change first, and who asks "
            "them?"
        ),
        ("change", "better"): N_(
            "More answers of students are favorable than before. What do students say has become better?"
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
_SCHOOL = N_(
    "What do these schools do that others could learn from? One year of tests proves no method."
)

FOLLOWS: dict[Case, str] = {
    ("change", "worse"): N_(
        "Results are less favorable than before. What is the plan, and when should it show results?"
    ),
    ("change", "better"): N_(
        "Results are more favorable than before. What is done now, and will it be kept?"
    ),
    ("change", "same"): N_("Results are about the same as before. What is the next step?"),
    ("change", "neutral"): _NEUTRAL,
    ("gap", "worse"): N_(
        "The gap with schools elsewhere moved against schools here. What is the plan, and when should it "
        "show results?"
    ),
    ("gap", "better"): N_(
        "The gap with schools elsewhere moved in favor of schools here. What is done now, and will it be "
        "kept?"
    ),
    ("gap", "same"): N_(
        "The gap with schools elsewhere is about what it was. What would make it smaller?"
    ),
    ("gap", "neutral"): _NEUTRAL,
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
    ("school", "worse"): _SCHOOL,
    ("school", "same"): _SCHOOL,
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
