"""A grant draft held against real findings: right, stale, misrounded, of the wrong thing, invented."""

import re
from collections.abc import Sequence
from pathlib import Path

import docx
import pandas as pd
import pypandoc
import pytest
import yaml

import sesec_analysis as sa
from sesec_analysis.archive.drafts import marked
from sesec_analysis.archive.drafts.check import Judged, judge
from sesec_analysis.archive.drafts.known_findings import FindingIndex
from sesec_analysis.archive.drafts.reading import passages
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.row import Record

pytestmark = pytest.mark.slow  # real findings are made first

SENTENCES = yaml.safe_load(Path(__file__).with_name("sentences.yml").read_text("utf-8"))
Editions = Sequence[tuple[str, list[Record]]]


def check_draft(path: Path, editions: Editions) -> list[Judged]:
    return judge(passages(path), FindingIndex(editions))


def of(estimates: pd.DataFrame) -> list[Record]:
    return list(sa.findings(estimates).records())


@pytest.fixture(scope="module")
def editions() -> Editions:
    """Real findings: make-up, tests and discipline; and an older edition in which one number was another."""
    places = ["southeast_seattle", "rest_of_seattle_regular"]
    groups = {"student_group_type": ["low_income", "english_learner"]}
    now = []
    for place in places:
        now += of(sa.rates(sa.load("enrollment", place=place, end_years=[2019, 2022], **groups)))
    for indicator, grade in (("ela_met", "03"), ("math_met", "08")):
        tests = sa.load(indicator, place=places[0], end_years=[2017], grade_level=grade)
        now += of(sa.rates(tests))
    discipline = sa.load("disciplined", place="seattle", end_years=[2019, 2023])
    now += of(sa.ratios(discipline, by="race_ethnicity", reference="others"))
    now += of(sa.averages(sa.load("budget_per_student", place=places[0], end_years=[2024])))
    unique = {str(record["id"]): record for record in now}
    restated = "sesec:rate.math_met.2017.08.southeast_seattle.female"
    before = {**unique[restated], "value": "61.9%", "sentence": "In 2016–17, 61.9 percent."}
    return [("annual-2024", list(unique.values())), ("annual-2017", [before])]


MEANT = {
    "right": "matches",
    "rounded": "rounds right",
    "stale": "outdated",
    "wrong": "not judged",
    "invented": "not ours",
}


def unmarked(draft: str) -> tuple[str, list[str]]:
    """The draft without its marks, and the verdicts that they stand for."""
    marks = re.findall(r"\{(\w+)\}", draft)
    return re.sub(r"\s*\{\w+\}", "", draft), [MEANT[mark] for mark in marks]


def in_order(judged: list[Judged]) -> list[str]:
    """Verdicts in the order of the draft: in a sentence, its numbers, then its citations; wrong ones are not judged."""
    judged = [one for one in judged if one.verdict != "passed over"]
    sentences_met = list(dict.fromkeys(one.sentence for one in judged))
    return [
        one.verdict.replace("contradicts ours", "not judged")
        for sentence in sentences_met
        for is_id in (False, True)
        for one in judged
        if one.sentence == sentence and one.text.startswith("sesec:") == is_id
    ]


def test_check_draft__judges_every_number_and_passes_over_dates_money_and_telephones(
    editions: Editions, tmp_path: Path
):
    text, meant = unmarked(SENTENCES["draft"])
    assert len(meant) >= 30
    path = tmp_path / "draft.txt"
    path.write_text(text, "utf-8")
    judged = check_draft(path, editions)
    shown = "\n".join(f"{one.text} | {one.verdict} | {one.note}" for one in judged)
    assert in_order(judged) == meant, shown
    assert path.read_text("utf-8") == text


@pytest.mark.parametrize("text", SENTENCES["of_others_by_another_clause"])
def test_check_draft__passes_no_number_that_another_clause_makes_one_of_others(
    text: str, editions: Editions, tmp_path: Path
):
    path = tmp_path / "draft.txt"
    path.write_text(text, "utf-8")
    [number] = [one for one in check_draft(path, editions) if one.text == "62.5 percent"]
    assert number.verdict not in ("matches", "rounds right")


