"""Show a notice in place of a measure that cannot be computed, so that a report goes on without it.

    sa.report.notices_in_place()       # once, in a notebook's first cell

From then on a cell that stops at a `DataError` shows a notice with its reason where its output would stand, and the
notebook goes on. A wrong parameter, a broken file, a leak and a fault of the program stop it as before: their errors
say so themselves (`leaves_a_notice`). What the cell would have defined is not there any more, not even with the value
of an earlier cell; a cell that asks for it shows the same notice.

It is done in the shell that runs the cells (IPython's own hooks), so that papermill's engine, ours and JupyterLab
do the same.
"""

import ast
import builtins
import linecache
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import FrameType, TracebackType
from typing import Any

from sesec_analysis.errors import DataError
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Findings
from sesec_analysis.evidence.notices import SPEC, Notice
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import MISSING, REFUSAL, Arg, EntryText, List, Quoted, Text, _

__all__ = ["NOT_COMPUTED", "REASON", "TITLE", "notices_in_place", "reasons"]


REASON = "not_computed"
"""The option of a notice's description that holds the whole error, for the terminal."""

TITLE = N_("Not shown")
"""The title of a notice, which doesn't say what isn't shown: its section does."""
NOT_COMPUTED = N_("It cannot be computed from the available numbers: {reason}.")
"""The text of a notice; the reason is why a measure or plot refused."""
_NO_REASON = N_("It cannot be computed from the available numbers.")
_CODE = re.compile(r"(?<!\w)'[^']+'|`[^`]+`")
"""A code in quotation marks or the name of an argument; the district's and students' are words."""


def make(given: Spec) -> Notice:
    """Make the notice of an error from its description."""
    what, absent = given.options["what"], given.options["absent"]
    # A code says nothing to readers; the notebook has it all.
    reason = EntryText(what, REFUSAL)
    first = Text(_NO_REASON) if _CODE.search(what) else _(NOT_COMPUTED, reason=reason)
    sentences: list[Arg] = [first]
    sentences += [Quoted(sentence, MISSING) for sentence in absent]
    text = List(tuple(sentences), joined="", separator=" ")
    return replace(Notice.of_texts(Text(TITLE), text), spec=given)


def notice_of(fault: DataError, absent: Sequence[str] = ()) -> Notice:
    """Return the notice in place of what an error kept from being computed; ``absent`` says what was not found."""
    options = {"what": fault.what, "absent": list(absent), REASON: str(fault)}
    return make(Spec("not_computed", Findings(()), options))


def reasons(outputs: list[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the words of the notices among a cell's outputs that stand for an error, each with the error."""
    described = (output.get("data", {}).get(SPEC, {}) for output in outputs)
    found = (one["options"] for one in described if one.get("kind") == "not_computed")
    made = ((make(Spec("not_computed", Findings(()), one)), one[REASON]) for one in found)
    return [(notice.text, error) for notice, error in made]


def notices_in_place() -> None:
    """From now on in this notebook, show a notice in place of what can't be computed; elsewhere, do nothing.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> sa.report.notices_in_place()  # in the first cell of a notebook
    """
    shell = getattr(builtins, "get_ipython", lambda: None)()
    if shell is None or getattr(shell.CustomTB, "__self__", None).__class__ is _Watch:
        return
    watch = _Watch(shell)
    shell.custom_exceptions, shell.CustomTB = (DataError, NameError), watch.show
    shell.events.register("post_run_cell", watch.close)


@dataclass
class _Watch:
    """What one shell could not compute."""

    shell: Any
    missing: dict[str, "_Lack"] = field(default_factory=dict)
    shown: list[BaseException] = field(default_factory=list)

    def show(
        self, kind: type, fault: BaseException, trace: TracebackType, tb_offset: int | None = None
    ) -> None:
        """Show a notice in place of an error, or the error where it is none to go on after."""
        frames = [frame for frame in _frames(trace) if frame[0].f_globals is self.shell.user_ns]
        lack = self._lack(fault, trace) if frames else None
        if lack is None:
            self.shell.showtraceback((kind, fault, trace), tb_offset=tb_offset)
            return
        for name in _names_to_unset(*frames[0]):
            self.shell.user_ns.pop(name, None)
            self.missing[name] = lack
        self.shown.append(fault)
        # As a cell's last value is shown: formatted here, and published in its place.
        data, metadata = self.shell.display_formatter.format(notice_of(lack.fault, lack.absent))
        self.shell.display_pub.publish(data=data, metadata=metadata)

    def close(self, result: Any) -> None:
        """Let a cell count as done whose error stands in a notice."""
        if result is not None and any(result.error_in_exec is fault for fault in self.shown):
            result.error_in_exec = None
        self.shown.clear()

    def _lack(self, fault: BaseException, trace: TracebackType) -> "_Lack | None":
        if isinstance(fault, DataError):
            absent = tuple(_reasons_for_absence(trace, self.shell.user_ns))
            return _Lack(fault, absent) if fault.leaves_a_notice else None
        return self.missing.get(_asked_for(fault, trace, self.shell.user_ns) or "")


@dataclass(frozen=True)
class _Lack:
    """An error that leaves a notice, and what its cell looked for among the figures and did not find, in sentences."""

    fault: DataError
    absent: tuple[str, ...] = ()


def _reasons_for_absence(trace: TracebackType, names: Mapping[str, object]) -> Iterator[str]:
    """Yield why tables that a cell names are empty, each reason once: of which indicator and years there is nothing."""
    cells = [frame.f_code.co_filename for frame, _ in _frames(trace) if frame.f_globals is names]
    source = "".join(linecache.getlines(cells[0]))
    used = sorted({node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)})
    tables = (names.get(name) for name in used)
    reasons = (getattr(table, "attrs", {}).get("missing") for table in tables)
    yield from dict.fromkeys(str(reason) for reason in reasons if reason)


def _frames(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _asked_for(
    fault: BaseException, trace: TracebackType, names: Mapping[str, object]
) -> str | None:
    """Return the name that a cell itself asked for in vain, or one that it wrote after ``@`` in a query."""
    frame, _ = list(_frames(trace))[-1]
    if frame.f_globals is names:
        return getattr(fault, "name", None)
    asked = re.fullmatch(r"local variable '(\w+)' is not defined", str(fault))
    return asked[1] if asked else None


def _names_to_unset(frame: FrameType, line: int) -> set[str]:
    """Return the names that a cell sets at the line where it stopped, or after it."""
    source = "".join(linecache.getlines(frame.f_code.co_filename))
    late = [step for step in ast.parse(source).body if (step.end_lineno or step.lineno) >= line]
    return {name for step in late for node in ast.walk(step) for name in _set_by(node)}


def _set_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Assign(targets=targets):
            yield from _target_names(targets)
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.For(target=target):
            yield from _target_names([target])
        case ast.NamedExpr(target=target):
            yield from _target_names([target])
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from ((name.asname or name.name).partition(".")[0] for name in names)
        case ast.With(items=items):
            yield from _target_names([item.optional_vars for item in items if item.optional_vars])
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name


def _target_names(targets: list[ast.expr]) -> Iterator[str]:
    for target in targets:
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
