"""Read the parameters that a notebook declares and check the values given for them before it runs.

The cell tagged ``parameters`` holds one annotated literal a line, with a comment as its help::

    report_year: int  # school year by the year it ends
    place: str = "southeast_seattle"  # whom the report is about

A line without a value must be given by the edition. Papermill only warns about a name it does not know and then runs
with the default, so names and types are checked here; and of places, years, grades, and levels, whether they can be
reported on (`resolve_values`).
"""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import GenericAlias
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import ConfigDict, ValidationError, create_model

from sesec_analysis import catalog, hidden_characters
from sesec_analysis.catalog import named
from sesec_analysis.catalog.entries import Place
from sesec_analysis.errors import EditionError, closest
from sesec_analysis.evidence.wording.numbers import school_year

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "Parameter",
    "TestGrades",
    "check_values",
    "declared_parameters",
    "parse_values",
    "require_agreement",
    "resolve_values",
]


_SIMPLE: dict[str, Any] = {"str": str, "int": int, "float": float, "bool": bool}
_TYPES = "str, int, float, bool, list[...] of one of them, Literal[...], any of them | None"
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}

TestGrades = Callable[[int], tuple[int, Sequence[str]] | None]
"""Returns the newest year up to one that has test results of schools, and their grades; None if there is none."""

_PLACES = ("place", "compare_to", "district", "state")
_LEVELS = 0.5, 0.999
"""The least and the greatest confidence level: outside them an interval is a point, or all there is."""


@dataclass(frozen=True)
class Parameter:
    """One parameter as its notebook declares it."""

    name: str
    type: Any
    type_text: str
    help: str
    required: bool
    default: Any = None

    def __str__(self) -> str:
        """Return it as a reader of an error or of ``--list`` needs it."""
        return f"{self.name}: {self.type_text}"


def declared_parameters(notebook: "NotebookNode", *, where: str) -> dict[str, Parameter]:
    """Return the parameters that ``notebook`` declares, by name; a notebook without such a cell has none.

    Raises
    ------
    EditionError
        If the cell holds anything but annotated literals of types we know; every fault is named.
    """
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    if len(cells) > 1:
        what = f"{len(cells)} cells are tagged parameters"
        raise EditionError(what, where=where, fix="keep one; it is the first code cell")
    source = cells[0].source if cells else ""
    where = f"{where}, the cell tagged parameters"
    try:
        lines = ast.parse(source).body
    except SyntaxError as failure:
        fix = "write one `name: type = value  # help` a line"
        what = f"line {failure.lineno} is not Python: {(failure.text or '').strip()}"
        raise EditionError(what, where=where, fix=fix) from failure
    comments = _comments(source)
    parameters, faults = {}, []
    for line in lines:
        try:
            parameter = _parameter(line, comments.get(line.end_lineno or 0, ""))
        except ValueError as fault:
            faults.append(f"line {line.lineno}: {fault}")
        else:
            parameters[parameter.name] = parameter
    if faults:
        what = f"the parameters have {len(faults)} fault(s):\n    " + "\n    ".join(faults)
        fix = f"write one `name: type = value  # help` a line; types are {_TYPES}"
        raise EditionError(what, where=where, fix=fix)
    return parameters


def require_agreement(
    known: Mapping[str, Parameter], own: Mapping[str, Parameter], *, where: str
) -> None:
    """Refuse a notebook that declares a parameter otherwise than another one that runs with the same values.

    Parameters
    ----------
    known, own
        What the notebooks before it declare, and what it declares itself.
    where
        The notebook.

    Raises
    ------
    EditionError
        Naming each parameter of another type or with another default.
    """

    def kind(parameter: Parameter) -> tuple[str, bool, Any]:
        return parameter.type_text, parameter.required, parameter.default

    odd = [name for name in own if name in known and kind(known[name]) != kind(own[name])]
    if odd:
        what = f"{len(odd)} parameter(s) are declared otherwise than in the report's notebook"
        fix = "declare them alike: the notebooks of one edition run with the same values"
        raise EditionError(what, where=where, fix=fix, valid=odd)


