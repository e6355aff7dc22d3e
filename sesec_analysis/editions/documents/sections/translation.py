"""Say on every translation who made it, and whether a speaker of its language has reviewed it."""

from typing import NamedTuple

from sesec_analysis import i18n, i18n_files, i18n_reviews
from sesec_analysis.i18n import mark, say

__all__ = ["Standing", "standing"]


class Standing(NamedTuple):
    """How far a translation can be trusted: a title (empty once it is reviewed) and a text."""

    title: str
    text: str


_TITLE = mark("Translation not yet reviewed by a speaker")
_BY_MACHINE = mark(
    "A machine made this translation. No speaker of the language has reviewed it yet. Where in doubt, the English "
    "page counts."
)
_BY_PERSON = mark(
    "No second speaker of the language has reviewed this translation yet. Where in doubt, the English page counts."
)


def standing(code: str) -> list[Standing]:
    """Return how far a translation can be trusted, in its language and, until it is reviewed, in English as well.

    Parameters
    ----------
    code
        The language of the translation, which is the one asked for.

    Raises
    ------
    CatalogError
        If the list of reviews cannot be read.
    """
    known = i18n_reviews.review_of(code)
    if known.reviewer:
        told = say(
            "Translation reviewed by {reviewer}, {day}.", reviewer=known.reviewer, day=known.date
        )
        return [Standing("", told)]
    text = _BY_MACHINE if known.is_machine_made else _BY_PERSON
    made = [Standing(say(_TITLE), say(text))]
    with i18n.spoken(i18n_files.ENGLISH):
        return [*made, Standing(say(_TITLE), say(text))]
