"""Build findings from ESTIMATES: each with its sentence, interval, n, id, record, citation and card.

A finding shown is a finding recorded: its record travels in the notebook's output. Nothing is shown that has not passed
the gate.
"""

import html
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, overload

import pandas as pd

from sesec_analysis import __version__, catalog, schema
from sesec_analysis.checkout import palette
from sesec_analysis.errors import DataError, QuestionError, closest
from sesec_analysis.evidence import citation, notices
from sesec_analysis.evidence.answers import Answer, Outcome, Why, answer
from sesec_analysis.evidence.counts import says_nothing, told_counts
from sesec_analysis.evidence.gate import gate
from sesec_analysis.evidence.gate.gate import method_words
from sesec_analysis.evidence.gate.rules import reason_words, reasons_of_ids
from sesec_analysis.evidence.row import Record, Row, check_measured
from sesec_analysis.evidence.wording import headlines, labels
from sesec_analysis.evidence.wording.fields import words_of
from sesec_analysis.evidence.wording.numbers import (
    NumberFormat,
    Printed,
    count_words,
    level_words,
    print_row,
)
from sesec_analysis.evidence.wording.sentences import capital, readings, sentence_text
from sesec_analysis.i18n import language, translate
from sesec_analysis.text import Text, dump, is_translated, load, render

__all__ = [
    "WORDS",
    "Finding",
    "Findings",
    "card",
    "facts",
    "finding",
    "finding_record",
    "findings",
]


_WORDS: dict[str, Callable[["Finding"], str]] = {
    "sentence": lambda finding: finding.sentence(),
    "headline": lambda finding: finding.headline,
    "title": lambda finding: catalog.indicator(finding.row.indicator).title,
    "place": lambda finding: finding.place,
    "label": lambda finding: finding.label,
    "reference_label": lambda finding: finding.reference,
    "value": lambda finding: finding.printed.value,
    "interval": lambda finding: finding.printed.interval,
    "reason": lambda finding: finding.reason,
}
WORDS = tuple(_WORDS)
"""The fields of a record that have words of a language, and stand in what is shown beside English."""