@pytest.mark.parametrize("text", SENTENCES["beside_words_that_change_nothing"])
def test_check_draft__passes_a_number_beside_words_that_change_nothing(
    text: str, editions: Editions, tmp_path: Path
):
    path = tmp_path / "draft.txt"
    path.write_text(f"{text}.", "utf-8")
    assert [one.verdict for one in check_draft(path, editions)] == ["matches"]


@pytest.mark.parametrize("kind", ["docx", "md", "pdf"])
def test_check_draft__reads_every_kind_alike(kind: str, editions: Editions, tmp_path: Path):
    text, _ = unmarked(SENTENCES["draft"])
    plain, other = tmp_path / "draft.txt", tmp_path / f"draft.{kind}"
    plain.write_text(text, "utf-8")
    if kind == "md":
        other.write_text(text, "utf-8")
    elif kind == "docx":
        pypandoc.convert_text(text, "docx", "markdown", outputfile=str(other))
    else:
        write_pdf(text, other)
    found, expected = (
        [(one.text, one.verdict) for one in check_draft(path, editions) if one.text]
        for path in (other, plain)
    )
    assert found == expected


def write_pdf(text: str, path: Path) -> None:
    """A draft as a PDF: each paragraph on a line of its own, blank lines between."""
    import typst

    def quoted(block: str) -> str:
        return '"' + " ".join(block.split()).replace("\\", "\\\\").replace('"', '\\"') + '"'

    source = path.with_suffix(".typ")
    body = "\n".join(f"#block(below: 3em)[#{quoted(block)}]" for block in text.split("\n\n"))
    source.write_text(f"#set page(width: 60cm, height: 120cm)\n{body}\n", "utf-8")
    typst.compile(str(source), output=str(path))


def test_passages__refuses_what_cannot_be_read(tmp_path: Path):
    damaged = tmp_path / "draft.docx"
    damaged.write_bytes(b"no zip")
    empty = tmp_path / "empty.txt"
    empty.write_text(" \n", "utf-8")
    latin = tmp_path / "latin.txt"
    latin.write_bytes("é".encode("latin-1"))
    torn = tmp_path / "torn.pdf"
    torn.write_bytes(b"%PDF-1.7 torn")
    for path, words in (
        (tmp_path / "draft.odt", "not a kind of draft"),
        (tmp_path / "missing.txt", "there is no file"),
        (damaged, "damaged"),
        (empty, "holds no text"),
        (latin, "not UTF-8"),
        (torn, "damaged"),
    ):
        with pytest.raises(DataError, match=words):
            passages(path)


@pytest.fixture(scope="module")
def ranges() -> Editions:
    """Findings of which only a range is printed, and one printed to the last digit."""
    discipline = sa.load(
        "disciplined", place="southeast_seattle", end_years=2018, grade_level="all"
    )
    found = [record for record in of(sa.rates(discipline)) if record["publish"] != "nothing"]
    assert {str(record["publish"]) for record in found} == {"range"}
    return [("annual-2018", found)]


BLACK = "sesec:rate.disciplined.2018.all.southeast_seattle.black"


@pytest.mark.parametrize("cite", ["", f" ({BLACK})"])
@pytest.mark.parametrize("written", ["5.8", "6.4", "6.1"])  # ends, between
def test_check_draft__answers_a_lone_number_in_a_range_with_the_range(
    written: str, cite: str, ranges: Editions, tmp_path: Path
):
    printed = next(record for record in ranges[0][1] if record["id"] == BLACK)["value"]
    path = tmp_path / "draft.txt"
    text = (
        f"In 2017–18, schools in Southeast Seattle suspended or expelled {written} percent of Black "
        f"students{cite}."
    )
    path.write_text(text, "utf-8")
    one = next(one for one in check_draft(path, ranges) if not one.text.startswith("sesec:"))
    assert (one.verdict, one.finding) == ("print the range", BLACK)
    assert one.note == f"print the range, not one number: {printed}"


