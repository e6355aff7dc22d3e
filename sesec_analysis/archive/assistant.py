"""Serve the findings to AI assistants over the Model Context Protocol: `sesec serve`.

Every answer is a finding as it is printed, or a refusal that says what may be said instead. Nothing is computed,
written, or fetched: the server reads the editions on this machine when the first tool is called.
"""

from collections import Counter
from functools import cache
from typing import Literal

from mcp.server.mcpserver import MCPServer
from pydantic import BaseModel, Field

from sesec_analysis import __version__, catalog
from sesec_analysis.archive.drafts import check
from sesec_analysis.archive.drafts.reading import Passage
from sesec_analysis.archive.queries import Library, QueryAnswer, Refusal
from sesec_analysis.editions import built_editions
from sesec_analysis.editions.built_editions import EditionFinding
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.gate.rules import PRINTING_RULES
from sesec_analysis.evidence.row import JOINT

__all__ = [
    "INSTRUCTIONS",
    "Checked",
    "CheckedNumber",
    "Citation",
    "Quote",
    "QuotedFindings",
    "Refused",
    "server",
]


INSTRUCTIONS = """\
Published numbers about children in the public schools of Southeast Seattle, as findings: a sentence, its number or \
range, n, year, caution, citation, and page. How to quote them:
1. Quote the sentence of a finding, or its number with its year, place, and group, and always its id or citation.
2. Quote a range with both ends. Never its middle, and never a single number from inside it: the true value may be \
anywhere in it.
3. Don't add, subtract, divide, average, or rank numbers. To compare two findings, call compare; if no finding does, \
quote both side by side and say that.
4. A finding says what was, not why. Name no cause, and describe what schools did, not what students lack.
5. Withheld means that too few students are counted, or that the state didn't publish it: say so. It isn't 0, and it \
isn't “no difference”. Never work it out from other numbers.
6. If a tool refuses, tell the reader the reason and what may be said instead. Don't fill the gap from memory.
7. Say the caution. “Could be chance” means that no direction may be named.
8. Before you hand over a text, call check_text with it, and correct every number that isn't right.
"""


class Quote(BaseModel):
    """A finding, as it may be quoted."""

    id: str
    sentence: str
    value: str = Field(description="The number, or the range with both ends, as printed.")
    range: str = Field(description="Both ends, if withheld data leave only a range; else empty.")
    interval: str = Field(description="How far chance could move it, as printed; may be empty.")
    n: str = Field(description="How many students, answers, or schools it is about.")
    year: str
    place: str
    group: str
    compared_with: str
    caution: str = Field(description="To be said with the number; may be empty.")
    citation: str
    page: str = Field(description="Its page, an address or a path in the site of the reports.")
    edition: str


class Refused(BaseModel):
    """Why there is no number, and what may be said instead."""

    kind: str = Field(description=f"One of: {', '.join(catalog.question_words().refused)}.")
    say: str = Field(description="The reason, and what may be said instead.")


class QuotedFindings(BaseModel):
    """Up to three findings, the best first; with a refusal, those that may be quoted instead."""

    refused: Refused | None
    findings: list[Quote]


class CheckedNumber(BaseModel):
    """One number or citation of a text, with its verdict."""

    text: str
    sentence: str
    verdict: str = Field(description=f"One of: {', '.join(check.VERDICTS)}.")
    note: str
    id: str = Field(description="The finding that it was compared with; may be empty.")
    nearest: list[str]


class Checked(BaseModel):
    """The verdict on every number and citation of a text."""

    is_right: bool = Field(description="Whether every number is right: none open, none wrong.")
    tally: dict[str, int]
    numbers: list[CheckedNumber]


class Citation(BaseModel):
    """A citation to paste, or a refusal."""

    refused: Refused | None
    text: str
    newer: list[str] = Field(description="Ids of the same finding for a later year, if any.")


Style = Literal["apa", "mla", "chicago", "bibtex", "ris", "csl"]