@dataclass(frozen=True)
class Finding:
    """One estimate ready to be quoted. Made by `finding` and `findings`, which pass it through the gate."""

    row: Row
    names: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a row that did not pass the gate."""
        if not gate.is_gated(self.row):
            raise QuestionError(
                "this number has not passed the privacy gate",
                where=" ".join(map(str, self.row.key)),
                fix="make findings with `finding` or `findings`, which pass it",
            )

    def __str__(self) -> str:
        """Return its sentence, to be pasted."""
        return self.sentence()

    def __repr__(self) -> str:
        """Return its sentence, which a list of findings shows too."""
        return self.sentence()

    @cached_property
    def id(self) -> str:
        """Identifier that never changes meaning: made of the key, never of the values."""
        return labels.finding_id(self.row)

    @property
    def printed(self) -> Printed:
        """What may be printed of the row, in the language of now."""
        return self.printed_as(language())

    def printed_as(self, language: str) -> Printed:
        """Return what may be printed of the row, in a language; a figure needs it hundreds of times."""
        if language not in self._printed:
            self._printed[language] = print_row(self.row, language)
        return self._printed[language]

    @cached_property
    def _printed(self) -> dict[str, Printed]:
        return {}

    @property
    def label(self) -> str:
        """Label of the student group."""
        return labels.label_in(self.row, self.row.student_group)

    @property
    def place(self) -> str:
        """Name of the organization."""
        return labels.organization_name(
            self.row.organization_id, {self.row.organization_id: self.row.organization_name}
        )

    @property
    def reference(self) -> str:
        """Label of what the row is compared to; empty for a rate."""
        return labels.reference_label(self.row, self.names)

    @property
    def reason(self) -> str:
        """Why it is withheld, is a range, or is to be read with care; empty if it is as published."""
        return reason_words(self.row)

    def sentence(self) -> str:
        """Return the finding as a plain sentence of at most thirty words."""
        return render(self.sentence_text, language())

    @property
    def sentence_text(self) -> Text:
        """The sentence, to be rendered in any language."""
        return sentence_text(self)

    @property
    def headline_or_why(self) -> headlines.Headline:
        """A headline of at most ten words, or none and why there is none, to be rendered in any language."""
        return headlines.headline(self)

    @property
    def headline(self) -> str:
        """The finding as a headline; empty where withheld numbers or chance leave its direction open."""
        text = self.headline_or_why.text
        # Without a translation it would be English among the words of another language.
        is_complete = text is not None and is_translated(text, language())
        return render(text, language()) if text and is_complete else ""

    def cite(
        self, style: str = "apa", *, edition: str | None = None, published: int | None = None
    ) -> str:
        """Return the citation: ``apa``, ``chicago``, ``bibtex`` or ``csl``; see `citation.cite`."""
        return citation.cite(self.record(), style, edition=edition, published=published)

    def alt_text(self) -> str:
        """Return a text of about 125 characters for a picture of this number alone."""
        where = f"{self.place}{labels.grade_phrase_of(self.row)}, {labels.year_of(self.row)}"
        names = {"group": self.label, "reference": self.reference}
        who = (
            translate("{group} compared with {reference}", **names)
            if self.reference
            else self.label
        )
        return f"{who}: {self.printed.value}. {where}."

    def record(self) -> dict[str, object]:
        """Return the finding as a flat dict of JSON values, no number finer or fuller than may be printed."""
        # A figure shows it, lists it as a row of its CSV, and describes it.
        code = language()
        if code not in self._records:
            self._records[code] = finding_record(self)
        return dict(self._records[code])

    @cached_property
    def _records(self) -> dict[str, dict[str, object]]:
        return {}

    def stored(self) -> dict[str, object]:
        """Return the record with its `decisions`, from which `from_record` makes it again."""
        return {**self.record(), "decisions": self.decisions()}

    def decisions(self) -> dict[str, object]:
        """Return as JSON values what was decided before rounding, which the digits of the record no longer show.

        ``answer`` is the outcome, side, and reason of a comparison, ``marker`` says that the middle of a range may be
        drawn, ``counts`` are the low and high ends of counts that the record has in words, ``tiny`` is the sign of
        a number that rounds to 0, ``names`` are those of organizations that the catalog does not list, and ``reason``
        is the text of why the gate decided so.
        """
        row, record = self.row, self.record()
        found = answer(row)
        exact = _counts_of(record)
        counts = {name: getattr(row, name) for name in exact if getattr(row, name) != exact[name]}
        tiny = (not record["estimate"] and record["publish"] == "point" and row.estimate) or 0.0
        names = {code: self.names.get(code) for code in labels.reference_of(row).places}
        names |= {row.organization_id: row.organization_name}
        known = {row.organization_id: record["place"]}
        decided: dict[str, object] = {
            "answer": [found.outcome, found.side, found.why] if found else None,
            "marker": row.marker,
            "counts": counts,
            "tiny": (tiny > 0) - (tiny < 0),
            "reason": dump(row.reason),
            "names": {
                code: name
                for code, name in names.items()
                if name and name != known.get(code) and code not in catalog.places()
            },
        }
        return {name: value for name, value in decided.items() if value}

    @classmethod
    def from_record(cls, record: Record, decisions: Mapping[str, Any]) -> "Finding":
        """Return the finding that a record and its `decisions` describe, to be worded and drawn as before.

        Parameters
        ----------
        record
            As `record` returns it.
        decisions
            As `decisions` returns them.

        Raises
        ------
        QuestionError
            If the record says more than the gate allows.
        """
        given = {name: record[name] for name in _FIELDS if name in record}
        given |= {**_counts_of(record), **decisions.get("counts", {})}
        if tiny := decisions.get("tiny"):
            given["estimate"] = tiny * _HAIR
        if decided := decisions.get("answer"):
            outcome, side, why = decided
            given["answered"] = Answer(Outcome(outcome), side, Why(why) if why else None)
        names = {record["organization_id"]: record["place"], **decisions.get("names", {})}
        given["organization_name"] = names[record["organization_id"]]
        row = Row(**given, marker=bool(decisions.get("marker")))
        reason = decisions.get("reason")  # published findings have only the ids of its rules
        row = replace(row, reason=load(reason, {}) if reason else reasons_of_ids(row.rule, row))
        if row.publish == "range" and says_nothing(row):
            # Rounded outward, a range that is only just narrow enough to be shown is wider than any such range.
            within = NumberFormat.for_row(row).least - _HAIR
            low, high = (row.bound_low or 0.0) + within, (row.bound_high or 0.0) - within
            row = replace(row, bound_low=low, bound_high=high)
        return cls(row, names)

    def with_row(self, row: Row) -> "Finding":
        """Return the finding with another gated row."""
        return Finding(row, self.names)

    def words(self, names: Iterable[str] = WORDS) -> dict[str, object]:
        """Return of its record the id and these words, which beside English are all that another language has."""
        return {"id": self.id, **{name: _WORDS[name](self) for name in names}}

    def _repr_mimebundle_(self, **_forms: object) -> dict[str, object]:
        """Return record, HTML card and sentence."""
        record = self.record()
        return {
            **_describe_list([self]),
            notices.FINDING: record,
            "text/html": card(record),
            "text/plain": self.sentence(),
        }

    @property
    def is_out(self) -> bool:
        """Whether its school year has no figure that means what it does in other years."""
        out = catalog.indicator(self.row.indicator).years_out
        return self.row.end_year in {year.year for year in out}

    def joins(self, after: "Finding") -> bool:
        """Whether a line may join it with a later one: of one question, and no break between them."""
        one, other = self.row, after.row
        names = ("indicator", "organization_id", "student_group", "grade_level")
        same = all(getattr(one, name) == getattr(other, name) for name in names)
        breaks = [stop.at for stop in catalog.indicator(other.indicator).breaks]
        cut = any(one.end_year < at <= other.end_year for at in breaks)
        return same and one.end_year < other.end_year and not cut

    def interval_words(self) -> str:
        """Return the interval and what it is: 95% interval 27–40%."""
        return _interval_words(self.record())


_FIELDS = tuple(part.name for part in fields(Row) if part.name != "reason")
_HAIR = 1e-9
"""Less than any number is printed to."""


def _counts_of(record: Record) -> dict[str, int | None]:
    """Return low and high of the counts of a record, as far as it has them as numbers."""
    sides = ("numerator", "n", "reference_numerator", "reference_n")
    exact = {side: n if isinstance(n := record.get(side), int) else None for side in sides}
    return {f"{side}_{end}": exact[side] for side in sides for end in ("low", "high")}


class Findings(Sequence[Finding]):
    """Several findings, shown one under the other and each recorded."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._findings = tuple(findings)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> "Findings": ...
    def __getitem__(self, index: int | slice) -> "Finding | Findings":
        """Return one finding, or a slice of them."""
        if isinstance(index, slice):
            return Findings(self._findings[index])
        return self._findings[index]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._findings)

    def __iter__(self) -> Iterator[Finding]:
        """Return them in order."""
        return iter(self._findings)

    def __repr__(self) -> str:
        """Return every sentence on its line."""
        return "\n".join(finding.sentence() for finding in self._findings) or "no findings"

    def comparable(self) -> "Findings":
        """Leave out the school years without a figure that means what it does in other years."""
        return Findings([finding for finding in self._findings if not finding.is_out])

    def checked_focus(self, focus: str | None) -> str | None:
        """Return the focus, or refuse one that is not there; without one, the place that is the catalog's headline."""
        places = {finding.row.organization_id for finding in self}
        known = places | {finding.row.student_group for finding in self}
        if focus is not None and focus not in known:
            place = catalog.places().get(focus)
            if place is not None:
                of_place = translate("there are no numbers of {place}", place=place.phrase)
                raise DataError(of_place, fix="load figures of the place", valid=sorted(known))
            refusal = f"nothing here is called {focus!r}"
            raise DataError(refusal, fix="name a code", valid=sorted(known))
        headline = [code for code, place in catalog.places().items() if place.headline]
        return focus or next((c for c in headline if c in places and len(places) > 1), None)

    def ordered(self, focus: str | None) -> list[Finding]:
        """Return them in the order of display: focus first, then groups as in the catalog, places as they came."""
        places = list(dict.fromkeys(finding.row.organization_id for finding in self))

        def key(finding: Finding) -> tuple[object, ...]:
            group, place = finding.row.student_group, finding.row.organization_id
            return group != focus, labels.group_order(group), place != focus, places.index(place)

        return sorted(self, key=key)

    def records(self) -> list[dict[str, object]]:
        """Return every record."""
        return [finding.record() for finding in self._findings]

    def stored(self) -> list[dict[str, object]]:
        """Return every record with its decisions."""
        return [finding.stored() for finding in self._findings]

    def _words_(self) -> dict[str, object]:
        return {notices.FINDINGS: [finding.words() for finding in self._findings]}

    def _repr_mimebundle_(self, **_forms: object) -> dict[str, object]:
        """Return records, cards and sentences."""
        return {
            **_describe_list(self),
            notices.FINDINGS: self.records(),
            "text/html": "\n".join(card(record) for record in self.records()),
            "text/plain": repr(self),
        }


