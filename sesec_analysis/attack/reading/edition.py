"""Read an edition's folder as an outsider would: every printed number becomes a statement."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sesec_analysis.attack.reading.files import unread, words_of
from sesec_analysis.attack.reading.pages import FilePassage
from sesec_analysis.attack.reading.records import PrintedClaim, PrintedRow, rows_of
from sesec_analysis.attack.reading.statements import Cells, express
from sesec_analysis.attack.reading.words import Fault, read_words
from sesec_analysis.attack.state import Statement
from sesec_analysis.errors import DataError

__all__ = ["EditionText", "Statements", "expressed", "read", "read_claims", "statements"]


@dataclass(frozen=True)
class EditionText:
    """The contents of a folder: the rows of its tables, its words, what each line claims, words that say too much.

    ``name`` is what the folder is called, and ``unread`` are the files of a kind that nothing here can read.
    """

    name: str
    rows: tuple[PrintedRow, ...]
    passages: tuple[FilePassage, ...]
    claims: tuple[PrintedClaim, ...]
    faults: tuple[Fault, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True)
class Statements:
    """What a folder says of the state's cells.

    Parameters
    ----------
    statements
        In the order of the files; `said` names the line.
    faults
        Words that say a number which no record of the edition prints so, or prints with fewer digits.
    not_expressed
        Printed values that are no linear statement of counts, by measure: indices over groups or schools, models.
    """

    statements: tuple[Statement, ...]
    faults: tuple[Fault, ...]
    not_expressed: Mapping[str, int]


def read_claims(folder: Path, name: str = "") -> EditionText:
    """Read every line that an edition prints, from its files alone.

    Parameters
    ----------
    folder
        With the files of an edition, or of any part of one, such as a fact sheet.
    name
        What to call it; its own name by default.

    Raises
    ------
    DataError
        If there is no such folder, or a file in it cannot be read: what cannot be read cannot be attacked.
    """
    if not folder.is_dir():
        raise DataError(
            "there is no such folder to attack",
            where=str(folder),
            mend="build the edition first: sesec report",
        )
    words = words_of(folder)
    rows = (*rows_of(folder), *words.rows)
    word_claims = read_words(words, rows)
    claims = [row.claim for row in rows if row.claim is not None]
    return EditionText(
        name=name or folder.name,
        rows=rows,
        passages=tuple(words.passages),
        claims=(*claims, *word_claims.claims),
        faults=word_claims.faults,
        unread=tuple(unread(folder)),
    )


def read(folder: Path) -> Statements:
    """Read an edition back from its folder, as statements about the state's cells; see `read_claims`."""
    return expressed(read_claims(folder))


def expressed(edition: EditionText) -> Statements:
    """Return what was read in a folder as statements about the state's cells."""
    cells = Cells()
    lines: list[Statement] = []
    left: Counter[str] = Counter()
    for claim in edition.claims:
        meant = express(claim, cells)
        lines += meant.statements
        if not meant.value and claim.says_a_value:
            left[claim.key.measure] += 1
    return Statements(tuple(lines), edition.faults, dict(sorted(left.items())))


def statements(folder: Path) -> list[Statement]:
    """Return what an edition's folder says of the state's cells; see `read`."""
    return list(read(folder).statements)
