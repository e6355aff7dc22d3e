"""Keep the entries of one's own tables and places beside the catalog's, for as long as a program runs.

A code of one's own begins with ``own_``, which no code of the catalog does. What is measured of it is worded and gated
like anything else, and its findings have ids of their own (``own:…``): no report of the coalition can print them.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sesec_analysis import schema
from sesec_analysis.catalog.entries import GroupType, Indicator, Place, Source
from sesec_analysis.errors import QuestionError

__all__ = [
    "OWN",
    "PREFIX",
    "Own",
    "code_of",
    "counts_makeup",
    "entries",
    "forget",
    "introduce",
    "is_own",
    "own_source",
    "slug",
]


PREFIX = "own_"
"""How each code of one's own begins."""


@dataclass(frozen=True)
class Own:
    """The entries of one owner, by kind and code."""

    whose: str
    counted: str
    indicators: dict[str, Indicator] = field(default_factory=dict)
    group_types: dict[str, GroupType] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)


OWN: dict[str, Own] = {}
"""The entries of each owner, by the namespace of their codes."""


def is_own(code: str) -> bool:
    """Whether a code is of one's own table or place, and no entry of the catalog.

    Examples
    --------
    >>> is_own("own_white"), is_own("white")
    (True, False)
    """
    return code.startswith(PREFIX)


def slug(label: str) -> str:
    """Return a label as a code: small letters, digits and underscores.

    Examples
    --------
    >>> slug("Two or more races"), slug("Español"), slug("中文")
    ('two_or_more_races', 'espanol', 'u4e2du6587')
    """
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain.casefold()).strip("_")
    return words or "".join(f"u{ord(letter):x}" for letter in label.strip())


def code_of(labels: Iterable[str], namespace: str) -> dict[str, str]:
    """Return the code of each label.

    Raises
    ------
    QuestionError
        If two labels would have one code.
    """
    head = f"{PREFIX}{slug(namespace)}_" if namespace else PREFIX
    given = {label: head + slug(label) for label in dict.fromkeys(labels)}
    owners: dict[str, str] = {}
    for label, code in given.items():
        if other := owners.get(code):
            raise QuestionError(
                f"{other!r} and {label!r} would both be called {code}",
                where="labels",
                fix=f'tell them apart: labels={{"{label}": "another name"}}',
            )
        owners[code] = label
    return given


def introduce(namespace: str, entries: Own) -> None:
    """Keep the entries of an owner; what the same owner introduced before stays, or is renewed.

    Raises
    ------
    QuestionError
        If another owner has introduced entries under this name: their words would be mixed up.
    """
    known = OWN.get(namespace, Own(entries.whose, entries.counted))
    if (known.whose, known.counted) != (entries.whose, entries.counted):
        raise QuestionError(
            f"codes of {known.whose} ({known.counted}) are in use: these are of {entries.whose} ({entries.counted})",
            where=f"namespace={namespace!r}",
            fix='give this table codes of its own: namespace="clinic"',
        )
    OWN[namespace] = Own(
        known.whose,
        known.counted,
        indicators=known.indicators | entries.indicators,
        group_types=known.group_types | entries.group_types,
        places=known.places | entries.places,
        sources=known.sources
        | {
            key: _with_releases(known.sources.get(key), new) for key, new in entries.sources.items()
        },
    )


def _with_releases(known: Source | None, new: Source) -> Source:
    releases = {**(known.releases if known else {}), **new.releases}
    return new.model_copy(update={"releases": releases})


def counts_makeup(code: str) -> None:
    """Let an indicator's numerator be the size of the group itself, as that of enrollment is."""
    schema.COMPOSITION_INDICATORS |= {code}


def forget() -> None:
    """Forget every entry of one's own."""
    OWN.clear()
    others = (code for code in schema.COMPOSITION_INDICATORS if not is_own(code))
    schema.COMPOSITION_INDICATORS = frozenset(others)


def entries(kind: str) -> dict[str, Any]:
    """Return the entries of one's own of a kind, by their code."""
    return {code: entry for owner in OWN.values() for code, entry in getattr(owner, kind).items()}


def own_source(key: str) -> Source | None:
    """Return a source of one's own by its key."""
    return next((own.sources[key] for own in OWN.values() if key in own.sources), None)
