"""Word the answers of comparisons: whether two sides differ, are about the same, or cannot be told apart, and why."""

import re
from collections.abc import Iterable, Sequence

from sesec_analysis import catalog
from sesec_analysis.evidence.answers import Answer, Outcome, Why, answer
from sesec_analysis.evidence.wording.fields import WordedFinding
from sesec_analysis.i18n import ENGLISH
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Count, List, Text, _, render

__all__ = ["answer_text", "counted_answers", "counted_answers_text", "progress_text"]


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
    better = found.better(higher_is_better=direction == "higher_is_better")
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
