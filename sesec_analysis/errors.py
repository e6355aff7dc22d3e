"""Define every refusal in one shape: what is wrong, where, how to fix it, and what is valid."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

__all__ = [
    "CatalogError",
    "DataError",
    "EditionError",
    "FileError",
    "IncompleteWarning",
    "LeakError",
    "NoRowsError",
    "NothingPublishedError",
    "QuestionError",
    "SesecError",
    "below",
    "check_choice",
    "check_text",
    "closest",
    "plain_name",
]


class SesecError(Exception):
    """A refusal that a reader can act on.

    Parameters
    ----------
    what
        One sentence: what is wrong.
    where
        File, column, rows: the place to look.
    fix
        What to do about it, in plain words.
    valid
        The values that would have worked.
    meant
        Of these, the ones probably meant (`closest`).

    Examples
    --------
    >>> print(DataError("no year 2031", where="ospi_discipline", fix="ask for a year we have", valid=[2019]))
    no year 2031
      where: ospi_discipline
      fix:   ask for a year we have
      valid: 2019
    """

    exit_code = 1
    leaves_a_notice = False
    """Whether a report goes on without the number, with a notice in its place; otherwise it is not built."""
    guesses = False
    """Whether the first word that ``what`` quotes is held against the valid values, to say what was meant."""

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        fix: str | None = None,
        valid: Iterable[object] | None = None,
        meant: Iterable[str] = (),
    ) -> None:
        self.what = what
        self.where = where
        self.fix = fix
        self.valid = None if valid is None else [str(item) for item in valid]
        self.meant = list(meant)
        quoted = re.search(r"'([^']+)'", what) if self.guesses else None
        if quoted and self.valid and not self.meant:
            self.meant = closest(quoted[1], self.valid)
        lines = [what]
        if self.meant:
            lines.append(f"  did you mean: {' or '.join(self.meant)}?")
        if where:
            lines.append(f"  where: {where}")
        if fix:
            lines.append(f"  fix:   {fix}")
        if self.valid is not None:
            lines.append(f"  valid: {', '.join(self.valid) or '(none)'}")
        super().__init__("\n".join(lines))


class DataError(SesecError):
    """The data can't give a right answer to the question.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> try:
    ...     sa.load("enrollment", student_group="blak")
    ... except sa.DataError as refusal:
    ...     print(refusal.what)
    student group 'blak' is not known
    """

    leaves_a_notice = True


class FileError(DataError):
    """A file is not there, damaged, or not what it is said to be: no figure of it can be trusted."""

    leaves_a_notice = False


class NoRowsError(FileError):
    """A file is sound as far as can be told, but holds no row of the community's district."""


class QuestionError(DataError):
    """A parameter is wrong: whatever the figures are, the question cannot be asked so.

    Examples
    --------
    >>> print(QuestionError("no row is of 'blak'", valid=["black", "white"]))
    no row is of 'blak'
      did you mean: black?
      valid: black, white
    """

    leaves_a_notice = False
    guesses = True


class LeakError(DataError):
    """What an edition prints gives a withheld count away; ``findings`` are the ids that say it."""

    leaves_a_notice = False
    findings: frozenset[str] = frozenset()


class NothingPublishedError(DataError):
    """The question is sound, but no published figure answers it."""


class IncompleteWarning(UserWarning):
    """Part of a question has no published numbers; the rest was answered."""


class CatalogError(SesecError):
    """An entry in ``data/catalog`` is wrong, or a code is not in it.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> try:
    ...     sa.load("enrolment")
    ... except sa.CatalogError as refusal:
    ...     print(refusal.what)
    indicator 'enrolment' is not in the catalog
    """


class EditionError(SesecError):
    """A report can't be built as requested; nothing was started.

    Examples
    --------
    >>> from sesec_analysis.editions.editions import find
    >>> try:
    ...     find("anual-2022")
    ... except EditionError as refusal:
    ...     print(refusal.what, refusal.exit_code)
    there is no edition 'anual-2022' 2
    """

    exit_code = 2


def below(lines: Sequence[str], *, most: int = 20) -> str:
    """Return lines to stand below a sentence, each on its own: the first of them, and how many more there are.

    Examples
    --------
    >>> print("3 files differ:" + below(["a.csv", "b.csv", "c.csv"], most=2))
    3 files differ:
        a.csv
        b.csv
        and 1 more
    """
    more = [f"and {len(lines) - most} more"] if len(lines) > most else []
    return "".join(f"\n    {line}" for line in [*lines[:most], *more])


def closest(
    asked: str, known: Iterable[str] | Mapping[str, Iterable[str]], *, most: int = 1
) -> list[str]:
    """Return the known codes that somebody meant, by their spelling or by a name that they go by.

    Parameters
    ----------
    asked
        What was written.
    known
        Codes; with the names of each, if it has any.
    most
        How many to return at the most.

    Examples
    --------
    >>> closest("enrolment", ["enrollment", "ela_met"])
    ['enrollment']
    >>> closest("gap", ["gap_model", "gaps"])
    ['gaps']
    >>> closest("African American", {"black": ["Black or African American"], "white": ["White"]})
    ['black']
    """
    codes = known if isinstance(known, Mapping) else dict.fromkeys(known, ())
    forms: dict[str, str] = {}
    for code, names in codes.items():
        for name in (code, *names):
            forms.setdefault(plain_name(name), code)
    wanted = plain_name(asked)
    words = set(wanted.split())
    near = [
        *([wanted] if wanted in forms else []),
        *get_close_matches(
            wanted, forms, n=most, cutoff=0.85
        ),  # "gap" is "gaps" sooner than "gap model"
        *(form for form in forms if words and words <= set(form.split())),
        *get_close_matches(wanted, forms, n=most, cutoff=0.6),
    ]
    return list(dict.fromkeys(forms[form] for form in near))[:most]


def check_text(value: object, where: str) -> str:
    """Return a text that a caller passed; refuse anything else.

    Examples
    --------
    >>> try:
    ...     check_text(2120, "about_school(…)")
    ... except QuestionError as refusal:
    ...     print(refusal.what, "-", refusal.fix)
    text is wanted, not a int - write it in quotation marks: "2120"
    """
    if isinstance(value, str):
        return value
    kind = "None" if value is None else f"a {type(value).__name__}"
    quoted = f'write it in quotation marks: "{value}"' if isinstance(value, int) else "give text"
    raise QuestionError(f"text is wanted, not {kind}", where=where, fix=quoted)


def check_choice(value: object, known: Iterable[str], *, what: str, where: str) -> None:
    """Refuse a name that is none of those known; ``what`` says of what it is one.

    Examples
    --------
    >>> try:
    ...     check_choice("plain", ["katz", "adjusted"], what="interval of a ratio", where="ratios, interval")
    ... except QuestionError as refusal:
    ...     print(refusal.what, refusal.valid)
    there is no interval of a ratio called 'plain' ['adjusted', 'katz']
    """
    if value not in (valid := sorted(known)):
        raise QuestionError(
            f"there is no {what} called {value!r}",
            where=where,
            fix="use one of these names",
            valid=valid,
        )


def plain_name(text: str) -> str:
    """Return the words of a name alone, to be compared: case, hyphens and underscores make no difference.

    Examples
    --------
    >>> plain_name("K-8_School")
    'k 8 school'
    """
    return " ".join(re.findall(r"\w+", str(text).replace("_", " ").casefold()))
