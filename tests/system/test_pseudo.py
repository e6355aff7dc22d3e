"""The report in a language made by code: nothing raises, no English is left, ids stay, and nothing is clipped.

Every letter of a text that a translator can reach has an accent. A word of plain letters is one that is written past
the catalogue, or a name that no language changes.
"""

import html
import json
import re
import sys
from functools import cache
from pathlib import Path

import measure_samples
import pandas as pd
import proofs
import pytest
from nbformat import NotebookNode
from paper_samples import imprint
from report_samples import notebook, showing, text

import sesec_analysis as sa
from sesec_analysis import catalog, i18n, i18n_files
from sesec_analysis.editions.documents import findings_page
from sesec_analysis.editions.documents import html as documents_html
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.model import in_words
from sesec_analysis.evidence.finding import Findings, findings
from sesec_analysis.evidence.tables import of_findings
from sesec_analysis.figures.figure import ReportFigure
from sesec_analysis.text import Text as MessageText
from sesec_analysis.text import render

pytestmark = pytest.mark.slow  # reports of every measure are made first

ROOT = Path(__file__).parents[2]
NAMES = re.compile(
    r"Southeast Seattle Education Coalition|sesec[- ](analysis|data|report|cite)[\w -]*|annual-\d+"
    r"|findings\.\w+|run\.json|(figures/)?[\w-]+\.csv|PNG|SVG|CSV|CSL-JSON|BibTeX|APA|JavaScript"
    r"|https?://\S+|OSPI|School \d{4}|PK–\d+|\w+ = [\w.]+|sesec:\S+"
)
"""What stays as it is: who publishes, files, formats, commands, parameters, ids."""
KINDS = proofs.sample(["plain", "withheld", "equal"], 1, seed=3, always=["plain"])
proof = pytest.mark.proof(
    "Nothing of any measure is left in English",
    seed=3,
    tried="every measure of plain cells, of withheld ones, and of equal rates",
)
META = imprint(title="⟦Åñ éðîţîóñ⟧", changed=("report_year",), sources=())


def prose() -> list[NotebookNode]:
    path = ROOT / "notebooks/reports/technical_annex.ipynb"
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [text("".join(cell["source"])) for cell in cells if cell["cell_type"] == "markdown"]


def shown(thing: object, tag: str | None = None) -> NotebookNode:
    made = thing._repr_mimebundle_()
    return showing(made[0] if isinstance(made, tuple) else made, tag=tag)


def pictures() -> dict[str, ReportFigure]:
    """One of each kind of figure, of the data at hand."""
    both = {"up_to": 2019, "place": ["southeast_seattle", "rest_of_seattle"]}
    race = sa.rates(
        sa.newest("ela_met", **both, grade_level="03", student_group_type="race_ethnicity")
    )
    history = sa.history("disciplined", **both, grade_level="all", student_group="all")
    schools = sa.newest("enrollment", **both, organization_level="school", grade_level="all")
    shares = sa.rates(schools).query("student_group == 'low_income'")
    tests = {
        "organization_level": "school",
        "grade_level": "all",
        "student_group": "all",
        "up_to": 2024,
    }
    here = sa.newest("ela_met", place="southeast_seattle", **tests)
    there = sa.newest("ela_met", place="rest_of_seattle", **tests)
    every = pd.concat([here, there])
    need = schools.query("student_group == 'low_income'").assign(end_year=here["end_year"].max())
    expected = sa.expected_rates(here, there, need)
    excluded = sa.newest("disciplined", up_to=2019, place="seattle", grade_level="all")
    return {
        "rates": sa.plot_rates(race, focus="southeast_seattle"),
        "gaps": sa.plot_gaps(sa.ratios(excluded, by="race_ethnicity", reference="others")),
        "trend": sa.plot_trend(sa.rates(history), focus="southeast_seattle"),
        "schools": sa.plot_schools(shares, focus="southeast_seattle"),
        "expected": sa.plot_expected(pd.concat([sa.rates(every), sa.rates(need), expected])),
        "funnel": sa.plot_funnel(pd.concat([sa.rates(every), sa.funnel(every)])),
        "map": sa.plot_map("southeast_seattle"),
    }


@pytest.fixture(scope="module")
def measured(tmp_path_factory) -> dict[str, list[pd.DataFrame]]:
    """Every measure, in no language yet: of plain cells, of small and withheld ones, and of equal rates."""
    return {name: measure_samples.made_for_a_run(tmp_path_factory, name) for name in KINDS}


def told(measured) -> dict[str, Findings]:
    found = {}
    for name, tables in measured.items():
        made = (one for each in tables for one in findings(each))
        found[name] = Findings(list({one.id: one for one in made}.values()))
    return found


def written(measured, *also: NotebookNode) -> dict[str, documents_notebook.Document]:
    """Reports of all measures, in the language asked for; the first has the prose and all else there is."""
    reports = {}
    for name, found in told(measured).items():
        cells = [*prose()[1:], *also] if not reports else []
        every = [text("## All of it"), shown(found), shown(of_findings(found))]
        reports[name] = documents_notebook.read_notebook(notebook(*cells, *every, title="# ⟦2019⟧"))
    return reports