def parse_values(texts: Mapping[str, str], parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    """Return values typed at a command line, each read as its declared type.

    A text that cannot be read stays text, and so does one of an unknown name: `check_values` names them all together.
    """
    values: dict[str, Any] = {}
    for name, text in texts.items():
        if name == "report_year" and (year := named.end_year(text)):  # as people write it: 2018-19
            values[name] = year
            continue
        try:
            values[name] = _read_value(text, parameters[name].type)
        except (KeyError, ValueError):
            values[name] = text
    return values


def check_values(
    values: Mapping[str, Any], parameters: Mapping[str, Parameter], *, where: str
) -> dict[str, Any]:
    """Return a value for every parameter: those given, checked, and the defaults of the others.

    Raises
    ------
    EditionError
        If a name is unknown, a value is missing or of another type; every fault is named at once.
    """
    odd = [
        f"an invisible character: {place}" for place in hidden_characters.find_hidden(dict(values))
    ]
    _refuse(odd, parameters, where)
    fields: dict[str, Any] = {
        p.name: (p.type, ... if p.required else p.default) for p in parameters.values()
    }
    config = ConfigDict(strict=True, extra="forbid", validate_default=True, allow_inf_nan=False)
    try:
        model = create_model("Parameters", __config__=config, **fields).model_validate(dict(values))
    except ValidationError as failure:
        names = {str(fault["loc"][0]): fault["type"] for fault in failure.errors()}
        faults = [_fault(name, kind, values, parameters) for name, kind in names.items()]
        _refuse(faults, parameters, where)
        raise
    return {name: getattr(model, name) for name in parameters}


@dataclass(frozen=True)
class _Fault:
    """A value that no edition can have: its parameter, why, what would have worked, and what was meant."""

    name: str
    what: str
    valid: Sequence[str] = ()
    meant: Sequence[str] = ()

    def __str__(self) -> str:
        """Return it in one line, for a list of several."""
        return self.what + (f"; did you mean {' or '.join(self.meant)}?" if self.meant else "")


def resolve_values(
    values: Mapping[str, Any], *, where: str, test_grades: TestGrades | None = None
) -> dict[str, Any]:
    """Return the values with places and grades as codes (``9`` as ``09``), if an edition can be made of them.

    Parameters
    ----------
    values
        A value for every parameter, each of its type (`check_values`).
    where
        Where they were given.
    test_grades
        Says which grades have test results; None if that is not known here.

    Raises
    ------
    EditionError
        If a place is not in the catalog, both places are the same, a level is outside its range, a year has no
        figures, or a grade no test results. Every fault is named at once.
    """
    values = dict(values)
    for name in _PLACES:
        if isinstance(values.get(name), str):
            values[name] = named.place(values[name])
    if isinstance(grade := values.get("test_grade"), str):
        values["test_grade"] = _grade_code(grade)
    faults = [
        *_faults_of_places(values),
        *_faults_of_level(values.get("ci_level")),
        *_faults_of_year(values.get("report_year")),
    ]
    faults += [] if faults else _faults_of_grade(values, test_grades)
    if len(faults) == 1:
        fault, known = faults[0], faults[0].valid or None
        example = [*fault.meant, *fault.valid][:1]
        such = "".join(f", such as -p {fault.name}={value}" for value in example)
        fix = f"give another value{such}; nothing was started"
        raise EditionError(fault.what, where=where, fix=fix, valid=known, meant=fault.meant)
    if faults:
        lines = "\n    ".join(map(str, faults))
        what = f"{len(faults)} parameters are wrong; nothing was started:\n    {lines}"
        raise EditionError(what, where=where, fix="correct each line above")
    return values


def _faults_of_places(values: Mapping[str, Any]) -> Iterator[_Fault]:
    known = catalog.places()
    places = {name: values[name] for name in _PLACES if isinstance(values.get(name), str)}
    unknown = {name: code for name, code in places.items() if code not in known}
    names = catalog.names("place", known)
    for name, code in unknown.items():
        what = f"{name}={code}: there is no such place in the catalog"
        yield _Fault(name, what, list(known), closest(code, names, most=2))
    for name in sorted({"district", "state"} & (places.keys() - unknown.keys())):
        whole = [code for code, entry in known.items() if getattr(entry, f"whole_{name}")]
        if places[name] not in whole:
            yield _Fault(name, f"{name}={places[name]}: this place is not a whole {name}", whole)
    place, other = places.get("place"), places.get("compare_to")
    if unknown or place is None or other is None:
        return
    if place == other:
        others = [code for code in known if not _is_same(known[code], known[place])]
        yield _Fault(
            "compare_to", f"place and compare_to are both {place}: name another place", others
        )
    elif _is_same(known[place], known[other]):
        others = [code for code in known if not _is_same(known[code], known[place])]
        what = f"place={place} and compare_to={other} are the same schools"
        yield _Fault("compare_to", f"{what}: name another place", others)


def _is_same(place: Place, other: Place) -> bool:
    """Return whether two places are made of the same rows."""

    def rows(entry: Place) -> tuple[object, ...]:
        return set(entry.schools), entry.all_but, entry.whole_district, entry.whole_state

    return rows(place) == rows(other)


def _faults_of_level(level: object) -> Iterator[_Fault]:
    least, most = _LEVELS
    if not isinstance(level, float) or least <= level <= most:
        return
    percent = level / 100
    meant = [f"{percent:g}"] if least <= percent <= most else []
    yield _Fault(
        "ci_level",
        f"ci_level={level:g} is not a confidence level from {least} to {most}",
        (),
        meant,
    )


def _faults_of_year(year: object) -> Iterator[_Fault]:
    held = set().union(*catalog.available_years().values())
    if not isinstance(year, int) or not held or min(held) <= year <= max(held):
        return
    first, last = school_year(min(held)), school_year(max(held))
    what = f"report_year={year}: there are no numbers of {school_year(year)}, only of {first} to {last}"
    nearest = min(held) if year < min(held) else max(held)
    yield _Fault("report_year", what, [f"{min(held)} to {max(held)}"], [str(nearest)])


def _grade_code(text: str) -> str:
    """Return the code of a grade that may be written as a bare number, or in capitals."""
    plain = text.strip().lower()
    return f"{int(plain):02d}" if re.fullmatch(r"\d{1,2}", plain) else plain


def _faults_of_grade(values: Mapping[str, Any], test_grades: TestGrades | None) -> Iterator[_Fault]:
    grade, year = values.get("test_grade"), values.get("report_year")
    if test_grades is None or not isinstance(grade, str) or not isinstance(year, int):
        return
    tested = test_grades(year)
    grades = tested[1] if tested else ["all"]  # of none: the sections on tests say so
    if grade not in grades:
        reason = f"there are no test results of schools up to {school_year(year)}"
        if tested:
            newest = (
                f"the newest test results up to {school_year(year)}, of {school_year(tested[0])},"
            )
            if tested[0] == year:
                newest = f"the test results of {school_year(year)}"
            reason = f"{newest} have no such grade"
        yield _Fault("test_grade", f"test_grade={grade}: {reason}", grades)


def _fault(
    name: str, kind: str, values: Mapping[str, Any], parameters: Mapping[str, Parameter]
) -> str:
    if name not in parameters:
        return _unknown_parameter(name, parameters)
    if kind == "missing":
        return f"{parameters[name]} has no value{_says(parameters[name])}"
    known, value = parameters[name], values.get(name, parameters[name].default)
    return f"{name}: {value!r} is not {known.type_text}{_says(known)}"


def _unknown_parameter(name: str, parameters: Mapping[str, Parameter]) -> str:
    near = get_close_matches(name, parameters, n=1)
    return f"{name}: there is no such parameter" + (f"; did you mean {near[0]}?" if near else "")


def _says(parameter: Parameter) -> str:
    return f" ({parameter.help})" if parameter.help else ""


def _refuse(faults: list[str], parameters: Mapping[str, Parameter], where: str) -> None:
    if faults:
        many = "parameter is" if len(faults) == 1 else "parameters are"
        what = f"{len(faults)} {many} wrong; nothing was started:\n    " + "\n    ".join(faults)
        fix = "correct each line above"
        raise EditionError(what, where=where, fix=fix, valid=parameters.values())


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ").strip() for t in tokens if t.type == tokenize.COMMENT}


def _parameter(line: ast.stmt, comment: str) -> Parameter:
    if not isinstance(line, ast.AnnAssign) or not isinstance(line.target, ast.Name):
        raise ValueError(f"{ast.unparse(line)[:60]!r} is not `name: type = value`")
    kind, text = _type(line.annotation), ast.unparse(line.annotation)
    if line.value is None:
        return Parameter(line.target.id, kind, text, comment, required=True)
    try:
        value = ast.literal_eval(line.value)
    except ValueError:
        shown = ast.unparse(line.value)[:60]
        raise ValueError(f"{line.target.id}: {shown!r} is not a literal value") from None
    return Parameter(line.target.id, kind, text, comment, required=False, default=value)


def _type(node: ast.expr) -> Any:
    """Return the type that an annotation spells; ValueError for any that an edition cannot hold."""
    match node:
        case ast.Name(id=name) if name in _SIMPLE:
            return _SIMPLE[name]
        case ast.Subscript(value=ast.Name(id="list"), slice=ast.Name(id=name)) if name in _SIMPLE:
            return GenericAlias(list, (_SIMPLE[name],))
        case ast.Subscript(value=ast.Name(id="Literal"), slice=words):
            given = words.elts if isinstance(words, ast.Tuple) else [words]
            return Literal[tuple(ast.literal_eval(word) for word in given)]
        case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None)):
            return _type(left) | None
    raise ValueError(f"the type {ast.unparse(node)!r} is not one an edition can hold")


def _read_value(text: str, kind: Any) -> Any:
    """Return ``text`` as a value of ``kind``; ValueError if it is none."""
    parts = get_args(kind)
    if type(None) in parts and get_origin(kind) is not Literal:
        return None if text.lower() == "none" else _read_value(text, parts[0])
    if get_origin(kind) is list:
        return [_read_value(part.strip(), parts[0]) for part in text.split(",") if part.strip()]
    if get_origin(kind) is Literal:
        return next((word for word in parts if str(word) == text), text)
    if kind is bool:
        if text.lower() not in _TRUTH:
            raise ValueError(text)
        return _TRUTH[text.lower()]
    return kind(text)