def _describe_list(shown: Iterable[Finding]) -> dict[str, object]:
    """Return the description of findings shown one under the other; see `specs.Spec.payload`."""
    return {notices.SPEC: {"kind": "findings", "input": [one.stored() for one in shown]}}


def findings(estimates: pd.DataFrame) -> Findings:
    """Return every row of ESTIMATES as a finding, in order; rows that may not be shown say why.

    Parameters
    ----------
    estimates
        ESTIMATES. Pass whole partitions, so that the gate sees the other groups next to a small one.

    Returns
    -------
    Findings
        One finding per row.

    See Also
    --------
    finding : One of them, by its key.

    Examples
    --------
    >>> from sesec_analysis import catalog, schema
    >>> rate = schema.conform_estimates(pd.DataFrame({
    ...     "indicator": "ela_met", "end_year": [2017], "organization_level": "place",
    ...     "organization_id": "southeast_seattle", "organization_name": "Southeast Seattle", "grade_level": "03",
    ...     "student_group_type": "race_ethnicity", "student_group": "black", "measure": "rate", "estimate": 71 / 216,
    ...     "n_low": 216, "n_high": 216, "unit": "proportion", "status": "ok", "source_ids": "synthetic"}))
    >>> findings(rate)
    In 2016–17, 32.9 percent of Black students in grade 3 in Southeast Seattle met the state standard in English
    language arts.
    """
    schema.check_table(estimates, "estimates")
    rows = gate.judge_rows(estimates)
    names = {row.organization_id: row.organization_name for row in rows}
    return Findings([Finding(row, names) for row in rows])