@pytest.fixture(scope="module")
def english(measured):
    return written(measured)


SAID: set[str] = set()
"""Messages that were translated while the documents in the language for trials were made."""


MADE_STRINGS: set[str] = set()
"""Modules that turned a text into an English string by `str` meanwhile."""


def recorded(one: MessageText) -> str:
    MADE_STRINGS.add(sys._getframe(1).f_globals["__name__"])
    return render(one, i18n.ENGLISH)


@pytest.fixture(scope="module")
def translated(measured):
    with pytest.MonkeyPatch.context() as asked:
        asked.setattr(MessageText, "__str__", recorded)
        asked.setenv(i18n.VARIABLE, i18n_files.PSEUDO)
        asked.setattr(i18n, "pseudo", lambda text, own=i18n.pseudo: SAID.add(text) or own(text))
        drawn = pictures()
        yield (
            drawn,
            written(measured, *(shown(one, f"figure-{name}") for name, one in drawn.items())),
        )


def test_messages__are_all_in_the_list_for_translators(translated, every_text):
    listed = {form for text in every_text for form in i18n_files.forms(text)}
    assert len(SAID) > 300
    said = {text.replace("at {place}", "in {place}") for text in SAID if i18n.has_words(text)}
    assert sorted(said - listed) == []


@pytest.fixture
def drawn(monkeypatch, translated):
    monkeypatch.setenv(i18n.VARIABLE, i18n_files.PSEUDO)
    return translated[0]


@pytest.fixture
def pseudo(monkeypatch, translated):
    monkeypatch.setenv(i18n.VARIABLE, i18n_files.PSEUDO)
    return translated[1]


@cache
def names() -> re.Pattern[str]:
    """Names that no language changes, the longest first: of schools, of publishers and their data."""
    schools = {school.name for school in catalog.schools().values()}
    schools |= {
        name for school in catalog.schools().values() for name in school.earlier_names.split("; ")
    }
    schools |= {name for spelled in catalog.school_names().values() for name in spelled}
    shorter = {re.sub(r" School(?= STEM$|$)", "", name) for name in schools}
    published = catalog.sources().values()
    sources = {f"{one.publisher_short}, {one.title}" for one in published}
    sources |= {one.publisher for one in published}
    sources |= {
        f"{release.title} (dataset {release.dataset_id})"
        for one in published
        for release in one.releases.values()
    }
    maps = {part for outline in catalog.outlines().values() for part in outline.source.split("; ")}
    known = sorted({*schools, *shorter, *sources, *maps} - {""}, key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, known))})(?: School)?")


def visible(page: str) -> list[str]:
    """The texts of a page that are not a citation, an id, code or a name."""
    page = re.sub(
        r"(?s)<(script|style|code)\b.*?</\1>|<p class=\"(citation|id)\">.*?</p>", " ", page
    )
    spoken = re.findall(r'(?:alt|aria-label|data-cop\w+|data-selected)="([^"]*)"', page)
    pieces = [*re.split(r"<[^>]+>", page), *spoken]
    plain = [NAMES.sub(" ", names().sub(" ", html.unescape(piece))) for piece in pieces]
    return [piece.strip() for piece in plain if piece.strip()]


def left_in_english(texts: list[str]) -> list[str]:
    """The words of plain letters, each with what stands round it."""
    return [
        f"{found[0]}: {piece[max(0, found.start() - 40) : found.end() + 40]}"
        for piece in texts
        for found in re.finditer(r"(?<![^\W\d_])[A-Za-z]{2,}(?![^\W\d_])", piece)
    ]


@proof
@pytest.mark.parametrize("kind", KINDS)
def test_page__has_no_english_left(kind, pseudo):
    page = documents_html.render(in_words(pseudo[kind]), meta=META, linked_files=["findings.html"])
    assert left_in_english(visible(page)) == []


@proof
@pytest.mark.parametrize("kind", KINDS)
def test_findings_page__has_no_english_left(kind, pseudo):
    page = findings_page.render(pseudo[kind], meta=META, linked_files=["report.pdf"])
    assert left_in_english(visible(page)) == []


@proof
@pytest.mark.parametrize("kind", KINDS)
def test_document__has_the_same_ids_and_numbers_in_every_language(kind, pseudo, english):
    said = {one["id"]: one for one in pseudo[kind].findings}
    same = ("estimate", "ci_low", "ci_high", "bound_low", "bound_high", "publish", "rule", "status")
    for one in english[kind].findings:
        assert [one[name] for name in same] == [said[one["id"]][name] for name in same], one["id"]
        assert said[one["id"]]["sentence"].startswith("⟦")
    headings = [part.heading.id for part in english[kind].sections]
    assert headings == [part.heading.id for part in pseudo[kind].sections]
