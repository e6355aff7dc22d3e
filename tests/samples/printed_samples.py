"""Findings of which nothing is known but what is printed: a plot of them has to be the same picture."""

from dataclasses import replace

import pandas as pd

from sesec_analysis.evidence.finding import Finding, Findings, findings


def as_printed(estimates: pd.DataFrame) -> Findings:
    """Findings whose every number is what is printed of it; to stand in for `findings`."""
    return Findings([_rounded(one) for one in findings(estimates)])


def _rounded(one: Finding) -> Finding:
    told = {name: value for name, value in one.printed.numbers.items() if value is not None}
    return replace(one, row=replace(one.row, **told))