def finding(estimates: pd.DataFrame, **selectors: str | int) -> Finding:
    """Return the one row of ESTIMATES that the selectors name, ready to be quoted.

    Parameters
    ----------
    estimates
        ESTIMATES; the gate sees all of it, not only the selected row.
    **selectors
        Columns of the key and their values, such as ``student_group="black", end_year=2017``.

    Returns
    -------
    Finding
        With its sentence, id, record and citations.

    Raises
    ------
    DataError
        If no row or more than one fits, naming what would have.

    See Also
    --------
    findings : All rows.

    Examples
    --------
    >>> from sesec_analysis import catalog, schema
    >>> ratio = schema.conform_estimates(pd.DataFrame({
    ...     "indicator": "disciplined", "end_year": [2019], "organization_level": "place",
    ...     "organization_id": "seattle", "organization_name": "Seattle Public Schools", "grade_level": "all",
    ...     "student_group_type": "race_ethnicity", "student_group": "black", "measure": "ratio",
    ...     "reference": "white", "estimate": 6.4, "ci_low": 5.49, "ci_high": 7.46, "n_low": 8415, "n_high": 8415,
    ...     "unit": "ratio", "status": "ok", "source_ids": "synthetic"}))
    >>> print(finding(ratio, student_group="black"))
    In 2018–19, the suspension and expulsion rate for Black students in Seattle Public Schools was 6.4 times the rate
    for White students.
    """
    check_measured(estimates)
    unknown = [name for name in selectors if name not in schema.ESTIMATES_KEY]
    if unknown:
        raise QuestionError(
            f"a finding cannot be chosen by {', '.join(unknown)}",
            fix="choose by the columns of the key",
            valid=schema.ESTIMATES_KEY,
        )
    fits = pd.Series(True, index=estimates.index)
    for name, value in selectors.items():
        matching = fits & (estimates[name] == value)
        if not matching.any():
            known = estimates.loc[fits, name].drop_duplicates()
            raise DataError(
                f"no estimate has {name}={value!r}",
                where=_chosen_text(selectors),
                fix="choose a value that stands there",
                valid=known,
                meant=closest(str(value), known.astype("str")),
            )
        fits = matching
    positions = [at for at, fit in enumerate(fits) if fit]
    if len(positions) != 1:
        raise _several(estimates.iloc[positions], selectors)
    return findings(estimates)[positions[0]]


