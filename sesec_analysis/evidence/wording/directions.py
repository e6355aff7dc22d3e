"""Say the direction of a gated row by a sign and a phrase: on which side it surely is, or why that can't be told."""

from sesec_analysis import catalog, i18n
from sesec_analysis.evidence.answers import Outcome, Why, answer
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.fields import WordedFinding
from sesec_analysis.evidence.wording.headlines import kind_of, whole_size
from sesec_analysis.evidence.wording.numbers import Printed
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, Text, _

__all__ = ["PHRASES", "SIGNS", "direction_text", "outcome_text"]


SIGNS = {"better": "▲", "worse": "▼", "same": "●", "unknown": "○"}
"""What stands before a phrase: better, or higher where neither side is better; worse, or lower; the same; unknown."""


PHRASES = {
    "better": N_("better"),
    "worse": N_("worse"),
    "higher": N_("higher"),
    "lower": N_("lower"),
    "same": N_("about the same"),
    "better, chance": N_("better, could be chance"),
    "worse, chance": N_("worse, could be chance"),
    "higher, chance": N_("higher, could be chance"),
    "lower, chance": N_("lower, could be chance"),
    "withheld": N_("can't tell: too much is withheld"),
    "chance": N_("can't tell: it could be chance"),
    "not published": N_("can't tell: not published"),
    "not comparable": N_("can't tell: the years are not comparable"),
}
"""Every phrase for what a comparison says. A side is named where withholding and chance together leave no other, or of
answers to a survey, of which no interval for chance is made, withholding; "could be chance" is beyond that alone."""


def outcome_text(finding: WordedFinding) -> tuple[str, Text] | None:
    """Return what a comparison says as a sign and a phrase of `PHRASES`; None if it compares nothing.

    Better and worse are said of changes and of places; groups of students are higher or lower.

    Examples
    --------
    >>> from sesec_analysis.evidence.wording.fields import GatedRow
    >>> row = Row("disciplined", 2023, "place", "southeast_seattle", "Southeast Seattle", "all", "all", "all",
    ...           "change", "2019", estimate=-0.02, outer_low=-0.03, outer_high=-0.01, unit="points", status="ok",
    ...           n_low=900, n_high=900, numerator_low=80, numerator_high=80, publish="point")
    >>> sign, phrase = outcome_text(GatedRow(row))
    >>> sign, str(phrase)
    ('▲', 'better')
    """
    row, numbers = finding.row, finding.printed
    found = answer(row)
    if found is None or kind_of(row) is None:
        return None
    if found.outcome is Outcome.SAME:
        return SIGNS["same"], Text(PHRASES["same"])
    if found.outcome is Outcome.DIFFERS:
        word, good = _side(row, found.side)
        sign = SIGNS["better" if good else "worse"]
        return sign, Text(PHRASES[word])
    if found.why is Why.CHANCE and (side := _published_side(row, numbers)):
        return SIGNS["unknown"], Text(PHRASES[f"{_side(row, side)[0]}, chance"])
    return SIGNS["unknown"], Text(PHRASES[(found.why or Why.WITHHELD).value])


def direction_text(finding: WordedFinding) -> Text | None:
    """Return what a comparison says, with its size and with what it is compared to; None if it compares nothing.

    Examples
    --------
    >>> from sesec_analysis.evidence.wording.fields import GatedRow
    >>> row = Row("ela_met", 2023, "place", "southeast_seattle", "Southeast Seattle", "all", "all", "all", "change",
    ...           "2018", estimate=-0.02, outer_low=-0.03, outer_high=-0.01, unit="points", status="ok",
    ...           n_low=900, n_high=900, numerator_low=80, numerator_high=80, publish="point")
    >>> print(direction_text(GatedRow(row)))
    ▼ 2 points lower than in 2018
    """
    outcome = outcome_text(finding)
    if outcome is None:
        return None
    if sized := _sized_direction(finding, outcome[0]):
        return sized
    args: dict[str, Arg] = {"sign": Text(outcome[0]), "phrase": outcome[1]}
    to = labels.reference_of(finding.row)
    if to.years and not (to.places or to.groups):
        return _(N_("Since {year}: {sign} {phrase}"), finding, year=Text("{first_end}"), **args)
    if finding.row.measure == "rate_less_expected":
        return _(N_("Compared with similar schools: {sign} {phrase}"), finding, **args)
    if to.years:
        return _(N_("Gap since {year}: {sign} {phrase}"), finding, year=Text("{first_end}"), **args)
    return _(N_("Compared with {reference}: {sign} {phrase}"), finding, **args)