def server() -> MCPServer[None]:
    """Return the server with its five tools, to be run on stdio; findings are read when the first tool is called."""
    served: MCPServer[None] = MCPServer(
        "sesec",
        title="Southeast Seattle school equity findings",
        instructions=INSTRUCTIONS,
        version=__version__,
        log_level="WARNING",
    )
    library = cache(lambda: Library(built_editions.edition_findings()))

    @served.tool()
    def find_numbers(question: str) -> QuotedFindings:
        """Find the published numbers that answer a question in plain English.

        Name the indicator, place or school, student group, and year, such as "math standard, low-income students,
        Southeast Seattle, 2025". Without a year, the newest number is first. Questions for a cause, a ranking, a sum,
        or the middle of a range are refused, with what may be said instead.
        """
        return _quote_answer(library().find(question))

    @served.tool()
    def number(id: str) -> QuotedFindings:
        """Return the finding with an id, such as sesec:rate.math_met.2025.all.southeast_seattle.all."""
        return _quote_answer(library().find_id(id))

    @served.tool()
    def compare(id: str, other_id: str) -> QuotedFindings:
        """Return the published comparison of two findings, if there is one: two places, two groups, or two years.

        It is refused if no finding compares them. Never compute a difference or ratio of the two yourself.
        """
        return _quote_answer(library().compare(id, other_id))

    @served.tool()
    def check_text(text: str) -> Checked:
        """Check every number and citation in an English text against the findings.

        Right are only "matches" and "rounds right". Correct every other number, or delete it.
        """
        return _check_text(library(), text)

    @served.tool()
    def cite(id: str, style: Style = "apa") -> Citation:
        """Return the citation of a finding, ready to paste."""
        return _cite_finding(library(), id, style)

    return served


def _quote_answer(answer: QueryAnswer) -> QuotedFindings:
    return QuotedFindings(
        refused=_describe_refusal(answer.refusal), findings=[*map(_quote, answer.findings)]
    )


def _describe_refusal(refusal: Refusal | None) -> Refused | None:
    return Refused(kind=refusal.kind, say=refusal.text) if refusal else None


def _quote(finding: EditionFinding) -> Quote:
    record = finding.record
    is_range = record["publish"] == "range"
    n, counted = record.get("n"), record.get("counted") or "students"
    amount = f"{n:,}" if isinstance(n, int) else str(n or "")
    return Quote(
        id=finding.id,
        sentence=str(record["sentence"]),
        value=str(record["value"]),
        range=str(record["value"]) if is_range else "",
        interval=str(record.get("interval") or ""),
        n=f"{amount} {counted}" if amount else "",
        year=str(record.get("school_year") or record["end_year"]),
        place=str(record["place"]),
        group=str(record["label"]),
        compared_with=str(record.get("reference_label") or ""),
        caution=_describe_caution(finding),
        citation=finding.cite("apa"),
        page=f"{finding.site_url or ''}{citation.page_of(finding.id)}",
        edition=finding.title or finding.edition,
    )


def _describe_caution(finding: EditionFinding) -> str:
    """Return what is to be said with a number: why it is a range or needs care, and whether it could be chance."""
    record = finding.record
    rules = [PRINTING_RULES[code] for code in str(record["rule"]).split(JOINT) if code]
    words = [rule.sentence for rule in rules if rule.outcome == "words"]
    reason = str(record.get("reason") or "")
    range_only = ["Quote both ends of the range."] if record["publish"] == "range" else []
    reasons = [f"{reason[0].upper()}{reason[1:]}."] if reason else []
    return " ".join([*reasons, *words, *range_only])


def _cite_finding(library: Library, name: str, style: str) -> Citation:
    answer = library.find_id(name)
    if answer.refusal:
        return Citation(refused=_describe_refusal(answer.refusal), text="", newer=[])
    (finding,) = answer.findings
    return Citation(refused=None, text=finding.cite(style), newer=library.newer(finding.id))


def _check_text(library: Library, text: str) -> Checked:
    lines = [" ".join(line.split()) for line in text.splitlines()]
    passages = [Passage(f"line {at}", line) for at, line in enumerate(lines, 1) if line]
    judged = check.judge(passages, library.draft_index)
    numbers = [
        CheckedNumber(
            text=one.text,
            sentence=one.sentence,
            verdict=one.verdict,
            note=one.note,
            id=one.finding,
            nearest=[*one.nearest],
        )
        for one in judged
    ]
    return Checked(
        is_right=bool(judged) and all(one.verdict in check.QUIET for one in judged),
        tally=Counter(one.verdict for one in judged),
        numbers=numbers,
    )