def _several(rows: pd.DataFrame, selectors: Mapping[str, str | int]) -> DataError:
    if rows.empty:
        return DataError(
            "there are no estimates to choose from", fix="load data that has the figure asked for"
        )
    differing = {name: list(rows[name].drop_duplicates()) for name in schema.ESTIMATES_KEY}
    still = [
        f"{name}: {', '.join(map(str, values))}"
        for name, values in differing.items()
        if len(values) > 1
    ]
    return DataError(
        f"{len(rows)} estimates fit, and a finding is one",
        where=_chosen_text(selectors),
        fix="add a selector for a column in which they differ"
        if still
        else "the rows are alike in the whole key: keep one of them",
        valid=still,
    )


def _chosen_text(selectors: Mapping[str, str | int]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in selectors.items()) or "no selectors"


def finding_record(finding: "Finding") -> dict[str, object]:
    """Return a finding as a flat dict of JSON values, no number finer or fuller than may be printed."""
    row, shown = finding.row, finding.printed
    indicator = catalog.indicator(row.indicator)
    entry: dict[str, object] = {
        **finding.words(("sentence", "headline")),
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
        **{name: _count_or_words(*span) for name, span in told_counts(row).items()},
        "unit": row.unit,
        "counted": indicator.counted,
        "coverage": None if row.coverage is None else round(row.coverage, 2),
        "status": row.status,
        "publish": row.publish,
        "care": row.care,
        "rule": row.rule,
        "reason": finding.reason,
        "method": method_words(row),
        "caveats": " ".join([*indicator.caveats, *map(words_of, readings([row]))]),
        "source_ids": row.source_ids,
        "source": citation.source_text(row.source_ids),
        "version": __version__,
    }
    return {**entry, "cite_apa": citation.cite(entry)}


def _count_or_words(low: int | None, high: int | None) -> int | str | None:
    """Return an exact count as a number, what is known of another in words, and nothing as null."""
    return low if low == high else count_words(low, high) or None


LIMITS_OF = "funnel_"
"""How measures begin whose interval is a funnel's control limits, around a target and not around a number."""