def test_write_comments__puts_each_verdict_into_a_copy_that_opens(
    editions: Editions, tmp_path: Path
):
    draft, copy = (tmp_path / name for name in ("draft.docx", "checked.docx"))
    text = "In 2021–22, multilingual learners were 26.6 percent of students in Southeast Seattle."
    pypandoc.convert_text(
        text + " That is <b>nearly a quarter</b>.", "docx", "html", outputfile=str(draft)
    )
    before = draft.read_bytes()
    read, judged = passages(draft), check_draft(draft, editions)
    assert (
        marked.write_comments(draft, read, judged, copy)
        == len([one for one in judged if one.text])
        == 2
    )
    comments = [comment.text for comment in docx.Document(str(copy)).comments]
    assert comments[0].startswith("MATCHES: In 2021–22")
    assert draft.read_bytes() == before
    with pytest.raises(DataError, match="over the draft"):
        marked.write_comments(draft, read, judged, draft)


@pytest.fixture(scope="module")
def moved() -> Editions:
    """Tests of two years and what came between, attendance, and how often groups were suspended."""
    both = ["southeast_seattle", "rest_of_seattle_regular"]
    everyone = {"grade_level": "all", "student_group": "all"}
    math = sa.load("math_met", place=both, end_years=[2018, 2024], **everyone)
    attended = sa.load("regular_attendance", place=both, end_years=[2019, 2024], **everyone)
    english = sa.load("ela_met", place=both, end_years=[2024], **everyone)
    groups = sa.load("disciplined", place="seattle", end_years=2023)
    now = of(sa.ratios(groups, by="race_ethnicity", reference="others"))
    for before_and_now in (math, attended):
        now += of(sa.rates(before_and_now))
        now += of(sa.report.progress(before_and_now, place=both[0], reference=both[1]))
    return [("annual-2024", now + of(sa.rates(english)))]


@pytest.mark.parametrize(
    ("words", "is_right"),
    [(one, kind == "held") for kind in ("held", "turned") for one in SENTENCES[kind]],
)
def test_check_draft__sees_words_that_turn_a_right_number(words, is_right, moved, tmp_path):
    draft = tmp_path / "draft.md"
    there = "in Southeast Seattle"
    said = words.format(f"{there} in 2023–24", there)
    draft.write_text(f"{said[0].upper()}{said[1:]}.", "utf-8")
    judged = check_draft(draft, moved)
    assert judged
    assert ({one.verdict for one in judged} <= {"matches", "rounds right"}) == is_right, judged


@pytest.mark.parametrize("kind", ["docx", "md", "txt"])
def test_check_draft__reads_items_of_a_list_behind_their_lead_and_notes_apart(
    kind, moved, tmp_path
):
    draft = tmp_path / f"draft.{kind}"
    if kind == "docx":
        pypandoc.convert_text(
            SENTENCES["draft_with_lists"], "docx", format="markdown", outputfile=str(draft)
        )
    else:
        draft.write_text(SENTENCES["draft_with_lists"], "utf-8")
    judged = [one for one in check_draft(draft, moved) if one.text]
    assert [one.text for one in judged if one.verdict == "matches"] == [
        *("39.7 percent", "71.7 percent", "39.7 percent")
    ]
    assert len(judged) == 5


@pytest.mark.parametrize("kind", ["docx", "md"])
def test_check_draft__reads_each_cell_of_a_table_behind_its_heads(kind, moved, tmp_path):
    draft = tmp_path / f"draft.{kind}"
    if kind == "md":
        draft.write_text(SENTENCES["draft_with_tables"], "utf-8")
    else:
        pypandoc.convert_text(
            SENTENCES["draft_with_tables"], "docx", format="markdown", outputfile=str(draft)
        )
    judged = check_draft(draft, moved)
    assert [one.text for one in judged if one.verdict == "matches"] == [
        *("51.1%", "39.7%", "39.7 percent", "39.7%", "71.7%")
    ]
    assert len(judged) == 11
