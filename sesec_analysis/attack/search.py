"""Search the findings and texts of an edition for what may never leave: small groups, few left out, addresses.

No group of 1 to 9 students, no 0 to 2 students counted or left out of a group, no digits that no page has, no
addresses. In findings their counts are compared, in texts words are searched. What is found is named by its place,
never by its number. (A number of a finding with more digits than its text is not what rewording it gives.)

Patterns, made so that what reports must say is let pass: "fewer than 10 students", grades, years, counts of schools.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from math import ceil, floor, isfinite

from sesec_analysis import catalog, schema
from sesec_analysis.attack.reading import EditionText, PrintedClaim, number
from sesec_analysis.attack.sweep import Fault
from sesec_analysis.evidence.wording.labels import EVERYONE

__all__ = ["CONTACT", "DIGITS", "FEW", "SMALL", "in_words", "search"]


SMALL = "a group of 1 to 9 students"
FEW = "0 to 2 students counted, or left out, of a group"
DIGITS = "more digits than are printed"
CONTACT = "an e-mail address or a phone number"

_SMALLEST, _FEWEST = 10, 3
_PEOPLE = r"(?:students?|pupils?|children|child)"
_NOT_A_GROUP = r"(?! (?:groups?|bod|per\b|to (?:one|a|each)\b))"
_BETWEEN = (
    r"(?: (?!(?:to|of|in|and|more|fewer|or|percent|points?|years?|times|schools?|are|is|was|were|for|on|with|by|at|the|"
    r"per|that|who|whose|what|how|have|has|had|from)\b)[\w’'-]+){0,4}?"
)
_AFTER_A_LIMIT = re.compile(
    r"(?:than|under|below|grades?|from|to|through|least|most|every|table|figure|claims?|goals?|level|"
    r"terms?|and|or|in)(?: the)? ?$",
    re.IGNORECASE,
)
_SIZE = r"(?:(?<![\w.,–−/:@-])[1-9]|\b(?:two|three|four|five|six|seven|eight|nine))"
_GROUP = re.compile(
    rf"{_SIZE}{_BETWEEN} {_PEOPLE}\b{_NOT_A_GROUP}|\bn ?= ?[1-9](?![\d.,]?\d)"
    r"|\bone (?:student|child|pupil) (?:was|is|met|had|who)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"(?<![\w.,–−-])(?P<k>\d[\d,]*)(?: out)? of (?:the )?(?P<n>\d[\d,]*)"
    rf"(?P<what>{_BETWEEN} {_PEOPLE}\b)?(?! (?:elementary |public )?schools?\b)"
)
_LONG = re.compile(
    r"(?<![\w.])\d[\d,]*\.\d{2,} ?(?:%|percent\b|points?\b)|(?<![\w.])\d[\d,]*\.\d{3,} times\b"
    r"|(?<![\w./-])-?\d+\.\d{5,}(?![\w.])"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b")
_PHONE = re.compile(r"(?<![\w./-])(?:\+?1[ .-])?\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])")


_OUTRIGHT = ((DIGITS, _LONG), (CONTACT, _PHONE), (CONTACT, _MAIL))
"""What is never said; groups that are named by their size are let pass where that is only a limit."""


def in_words(words: str) -> tuple[tuple[str, str], ...]:
    """Return what is found, and the words around it with every digit put out of sight.

    Examples
    --------
    >>> in_words("At this school, 7 Black students met the standard.")
    (('a group of 1 to 9 students', '# Black students'),)
    >>> in_words("Not shown: fewer than 10 students. In grade 3 students read; 14 of 32 schools have funds.")
    ()
    """
    found = [(what, match) for what, pattern in _OUTRIGHT for match in pattern.finditer(words)]
    for pattern in (_GROUP, _PART):
        for match in pattern.finditer(words):
            if (what := _of_group(match)) and not _AFTER_A_LIMIT.search(words, 0, match.start()):
                found.append((what, match))
    return tuple((what, _mask_digits(match)) for what, match in found)


def _of_group(match: re.Match[str]) -> str | None:
    """Return what is wrong with the size of a group, or with "k of n"."""
    if match.re is not _PART:
        return SMALL
    k, n = (int(match[name].replace(",", "")) for name in "kn")
    if k > n or not (match["what"] or n >= _SMALLEST):
        return None
    if n < _SMALLEST:
        return SMALL
    return FEW if match["what"] and (k < _FEWEST or n - k < _FEWEST) else None


def _mask_digits(match: re.Match[str]) -> str:
    return "an address with @" if match.re is _MAIL else re.sub(r"\d", "#", match.group())


_HAIR = 1e-9


def search(edition: EditionText, texts: Iterable[tuple[str, str]] = ()) -> list[Fault]:
    """Search the findings of an edition, and its texts, each with where it stands; return each fault once."""
    cells = (
        (f"{claim.said}, {column}", text)
        for claim in edition.claims
        for column, text in claim.texts.items()
        if column != "id" and number(text) is None
    )
    read = cache(in_words)  # of 83,000 cells of an edition 9,600 differ, and one takes 35 us
    faults = {
        Fault(where, f"{what}: {words}")
        for where, text in chain(cells, texts)
        for what, words in read(text)
    }
    return sorted(faults.union(*map(_of_counts, edition.claims)))


def _of_counts(claim: PrintedClaim) -> Iterator[Fault]:
    """Yield what may not leave in the counts of a claim together."""
    indicator = catalog.indicators().get(claim.key.indicator)
    if indicator and indicator.counted != "schools" and indicator.unit in schema.SHARES:
        sides = (_of_side(claim, prefix) for prefix in ("", "reference_"))
        yield from (Fault(claim.said, what) for what in sides if what)


def _of_side(claim: PrintedClaim, prefix: str) -> str | None:
    """Return what is wrong with one side of a claim, if anything."""
    n, k = claim.count(f"{prefix}n"), _count_students(claim, prefix)
    everyone = claim.key.student_group == EVERYONE and not prefix
    if 0 < n[1] < _SMALLEST:
        return SMALL
    if claim.key.indicator in schema.COMPOSITION_INDICATORS:
        return SMALL if not everyone and k[0] > 0 and k[1] < _SMALLEST else None
    return FEW if _is_few(*k) or _is_few(n[0] - k[1], n[1] - k[0]) else None


def _is_few(low: float, high: float) -> bool:
    """Return whether a count is printed as one of the least, closer than the state's own "fewer than three"."""
    return high < _FEWEST and (max(0.0, low), high) != (0, _FEWEST - 1)


def _count_students(claim: PrintedClaim, prefix: str) -> tuple[float, float]:
    """Return how many students are counted, as the count and the rate times the students tell together."""
    low, high = claim.count(f"{prefix}numerator")
    n = claim.count(f"{prefix}n")
    of_one_side = claim.key.measure != "count" and not prefix
    of_one_side = of_one_side and catalog.measure(claim.key.measure).made == "rate"
    if of_one_side and isfinite(n[1]):
        least, most = claim.value
        low = max(low, ceil(least * n[0] - _HAIR)) if isfinite(least) else low
        high = min(high, floor(most * n[1] + _HAIR)) if isfinite(most) else high
    return low, min(high, n[1])
