"""Define what a build asks of the guard that checks it before it is put in place.

The package has one guard, `attack.check.GUARD`. It reads what a build writes, so it is imported above the build, and
whoever starts a build hands it in: the commands, `publish`, and CI.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self

from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.evidence.row import Record

__all__ = ["Certify", "Guard"]


class Certify(Protocol):
    """Check folders, those confirmed without their forms, and attack them together with others."""

    def __call__(
        self,
        folders: Sequence[Path],
        others: Sequence[Path] = (),
        confirmed: Collection[Path] = (),
        *,
        name: str = "",
    ) -> Mapping[str, object]:
        """Return what their certificate says; see `attack.check.certify`."""


@dataclass(frozen=True)
class Guard:
    """The checks of a build. Each is made of a function of a module, so that another process can find it.

    Attributes
    ----------
    disclosing
        Returns the ids of printed findings from which a withheld number follows; without them others may.
    between_sheets
        Returns the ids to withhold so that the records of all fact sheets together give no withheld number.
    audit
        Refuses records from which a withheld number follows, and returns how many sums it checked.
    certify
        Checks the folder of an edition before its forms are written, or those of fact sheets, and returns what their
        certificate says.
    confirm
        Refuses a folder, just written from a document, that holds more or less than the document gives.
    """

    disclosing: Callable[[Iterable[Record]], frozenset[str]]
    between_sheets: Callable[[Iterable[Record]], frozenset[str]]
    audit: Callable[[Iterable[Record]], dict[str, object]]
    certify: Certify | None = None
    confirm: Callable[[Path, Document], None] | None = None

    def without_attack(self) -> Self:
        """Return the audit alone, for a trial in another language: the attack reads English."""
        return replace(self, certify=None, confirm=None)

    def of_one_sheet(self, *, is_elsewhere: bool = False) -> Self:
        """Return what is checked as a single sheet is made; on another machine its forms are not confirmed."""
        confirm = None if is_elsewhere else self.confirm
        return replace(self, certify=None, confirm=confirm)