def _sized_direction(finding: WordedFinding, sign: str) -> Text | None:
    """Return how far a change or a gap in points goes; None of all else, and where no size is sure or printed."""
    row, found = finding.row, answer(finding.row)
    if found is None or row.measure not in _DIRECTIONS:
        return None
    if row.measure == "change" and found.why is Why.CHANCE:
        return _(N_("{sign} no clear change since {first_end}"), finding, sign=Text(sign))
    is_sized = found.outcome is Outcome.DIFFERS and row.printed_in == "points"
    if not is_sized or not whole_size(finding, i18n.ENGLISH):
        return None
    kind = row.measure
    if kind == "gap":
        kind = "gap of places" if labels.reference_of(row).places else "gap"
        is_of_all = row.student_group == labels.EVERYONE or row.is_composition
        kind += "" if is_of_all or kind == "gap" else ", of a group"
    # Below a sign for worse, "higher" would contradict it.
    told = (
        _SIDES if catalog.indicator(row.indicator).direction == "lower_is_better" else _DIRECTIONS
    )
    return _(told[kind][found.side > 0], finding, sign=Text(sign))


_DIRECTIONS = {
    "change": (
        N_("{sign} {whole_size} lower than in {first_end}"),
        N_("{sign} {whole_size} higher than in {first_end}"),
    ),
    "gap of places": (
        N_("{sign} {whole_size} lower than in {reference}"),
        N_("{sign} {whole_size} higher than in {reference}"),
    ),
    "gap of places, of a group": (
        N_("{sign} {whole_size} lower than for {people_brief} in {reference}"),
        N_("{sign} {whole_size} higher than for {people_brief} in {reference}"),
    ),
    "gap": (
        N_("{sign} {whole_size} lower than for {reference}"),
        N_("{sign} {whole_size} higher than for {reference}"),
    ),
}
"""How far it is below, and above, by what is compared; the sign says which way is better."""
_SIDES = {
    "change": (
        N_("{sign} {whole_size} better than in {first_end}"),
        N_("{sign} {whole_size} worse than in {first_end}"),
    ),
    "gap of places": (
        N_("{sign} {whole_size} better than in {reference}"),
        N_("{sign} {whole_size} worse than in {reference}"),
    ),
    "gap of places, of a group": (
        N_("{sign} {whole_size} better than for {people_brief} in {reference}"),
        N_("{sign} {whole_size} worse than for {people_brief} in {reference}"),
    ),
    "gap": (
        N_("{sign} {whole_size} better than for {reference}"),
        N_("{sign} {whole_size} worse than for {reference}"),
    ),
}
"""The same where lower is better."""


def _side(row: Row, side: int) -> tuple[str, bool]:
    """Return the word for a side, and whether it is the better, or the higher one of a neutral number."""
    direction = catalog.indicator(row.indicator).direction
    of_groups = bool(labels.reference_of(row).groups)
    if direction == "neutral" or of_groups:
        return ("higher", True) if side > 0 else ("lower", False)
    good = (side > 0) == (direction == "higher_is_better")
    return ("better" if good else "worse"), good


def _published_side(row: Row, numbers: Printed) -> int:
    """Return the side on which all lies that published and withheld numbers allow, chance aside; 0 if on both."""
    equal = row.entry.equal or 0.0
    ends = [numbers.numbers[name] for name in ("bound_low", "bound_high", "estimate")]
    known = [end - equal for end in ends if end is not None]
    above, below = (known and min(known) > 0), (known and max(known) < 0)
    return int(bool(above)) - int(bool(below))
