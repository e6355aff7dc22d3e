"""Describe what is shown as its kind, its findings, and its options, so that a document can make it from records.

A notebook that builds an edition only describes its figures, tables, headlines, and notices (`VARIABLE`). The document
makes each of them once in every language that it is shown in, after it has replaced the findings that must be
withheld. Everywhere else a function makes what it returns at once.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.finding import Findings, findings
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import MISSING, Name, Quoted, Text

__all__ = [
    "VARIABLE",
    "Described",
    "Spec",
    "describe_or_make",
    "missing_from",
    "of_estimates",
    "show_estimates",
]


Shown = TypeVar("Shown")


@dataclass(frozen=True)
class Spec:
    """What to show: ``kind`` names the public function, ``input`` are its findings, in the order that it was given.

    ``options`` are its other arguments, and what it took from the table of estimates besides the findings, as JSON
    values. ``missing`` are the indicator and the reason of a table without rows, for the notice in its place.
    """

    kind: str
    input: Findings
    options: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, str] = ("", "")

    def payload(self) -> dict[str, object]:
        """Return it as JSON values; a finding is its record, with its `decisions`."""
        return {
            "kind": self.kind,
            "input": self.input.stored(),
            "options": dict(self.options),
            "missing": list(self.missing),
        }

    def notice(self) -> notices.Notice:
        """Return the notice in place of what has no rows."""
        code, reason = self.missing
        is_known = code in catalog.indicators()
        return notices.Notice.of_texts(
            Name("title", code) if is_known else Text(N_("No data")),
            Quoted(reason, MISSING) if reason else None,
        )


def missing_from(estimates: pd.DataFrame) -> tuple[str, str]:
    """Return the indicator that a table without rows was loaded for, and why it has none."""
    code, reason = (estimates.attrs.get(name) for name in ("indicator", "missing"))
    return str(code or ""), str(reason or "")


VARIABLE = "SESEC_DESCRIBE"
"""The environment variable that leaves the making to the document, where a notebook builds an edition."""


def of_estimates(kind: str, estimates: pd.DataFrame, /, **options: object) -> Spec:
    """Return the description of what is made of all findings of estimates."""
    return Spec(kind, findings(estimates), options, missing_from(estimates))


def show_estimates(
    make: Callable[[Spec], Shown], kind: str, estimates: pd.DataFrame, /, **options: object
) -> Shown:
    """Return what ``make`` makes of estimates, or in the notebook of an edition its description."""
    return describe_or_make(make, of_estimates(kind, estimates, **options))


def describe_or_make(make: Callable[[Spec], Shown], spec: Spec) -> Shown:
    """Return what ``make`` makes of a description, or in the notebook of an edition the description itself."""
    if os.environ.get(VARIABLE):
        return cast(Shown, Described(spec, make))
    return cast(Shown, replace(cast(Any, make(spec)), spec=spec))


class Described:
    """Something to be shown that is made when its words or its picture are first used."""

    def __init__(self, spec: Spec, make: Callable[[Spec], object]) -> None:
        self.spec, self._make = spec, make
        self._made: object = None

    def __getattr__(self, name: str) -> Any:
        """Return a part of what it is made into."""
        if name.startswith("_"):
            raise AttributeError(name)
        self._made = self._made or self._make(self.spec)
        return getattr(self._made, name)

    def _repr_mimebundle_(self, **_forms: object) -> dict[str, object]:
        """Return the description."""
        return {notices.SPEC: self.spec.payload(), "text/plain": self.spec.kind}
