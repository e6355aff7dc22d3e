"""Show findings as a table to search and sort in JupyterLab, without the network."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sesec_analysis.errors import FileError, QuestionError
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.wording.labels import read_id
from sesec_analysis.evidence.wording.numbers import school_year
from sesec_analysis.extras import require_extra

if TYPE_CHECKING:
    from IPython.display import HTML

__all__ = ["browse"]


_COLUMNS = {
    "sentence": "Finding",
    "value": "Number",
    "interval": "Interval",
    "n": "n",
    "school_year": "Year",
    "place": "Place",
    "label": "Group",
    "id": "ID",
}
"""Fields of a finding's record, and what their columns are called."""
_STYLE = (
    "<style>.sesec-findings td:first-child {min-width: 22em}"
    " .sesec-findings td:last-child {min-width: 12em; overflow-wrap: anywhere}</style>"
)
"""A sentence is wide, and an id may break anywhere."""


def browse(findings: Findings | Finding | Iterable[Mapping[str, object]] | str | Path) -> "HTML":
    """Show findings as a table with a search box, columns to sort by, and pages; it works offline.

    Parameters
    ----------
    findings
        Findings, their records, or the path of an edition's ``findings.json``, built or published.

    Returns
    -------
    IPython.display.HTML
        One row per finding: sentence, number, interval, n, year, place, group, and id.

    Raises
    ------
    FileError, QuestionError
        If the file is not an edition's findings, or what is passed is none.
    MissingExtraError
        If itables is not installed (``pip install 'sesec-analysis[lab]'``).

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> rows = sa.load("enrollment", place="southeast_seattle", end_years=2019, grade_level="all")
    >>> page = sa.browse(sa.findings(sa.rates(rows)))
    >>> "Southeast Seattle" in page.data
    True
    """
    with require_extra():
        from IPython.display import HTML
        from itables import options, to_html_datatable
        from itables.javascript import generate_init_offline_itables_html
    table = pd.DataFrame(_records(findings)).reindex(columns=list(_COLUMNS))
    table = table.rename(columns=_COLUMNS).astype("object").where(lambda cells: cells.notna(), "")
    shown = to_html_datatable(
        table,
        connected=False,
        showIndex=False,
        allow_html=False,
        maxBytes=0,
        classes="display compact sesec-findings",
        pageLength=25,
    )
    return HTML(_STYLE + generate_init_offline_itables_html(options.dt_bundle) + shown)


def _records(findings: object) -> list[Mapping[str, object]]:
    if isinstance(findings, str | Path):
        path = Path(findings)
        if not path.is_file():
            fix = "name the findings.json of a built edition"
            raise FileError("there is no such file", where=str(path), fix=fix)
        try:
            findings = json.loads(path.read_text("utf-8"))
        except ValueError as odd:
            fix = "name the findings.json of a built edition"
            raise FileError("the file is not JSON", where=str(path), fix=fix) from odd
        findings = _of_table(findings)
    if isinstance(findings, Finding):
        findings = Findings([findings])
    if isinstance(findings, Findings):
        return list(findings.records())
    records = list(findings) if isinstance(findings, Iterable) else []
    if not records or not all(
        isinstance(one, Mapping) and {"id", "sentence"} <= {*one} for one in records
    ):
        raise QuestionError(
            f"findings are wanted, not {type(findings).__name__}",
            where="browse(…)",
            fix="pass what sa.findings(…) returned, or the path of an edition's findings.json",
        )
    return records


def _of_table(content: object) -> object:
    """Return the records of a published edition, whose columns are named once; anything else as it is."""
    if not isinstance(content, Mapping) or not {"columns", "rows"} <= content.keys():
        return content
    records = [dict(zip(content["columns"], row, strict=False)) for row in content["rows"]]
    return [{**one, "school_year": _year_of(str(one.get("id")))} for one in records]


def _year_of(finding_id: str) -> str:
    year = read_id(finding_id).end_years[0]
    return school_year(year) if year else ""