def facts(record: Record) -> str:
    """Return interval, counts and reason of a record as one line, or an empty text.

    Examples
    --------
    >>> facts({"interval": "32–71%", "ci_level": 0.95, "n": 1216})
    '95% interval 32–71%; 1,216 students'
    """
    interval = _interval_words(record)
    parts = [interval] if interval else []
    if (n := record.get("n")) is not None:
        parts.append(f"{_count_text(n)} {translate(str(record.get('counted', 'students')))}")
    if (n := record.get("reference_n")) is not None:
        parts.append(translate("compared with {reference}", reference=_count_text(n)))
    if record.get("reason") and record.get("publish") != "nothing":
        parts.append(str(record["reason"]))
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def _interval_words(record: Record) -> str:
    interval, level = record.get("interval"), record.get("ci_level")
    if not interval:
        return ""
    if record.get("publish") == "range":
        return translate("with chance {interval}", interval=interval)
    if str(record.get("measure", "")).startswith(LIMITS_OF):
        return translate("control limits {interval}", interval=interval)
    name = labels.interval_name(str(record.get("indicator", "")))
    words = level_words(level, name=name) if level else translate("interval")
    return f"{words} {interval}"


_CARD = (
    "max-width:44rem;margin:.75rem 0;padding:.75rem 1rem;border:1px solid #767676;border-left:.3rem solid {accent};"
    "background:#fff;color:#1f1f1f;font:1rem/1.45 system-ui,sans-serif"
)
_COPY = (
    "var b=this;navigator.clipboard.writeText(b.previousElementSibling.textContent)"
    ".then(function(){{b.textContent={copied}}})"
)


def card(record: Record) -> str:
    """Return a finding as HTML: the sentence, its interval, students and source, its id, and how to cite it."""
    facts = {
        translate("Shown"): _show_record(record),
        capital(translate(str(record.get("counted", "students")))): _students(record),
        translate("Note"): str(record["reason"]) if record["publish"] != "nothing" else "",
        translate("Source"): str(record["source"]),
        (finding := translate("Finding")): f"{record['id']}",
    }
    rows = "".join(
        f'<dt style="color:#595959">{html.escape(name)}</dt>'
        f'<dd style="margin:0;overflow-wrap:anywhere">{html.escape(text)}</dd>'
        for name, text in facts.items()
        if text
    )
    how, press = map(html.escape, (translate("How to cite"), translate("Copy the citation")))
    style = _CARD.format(accent=palette()["accent"])
    copy = _COPY.format(copied=json.dumps(translate("Copied"), ensure_ascii=False))
    return (
        f'<section lang="{language()}" aria-label="{html.escape(finding)}" style="{style}">'
        f'<p style="margin:0 0 .5rem;font-size:1.15rem;font-weight:600">{html.escape(str(record["sentence"]))}</p>'
        '<dl style="display:grid;grid-template-columns:auto 1fr;gap:.15rem .75rem;margin:0;font-size:.9rem">'
        f"{rows}</dl>"
        f'<details style="margin-top:.5rem;font-size:.9rem"><summary>{how}</summary>'
        f'<p style="margin:.4rem 0;overflow-wrap:anywhere">{html.escape(str(record["cite_apa"]))}</p>'
        f'<button type="button" onclick="{html.escape(copy)}">{press}</button></details></section>'
    )


def _show_record(record: Record) -> str:
    if record["publish"] == "nothing":
        return ""
    interval = _interval_words(record)
    return f"{record['value']} ({interval})" if interval else str(record["value"])


def _students(record: Record) -> str:
    """Return how many students the number is of, and how many what it is compared to."""
    if record["n"] is None:
        return ""
    text = _count_text(record["n"])
    if record["reference_n"] is not None:
        text += f"; {record['reference_label']}: {_count_text(record['reference_n'])}"
    return text


def _count_text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
