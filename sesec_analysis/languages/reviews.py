"""Tell who made each translation, and whether a speaker of the language has read it: ``data/words/reviews.yml``.

    es:
      made_by: machine          # or the name of who translated it
      reviewer: Maria Example   # these three once a speaker has read it, written by `sesec words review es`
      date: 2026-12-01
      sha256: 4c8b...           # of data/words/es.po as it was read

A sign-off holds for one state of a translation: a text that changes later has to be read again. A translation that
the file does not name was made by a machine, as far as anybody can tell.
"""

import datetime
from dataclasses import dataclass

import yaml

from sesec_analysis import i18n_files
from sesec_analysis.errors import CatalogError
from sesec_analysis.files import sha256_of

__all__ = ["FILE", "MACHINE", "Review", "is_reviewed", "review_of"]


FILE = "reviews.yml"
MACHINE = "machine"


@dataclass(frozen=True)
class Review:
    """Who made a translation; who read it, on which day, and the checksum of the file (PO) that was read."""

    made_by: str = MACHINE
    reviewer: str = ""
    date: datetime.date | None = None
    sha256: str = ""

    @property
    def is_machine_made(self) -> bool:
        """Whether no person made it."""
        return self.made_by == MACHINE

    @property
    def signature(self) -> dict[str, str]:
        """Who reviewed it, when, and which state of it, as JSON values."""
        return {"reviewer": self.reviewer, "date": str(self.date), "sha256": self.sha256}


def review_of(code: str) -> Review:
    """Return what is known of a translation as it is now; a sign-off of an earlier state is none.

    Raises
    ------
    CatalogError
        If the file cannot be read, or a sign-off lacks its reviewer, its day or its checksum.
    """
    path = i18n_files.folder() / FILE
    try:
        read = yaml.safe_load(path.read_text("utf-8")) if path.is_file() else {}
        known = Review(**(read or {}).get(code, {}))
    except (yaml.YAMLError, AttributeError, TypeError) as failure:
        raise _refused(f"{FILE} cannot be read: {failure}") from failure
    signed = (known.reviewer, known.date, known.sha256)
    if any(signed) and not (all(signed) and isinstance(known.date, datetime.date)):
        raise _refused(f"{FILE} lacks the reviewer, the day or the checksum of {code!r}")
    words = i18n_files.folder() / f"{code}.po"
    is_now = words.is_file() and known.sha256 == sha256_of(words)
    return known if is_now else Review(known.made_by)


def is_reviewed(code: str) -> bool:
    """Whether a speaker has read a translation as it is now."""
    return bool(review_of(code).reviewer)


def _refused(what: str) -> CatalogError:
    mend = "record it with `sesec words review CODE`: reviewer, date and sha256 of the file"
    return CatalogError(what, where=str(i18n_files.folder() / FILE), mend=mend)
