"""Citations: complete, in four styles, and nothing in them that the catalog does not know."""

import itertools
import json

import proofs
import pytest
from estimate_samples import estimates, rate

from sesec_analysis import __version__, catalog
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.citation import Cited
from sesec_analysis.evidence.finding import findings

EDITION = {"edition": "2024 Southeast Seattle School Equity Report", "published": 2024}
FOUND = findings(estimates([rate(71, 216)]))[0]
ID = "sesec:rate.ela_met.2017.03.southeast_seattle.black"
SENTENCE = (
    "In 2016–17, 32.9 percent of Black students in grade 3 in Southeast Seattle met the state standard in English "
    "language arts"
)
DATA = (
    "Data: Washington State Office of Superintendent of Public Instruction, Report Card Discipline for 2018-19 "
    "(dataset fwbr-3ker), https://data.wa.gov/d/fwbr-3ker"
)
ADDRESS = "https://data.wa.gov/d/fwbr-3ker"


SITE = "https://example.org/reports/"
PAGE = f"{SITE}series/rate.ela_met.03.southeast_seattle.black.html#2017"


def on_site(style: str) -> str:
    return citation.cite(FOUND.record(), style, **EDITION, site_url=SITE)


def test_cite__apa():
    text = (
        f"Southeast Seattle Education Coalition. (2024). {SENTENCE} [Data set]. In {EDITION['edition']} "
        f"(Finding {ID}; Version {__version__}). {DATA}"
    )
    assert FOUND.cite(**EDITION) == f"{text}."
    assert on_site("apa") == f"{text}. {PAGE}"


def test_cite__mla():
    assert on_site("mla") == (
        f"Southeast Seattle Education Coalition. “{SENTENCE}.” {EDITION['edition']}, Version {__version__}, "
        f"Finding {ID}, 2024, {DATA}, {PAGE}. Data set."
    )


def test_cite__ris_is_read_by_reference_managers():
    lines = on_site("ris").splitlines()
    assert (lines[0], lines[-1]) == ("TY  - DATA", "ER  - ")
    fields = dict(line.split("  - ", 1) for line in lines)
    assert (fields["ID"], fields["AN"], fields["TI"]) == (ID, ID, SENTENCE)
    assert (fields["UR"], fields["PY"]) == (PAGE, "2024")
    assert fields["N1"] == f"{DATA}."
    assert "UR  - " not in FOUND.cite("ris")


def test_tags__have_the_full_id_and_the_page():
    made = dict(citation.tags(citation.cited_finding(FOUND.record(), **EDITION, site_url=SITE)))
    assert made["citation_technical_report_number"] == ID
    assert made["citation_public_url"] == PAGE
    assert made["citation_publication_date"] == "2024"
    assert "citation_public_url" not in dict(
        citation.tags(citation.cited_finding(FOUND.record(), **EDITION))
    )


def test_cite__chicago_is_a_note():
    assert FOUND.cite("chicago", **EDITION) == (
        f"Southeast Seattle Education Coalition, “{SENTENCE},” in {EDITION['edition']}, Finding {ID}, "
        f"version {__version__}, 2024, Data set, {DATA}."
    )


def test_cite__bibtex_is_safe_for_tex():
    text = FOUND.cite("bibtex", **EDITION)
    lines = text.splitlines()
    assert lines[0] == f"@dataset{{{ID},"
    assert lines[-1] == "}"
    assert "  author = {{Southeast Seattle Education Coalition}}," in lines
    assert "  year = {2024}," in lines
    assert "  title = {{In 2016--17, 32.9 percent" in text
    assert r"ela\_met" in text
    assert text.count("{") == text.count("}")
    assert f"  url = {{{PAGE}}}," in on_site("bibtex").splitlines()
    assert "url = " not in text
    assert "year" not in FOUND.cite("bibtex")


def test_cite__gives_the_address_of_all_data_the_newest_last_and_none_of_made_up_data():
    record = {
        "id": "sesec:a",
        "sentence": "A.",
        "source_ids": "ospi_enrollment@2022; ospi_discipline@2019; ospi_discipline@2018",
    }
    _, newest = catalog.release("ospi_enrollment@2022")
    address = (
        f"https://data.wa.gov/d/{newest.dataset_id}"
        if newest.dataset_id
        else "https://data.wa.gov/"
    )
    text = citation.cite(record)
    assert text.endswith(f", {address}.")
    assert text.count(address) == text.count(ADDRESS) == 1
    assert text.index("2017-18") < text.index("2018-19") < text.index(ADDRESS)
    for style in citation.STYLES:
        made_up = citation.cite(record | {"source_ids": "synthetic"}, style)
        assert "http" not in made_up
        assert "Synthetic data" in made_up


def test_tex__escapes_every_special_sign():
    cited = Cited("a", r"50 % of A&B_$#{}~^\ –", "", "")
    assert (
        r"  title = {{50 \% of A\&B\_\$\#\{\}\textasciitilde{}\textasciicircum{}\textbackslash{} --}},"
        in citation.fill(cited, "bibtex")
    )


def test_cite__csl_is_json_that_a_reference_manager_reads():
    (entry,) = json.loads(on_site("csl"))
    assert entry["type"] == "dataset"
    assert entry["id"] == FOUND.id
    assert (entry["genre"], entry["title"]) == (f"Finding {ID}", SENTENCE)
    assert "<" not in FOUND.cite("csl")
    assert entry["author"] == [{"literal": "Southeast Seattle Education Coalition"}]
    assert entry["issued"] == {"date-parts": [[2024]]}
    assert entry["container-title"] == EDITION["edition"]
    assert entry["URL"] == PAGE
    assert "URL" not in FOUND.cite("csl")
    assert json.loads(FOUND.cite("csl"))[0]["issued"] == {"literal": "n.d."}


TITLES = (
    SENTENCE,
    "39 percent of answers to “proud of my school” were good",
    "gap of −3.1 points; 50% of A&B_$#{}~^\\ <i>x</i>",
    "Is it so?",
)
EDITIONS = ("Report, 2016–17: A & B_", None)
CITED = itertools.product(citation.STYLES, EDITIONS, (2024, None), (ADDRESS, ""), TITLES)


@pytest.mark.slow
@pytest.mark.proof(
    "Citations are what the processor makes of the whole item",
    seed=4,
    tried="every style, with and without an edition, a year, and an address",
)
@pytest.mark.parametrize(
    ("style", "edition", "published", "url", "title"), proofs.sample(CITED, 6, seed=4)
)
def test_fill__is_what_the_processor_makes_of_the_whole_item(style, edition, published, url, title):
    cited = Cited(ID, title, "OSPI, A (2018–19), https://a.b/c; OSPI, B", url, edition, published)
    assert citation.fill(cited, style) == citation.process_citation(cited, style)


@pytest.mark.parametrize("style", citation.STYLES)
def test_cite__names_the_license_only_where_one_is_set(style):
    assert "License" not in FOUND.cite(style, **EDITION)
    cited = citation.cite(FOUND.record(), style, **EDITION, licence="CC BY 4.0")
    assert "License: CC BY 4.0" in cited
    of_item = citation.cited_finding(FOUND.record(), **EDITION, licence="CC BY 4.0")
    assert cited == citation.process_citation(of_item, style)


def test_source_line__joins_years_that_follow_each_other():
    years = (2015, 2016, 2017, 2019)
    line = str(citation.source_line_text("; ".join(f"ospi_discipline@{year}" for year in years)))
    assert line == "Source: OSPI, Report Card Discipline, 2014–15 to 2016–17, 2018–19."
