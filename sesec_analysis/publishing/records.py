"""A finding as a flat record: what is written to findings.json and findings.csv, and read back to be cited."""

from typing import TYPE_CHECKING

from sesec_analysis import __version__, catalog
from sesec_analysis.publishing import citation, labels
from sesec_analysis.publishing.derived import method_words
from sesec_analysis.publishing.measures import readings
from sesec_analysis.publishing.sides import told_counts
from sesec_analysis.publishing.wording import count_words

if TYPE_CHECKING:
    from sesec_analysis.publishing.findings import Finding

__all__ = ["record"]


def record(finding: "Finding") -> dict[str, object]:
    """Return a finding as a flat dict of JSON values, no number finer or fuller than may be printed."""
    row, shown = finding.row, finding.printed
    indicator = catalog.indicator(row.indicator)
    entry: dict[str, object] = {
        "id": finding.id,
        "sentence": finding.sentence(),
        "measure": row.measure,
        "indicator": row.indicator,
        "title": indicator.title,
        "end_year": row.end_year,
        "school_year": labels.year_of(row),
        "organization_level": row.organization_level,
        "organization_id": row.organization_id,
        "place": finding.place,
        "grade_level": row.grade_level,
        "student_group_type": row.student_group_type,
        "student_group": row.student_group,
        "label": finding.label,
        "reference": row.reference,
        "reference_label": finding.reference,
        "value": shown.value,
        "interval": shown.interval,
        **shown.numbers,
        "ci_level": row.ci_level if shown.interval else None,
        **{name: _count(*span) for name, span in told_counts(row).items()},
        "unit": row.unit,
        "counted": indicator.counted,
        "coverage": None if row.coverage is None else round(row.coverage, 2),
        "status": row.status,
        "publish": row.publish,
        "care": row.care,
        "rule": row.rule,
        "reason": row.reason,
        "method": method_words(row),
        "caveats": " ".join([*indicator.caveats, *readings([row])]),
        "source_ids": citation.marked(row.source_ids),
        "source": citation.source_text(row.source_ids),
        "version": __version__,
    }
    return {**entry, "cite_apa": citation.cite(entry)}


def _count(low: int | None, high: int | None) -> int | str | None:
    """Return an exact count as a number, what is known of another in words, and nothing as null."""
    return low if low == high else count_words(low, high) or None
