"""Answer a question in plain words with findings of the editions, or refuse it by name and say what may be said.

A finding answers if it is about all that the question names (indicator, place, group, grade, year). Nothing is computed
here: a question that needs a cause, a rank, a sum, or the middle of a range is refused, and so is a withheld number.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from itertools import chain

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.known_findings import FindingIndex
from sesec_analysis.archive.drafts.subjects import (
    Codes,
    Mention,
    Vocabulary,
    finding_subjects,
    indicator_of,
)
from sesec_analysis.editions import built_editions
from sesec_analysis.editions.built_editions import EditionFinding
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.search import IDLE, SearchIndex, school_words, terms, tokens
from sesec_analysis.evidence.wording.labels import EVERYONE, OTHERS, read_id, read_reference

__all__ = ["Library", "QueryAnswer", "Refusal"]


_GAP = re.compile(
    r"\bgaps?\b|\bdifference|\bdisparit|\b(?:higher|lower|more|less|fewer|better|worse|larger|smaller)\b.*\bthan\b"
    r"|\bcompar|\bversus\b|\bvs\b|\bbehind\b|\bahead\b|\bapart\b|\bpoints\b|\bbetween\b.*\band\b",
    re.I,
)
_CHANGE = re.compile(
    r"\bchang|\bsince\b|\brose\b|\brise|\bfell\b|\bfall(?:en|ing)\b|\bgr[eo]w|\bshr[aiu]nk|\bnarrow|\bwiden|\bincreas"
    r"|\bdecreas|\bdrop|\bdeclin|\bimprov|\btrend|\bover time\b|\bmoved?\b|\bcompared? (?:with|to) (?:19|20)\d\d"
    r"|\bthan in (?:19|20)\d\d|\b(?:get|got|getting|gotten) (?:better|worse)\b",
    re.I,
)
_TIMES = re.compile(
    r"\btimes\b|\b(?:as|more|less) (?:likely|often)\b|\bratio\b|\bdisproportion|\btwice\b", re.I
)
_CLOSE = re.compile(r"\bclos(?:e|es|ed|ing)\b", re.I)
_SMALL = ("small-group", "small-remainder")


@dataclass(frozen=True)
class Refusal:
    """Why a question is not answered: its kind (of `catalog.question_words`), and what is to be said besides."""

    kind: str
    more: str = ""

    @property
    def text(self) -> str:
        """The reason, and what may be said instead."""
        return f"{self.more} {catalog.question_words().refused[self.kind].say}".strip()


@dataclass(frozen=True)
class QueryAnswer:
    """Up to three findings, the best first; with a refusal, those that may be quoted instead."""

    findings: tuple[EditionFinding, ...]
    refusal: Refusal | None = None


class Library:
    """The findings of all editions, of several under one id the newest."""

    def __init__(self, found: Iterable[EditionFinding]) -> None:
        self.findings: dict[str, EditionFinding] = {}
        for finding in found:
            self.findings.setdefault(finding.id, finding)
        self._records = {name: finding.record for name, finding in self.findings.items()}
        self._about = {name: _query_subjects(record) for name, record in self._records.items()}
        self._words = Vocabulary(self._records.values())
        self._search = SearchIndex(self._records.values())
        self._other_groups = self._words_of_other_groups()

    def _words_of_other_groups(self) -> set[str]:
        """Return words that name student groups which no finding is about, and that no sentence says."""
        known = set().union(*(of["student group"] for of in self._about.values()))
        groups = chain(*(kind.groups.items() for kind in catalog.group_types().values()))
        words = {
            word for code, group in groups if code not in known for word in tokens(group.label)
        }
        said = " ".join({str(record["sentence"]) for record in self._records.values()})
        return words.difference(tokens(said))

    @cached_property  # seconds, and needed only to check a text
    def draft_index(self) -> FindingIndex:
        """The findings of all editions as `drafts.check.judge` takes them."""
        return FindingIndex(built_editions.editions(), built_editions.printed_texts())

    def find(self, question: str) -> QueryAnswer:
        """Return the findings that answer a question, or a refusal."""
        query = self._read(question)
        ranked = self._ranked(query)
        if ranked and query.others and not any(m.dimension == "indicator" for m in query.mentions):
            (first,) = self._search.order(" ".join(query.others), ranked[:1])
            query = replace(query, unknown=[*query.unknown, *first.lacking])
        refused = catalog.question_words().refused.items()
        kinds = [kind for kind, entry in refused if _asks(query.text, entry.asked)]
        kind = next(iter(kinds), "")
        missing = query.missing(self._about[ranked[0]]) if ranked else []
        if kind:
            return self._answer(ranked, Refusal(kind))
        if missing and not query.unknown and (sides := self._sides(query)):
            return self._answer(sides, Refusal("no_comparison"))
        if not ranked or query.unknown or missing:
            return self._without_data(query, ranked, missing)
        printed = self._records[ranked[0]]["publish"]
        if printed == "nothing":
            return self.withheld(ranked[0], ranked[1:])
        is_exact = re.search(r"\b(?:exact|precise)(?:ly)?\b", query.text, re.I)
        return self._answer(
            ranked, Refusal("midpoint") if is_exact and printed == "range" else None
        )

    def find_id(self, name: str) -> QueryAnswer:
        """Return the finding of an id, or why it may not be quoted."""
        name = name.strip().strip("()[].,")
        if name not in self.findings:
            near = get_close_matches(name, self.findings, n=3, cutoff=0.6)
            return self._answer(near, Refusal("unknown_id"))
        if self._records[name]["publish"] == "nothing":
            return self.withheld(name)
        return self._answer([name])

    def newer(self, name: str) -> list[str]:
        """Return the id of the same finding for the latest year, if that is later."""
        parts = read_id(name)
        later = [one for one in map(read_id, self.findings) if one.stem == parts.stem]
        newest = max(later, key=lambda one: one.end_years)
        ids = [one for one in self.findings if read_id(one) == newest]
        return ids[:1] if newest.end_years > parts.end_years else []

    def withheld(self, name: str, others: Sequence[str] = ()) -> QueryAnswer:
        """Return the refusal of a withheld finding, with the nearest that is printed."""
        record = self._records[name]
        kind = "small_group" if str(record["rule"]).startswith(_SMALL) else "withheld"
        near = [*others, *self._near(record)]
        return self._answer(near, Refusal(kind, f"{record['sentence']}"))

    def compare(self, one: str, other: str) -> QueryAnswer:
        """Return the findings that compare two others, which differ in their place, group, or year only."""
        for name in (one, other):
            if name not in self.findings:
                return self.find_id(name)
        sides = self._about[one], self._about[other]
        apart = [dimension for dimension in sides[0] if sides[0][dimension] != sides[1][dimension]]
        for name in (one, other):
            if self._records[name]["publish"] == "nothing":
                return self.withheld(name)
        between = [name for name in self._records if self._is_between(name, one, other, apart)]
        if not between:
            return self._answer([one, other], Refusal("no_comparison"))
        if self._records[between[0]]["publish"] == "nothing":
            return self.withheld(between[0], [one, other])
        return self._answer(between)

    def _is_between(self, name: str, one: str, other: str, apart: Sequence[str]) -> bool:
        """Return whether a finding compares two others: it is about both, and about nothing else."""
        record, of = self._records[name], self._about[name]
        sides = [self._about[side] for side in (one, other)]
        is_of_one = len(apart) == 1 and apart[0] in ("place", "student group", "school year")
        is_plain = all(not self._records[side].get("reference") for side in (one, other))
        if not (is_of_one and is_plain and record.get("reference")):
            return False
        both = {dimension: sides[0][dimension] | sides[1][dimension] for dimension in of}
        return all(of[d] == both[d] for d in of if d != "place") and of["place"] <= both["place"] and all(
            of["place"] & side["place"] for side in sides
        )  # fmt: skip

    def _near(self, record: Record) -> list[str]:
        """Return printed findings of the same indicator as a withheld one, those with the least that differs first."""
        of, year = finding_subjects(record), int(record["end_year"])
        same = [
            name
            for name, other in self._records.items()
            if other["indicator"] == record["indicator"] and other["publish"] != "nothing"
        ]

        def apart(name: str) -> tuple[object, ...]:
            other, its = self._records[name], self._about[name]
            return (
                sum(not of[dimension] & its[dimension] for dimension in of),
                its["student group"] != {EVERYONE},
                other["measure"] not in _PLAIN,
                abs(int(other["end_year"]) - year),
                name,
            )

        return sorted(same, key=apart)

    def _answer(self, names: Iterable[str], refusal: Refusal | None = None) -> QueryAnswer:
        printed = [name for name in names if self._records[name]["publish"] != "nothing"]
        return QueryAnswer(
            tuple(self.findings[name] for name in dict.fromkeys(printed[:3])), refusal
        )

    def _read(self, question: str) -> "_Query":
        """Return what a question names, and its words that no finding has."""
        text = " ".join(question.replace("’", "'").split())
        for form, plain in catalog.question_words().read_as:
            text = re.sub(form, plain, text, flags=re.I)
        mentions = self._words.mentions(text)
        if not any(m.dimension == "place" for m in mentions):  # a school in small letters
            capitals = re.sub(r"\b[a-z]", lambda letter: letter[0].upper(), text)
            mentions += [m for m in self._words.mentions(capitals) if m.dimension == "place"]
        mentions += [*_initials(text), *_school_levels(text), *_groups_by_numbers(text)]
        left = list(text)
        for mention in mentions:
            left[mention.at : mention.end] = " " * (mention.end - mention.at)
        words = terms("".join(left))
        also = self._words.mentions(" ".join(words))
        for dimension in ("indicator", "student group"):  # "money" is said of budgets
            if not any(m.dimension == dimension for m in mentions):
                mentions += [replace(m, at=0, end=0) for m in also if m.dimension == dimension]
        mentions = [self._widened(m, text) for m in _without_shares(mentions, text)]
        known = catalog.words()
        fillers = [
            *known.plain,
            *known.idle,
            *chain(*known.alike),
            *catalog.question_words().filler,
        ]
        filler = IDLE.union(tokens(" ".join(fillers)))
        words = [word for word in words if word not in filler and len(word) > 2]
        unknown = [w for w in words if w in self._other_groups or not self._search.knows(w)]
        empty = IDLE.union(tokens(" ".join(catalog.question_words().filler)))
        said = " ".join(word for word in terms(text.replace("'s", "")) if word not in empty)
        return _Query(text, said, mentions, words, unknown)

    def _widened(self, mention: Mention, text: str) -> Mention:
        """Return a year alone as the school year that ends in it, and an indicator with its variants."""
        said, codes = text[mention.at : mention.end], mention.codes
        if mention.dimension == "school year" and said.isdigit():
            return replace(mention, codes=frozenset({said}))
        plain = [code for code in codes if ":" not in code]  # the others name one measure
        if mention.dimension == "indicator" and len(plain) == 1:
            variants = {str(r["indicator"]) for r in self._records.values()}
            return replace(mention, codes=codes | {v for v in variants if v.startswith(f"{plain[0]}_")})  # fmt: skip
        return mention

    def _ranked(self, query: "_Query") -> list[str]:
        """Return the findings that are about the most of what a question names, the best answer first."""
        lacking = {name: query.lack(of) for name, of in self._about.items()}
        if not query.mentions:
            return []
        least = min(lacking.values())
        names = [name for name, many in lacking.items() if many == least]
        order = {
            str(match.record["id"]): (len(match.lacking), at)
            for at, match in enumerate(self._search.order(query.said, names))
        }
        return sorted(names, key=lambda name: query.rank(self._records[name], *order[name]))

    def _sides(self, query: "_Query") -> list[str]:
        """Return a finding for each of two places, groups, or years that no finding compares; none if one lacks it."""
        for dimension in ("place", "student group", "school year"):
            two = [m for m in query.mentions if m.dimension == dimension]
            if len(two) == 2:
                halves = [query.without(mention) for mention in reversed(two)]
                found = [self._ranked(half)[0] for half in halves]
                if not any(
                    half.missing(self._about[name])
                    for half, name in zip(halves, found, strict=True)
                ):
                    return found
        return []

    def _without_data(
        self, query: "_Query", ranked: Sequence[str], missing: Sequence[Mention]
    ) -> QueryAnswer:
        """Return what is available where no finding is about all that a question names."""
        more = list[str]()
        if query.unknown:
            words = re.findall(r"[\w'-]+", query.text)
            unknown = [word for word in words if {*query.unknown} & {*tokens(word)}]
            more.append(f"No finding here says “{'”, “'.join(unknown or query.unknown)}”.")
        for mention in missing:
            said = query.text[mention.at : mention.end]
            others = query.without(mention)
            near = (of for of in self._about.values() if not others.missing(of))
            codes = sorted({code for of in near for code in of[mention.dimension]})
            more.append(
                f"“{said}” is not available here. Available: {_list_values(mention, codes)}."
            )
        if any(m.dimension == "indicator" for m in query.mentions):
            return self._answer(ranked, Refusal("no_data", " ".join(more)))
        more.append(f"Our findings are about: {self.subjects}.")
        return QueryAnswer((), Refusal("no_data", " ".join(more)))

    @property
    def subjects(self) -> str:
        """What findings are about: the titles of their indicators."""
        found = {str(record["indicator"]) for record in self._records.values()}
        return "; ".join(sorted({catalog.indicator(code).title for code in found}))


_PLAIN = ("rate", "average", "count")


@dataclass(frozen=True)
class _Query:
    """What a question names.

    ``said`` are its words without those that say nothing, ``others`` those of them that name nothing, and ``unknown``
    those that no finding has.
    """

    text: str
    said: str
    mentions: Sequence[Mention]
    others: Sequence[str]
    unknown: Sequence[str]

    def missing(self, of: dict[str, Codes]) -> list[Mention]:
        """Return what it names and a finding is not about; words that name two things need one of them."""
        met = [m for m in self.mentions if m.codes & of[m.dimension]]
        spans = {(m.at, m.end) for m in met if m.at < m.end}
        return [m for m in self.mentions if m not in met and (m.at, m.end) not in spans]

    def lack(self, of: dict[str, Codes]) -> int:
        """Return how much of it a finding is not about: another indicator is worse than another year."""
        return sum(3 if m.dimension == "indicator" else 1 for m in self.missing(of))

    def without(self, mention: Mention) -> "_Query":
        """Return the query without one thing that it names."""
        return replace(self, mentions=[m for m in self.mentions if m is not mention])

    @cached_property
    def measures(self) -> tuple[tuple[str, ...], ...]:
        """Return the measures that it may mean, the likeliest first; those together fit as well as each other."""
        is_gap, is_change = bool(_GAP.search(self.text)), bool(_CHANGE.search(self.text))
        is_change |= sum(m.dimension == "school year" for m in self.mentions) > 1
        if re.search(r"\b(?:usual|expected|given)\b", self.text, re.I):
            return (("expected_rate",), ("rate_less_expected",), _PLAIN)
        if _CLOSE.search(self.text) and is_gap:
            return (("years_to_close",), ("gap_change",), ("gap",))
        if _TIMES.search(self.text):
            return (("ratio", "risk_ratio"), ("gap",))
        if is_change and re.search(r"\bgap|\bdifference|\bdisparit", self.text, re.I):
            return (("gap_change",), ("gap",), ("change",))
        if is_change:
            return (("change",), ("gap_change",), _PLAIN)
        if is_gap:
            return (("gap", "ratio"), ("mean_difference",), _PLAIN)
        is_count = re.search(r"\bhow many\b", self.text, re.I)
        return (("count",), _PLAIN) if is_count else (_PLAIN,)

    def rank(self, record: Record, lacking: int, at: int) -> tuple[object, ...]:
        """Return how well a finding that is about all that is named answers it: the lowest first.

        ``lacking`` are the words that it lacks, and ``at`` is its place in the order of the search.
        """
        measure, level = str(record["measure"]), str(record["organization_level"])
        is_named = any(
            all(":" in code for code in m.codes) and indicator_of(record) in m.codes
            for m in self.mentions
        )
        fits = (at for at, measures in enumerate(self.measures) if measure in measures)
        fit = 0 if is_named else next(fits, len(self.measures))
        named = {dimension: set(chain(*(m.codes for m in self.mentions if m.dimension == dimension)))
                 for dimension in ("student group", "place", "grade", "school year")}  # fmt: skip
        to = read_reference(str(record.get("reference") or ""), dated=catalog.measure(measure).dated)  # fmt: skip
        unasked = (
            (record["student_group"] != EVERYONE and record["student_group"] not in named["student group"])
            + (record["grade_level"] != "all" and not named["grade"])
            + (level not in ("place", "district") and not named["place"])
            + bool({*to.groups} - {OTHERS} - named["student group"])
            + bool(named["place"] and {*to.places} - named["place"])
        )  # fmt: skip
        is_newest = not named["school year"]
        return (
            fit,
            unasked,
            is_newest and record["publish"] == "nothing",
            lacking,
            record["indicator"] not in catalog.words().plainest,
            -int(record["end_year"]) if is_newest else 0,
            at,
        )


def _asks(text: str, forms: Iterable[str]) -> bool:
    return any(re.search(form, text, re.IGNORECASE) for form in forms)


def _query_subjects(record: Record) -> dict[str, Codes]:
    """Return what a finding is about; tests of a high school are those of grade 10, the only one it has a test in."""
    of = finding_subjects(record)
    school = catalog.schools().get(str(record["organization_id"]))
    is_test = str(record["indicator"]).startswith(("ela_", "math_"))
    if school and school.lowest_grade == "9" and is_test:
        return {**of, "grade": of["grade"] | {"10"}}
    return of


def _without_shares(mentions: list[Mention], text: str) -> list[Mention]:
    """Leave out "share of students" and "attend", which name an indicator only where no other is named."""

    def is_weak(mention: Mention) -> bool:
        said = text[mention.at : mention.end].lower()
        return (
            "enrollment" in mention.codes or re.fullmatch(r"attend(?:s|ed|ing)?", said) is not None
        )

    named = [m for m in mentions if m.dimension == "indicator"]
    weak = [m for m in named if is_weak(m)]
    return [m for m in mentions if m not in weak] if len(weak) < len(named) else mentions


def _initials(text: str) -> Iterator[Mention]:
    """Yield the schools that capital letters name: RBHS."""
    for match in re.finditer(r"\b[A-Za-z]{3,6}\b", text):
        codes = [c for c in catalog.schools() if match[0].upper() in school_words(c).split()]
        if codes:
            yield Mention(match.start(), "place", frozenset(codes), match.end())


def _school_levels(text: str) -> Iterator[Mention]:
    """Yield the SESEC school level that words name: "schools at level 5"."""
    for match in re.finditer(r"\bschools?\b[^?.]*\b(level ([1-5]))\b", text, re.I):
        code = f"school_level:level_share_{match[2]}"
        yield Mention(match.start(1), "indicator", frozenset({code}), match.end(1))


def _groups_by_numbers(text: str) -> Iterator[Mention]:
    """Yield the groups that numbers name: ages, and incomes on one side of a bracket."""
    said = {*_AMOUNT.findall(text)}
    for kind in catalog.group_types().values():
        for code, group in kind.groups.items():
            amounts = {*_AMOUNT.findall(group.label)}
            is_over, is_under = (re.search(form, text, re.I) for form in (_OVER, _UNDER))
            side = {"or more": is_over, "less than": is_under}
            fits = all(met for words, met in side.items() if words in group.label.lower())
            if amounts and amounts <= said and fits:
                at = min(text.find(amount) for amount in amounts)
                yield Mention(at, "student group", frozenset({code}), at + 1)


_AMOUNT = re.compile(r"\$?\d[\d,]*\b")
_OVER = r"\b(?:or (?:more|above|over)|over|above|more than|at least)\b"
_UNDER = r"\b(?:under|below|less than|up to)\b"


def _list_values(mention: Mention, codes: Sequence[str]) -> str:
    """Return the values of a dimension, as readers call them."""
    if not codes:
        return "nothing with all else that you name"
    groups = {c: g.label for kind in catalog.group_types().values() for c, g in kind.groups.items()}
    if mention.dimension == "school year":
        return ", ".join(f"{int(code) - 1}–{code[2:]}" for code in codes)
    if mention.dimension == "place":
        names = [catalog.places()[code].name for code in codes if code in catalog.places()]
        many = sum(code in catalog.schools() for code in codes)
        return ", ".join([*names, *([f"{many} schools"] if many else [])])
    if mention.dimension == "indicator":
        titles = {catalog.indicator(code.partition(":")[0]).title for code in codes}
        return "; ".join(sorted(titles))
    return ", ".join(groups.get(code, code) for code in codes)
