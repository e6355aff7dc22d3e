"""Citations: complete, in four styles, and nothing in them that the catalog does not know."""

import json

import pytest
from estimate_samples import estimates, rate

from sesec_analysis import __version__, catalog
from sesec_analysis.errors import CatalogError, DataError
from sesec_analysis.publishing import citation
from sesec_analysis.publishing.findings import findings

EDITION = {"edition": "2024 Southeast Seattle school equity report", "published": 2024}
FOUND = findings(estimates([rate(71, 216)]))[0]
DATA = "Washington State Office of Superintendent of Public Instruction, Report Card Discipline for 2018-19"


def test_cite__apa():
    assert FOUND.cite(**EDITION).startswith(
        "Southeast Seattle Education Coalition. (2024). In 2016–17, 32.9 percent of Black students in grade 3 in "
        "Southeast Seattle met the state standard in English language arts (Finding "
        f"sesec:rate.ela_met.2017.03.southeast_seattle.black, version {__version__}) [Data set]. "
        f"In 2024 Southeast Seattle school equity report. Data: {DATA}"
    )


def test_cite__chicago():
    text = FOUND.cite("chicago", **EDITION)
    assert text.startswith("Southeast Seattle Education Coalition, “In 2016–17, 32.9 percent")
    assert "in 2024 Southeast Seattle school equity report (Seattle, 2024), data from " in text
    assert FOUND.cite("chicago").count("n.d.") == 1


def test_cite__bibtex_is_safe_for_tex():
    text = FOUND.cite("bibtex", **EDITION)
    lines = text.splitlines()
    assert lines[0] == "@misc{sesec:rate.ela_met.2017.03.southeast_seattle.black,"
    assert lines[-1] == "}"
    assert "  author = {{Southeast Seattle Education Coalition}}," in lines
    assert "  year = {2024}," in lines
    assert "  title = {{In 2016--17, 32.9 percent" in text
    assert r"ela\_met" in text
    assert text.count("{") == text.count("}")
    assert "  url = {https://data.wa.gov/d/fwbr-3ker}," in lines
    assert "year" not in FOUND.cite("bibtex")


def test_cite__bibtex_gives_the_address_of_the_newest_data_and_none_of_made_up_data():
    record = {
        "id": "sesec:a",
        "sentence": "A.",
        "source_ids": "ospi_discipline@2019; ospi_enrollment@2022",
    }
    _, newest = catalog.release("ospi_enrollment@2022")
    address = (
        f"https://data.wa.gov/d/{newest.dataset_id}"
        if newest.dataset_id
        else "https://data.wa.gov/"
    )
    assert f"  url = {{{address}}}," in citation.cite(record, "bibtex")
    assert "url =" not in citation.cite(record | {"source_ids": "synthetic"}, "bibtex")


def test_tex__escapes_every_special_sign():
    assert citation._tex(r"50 % of A&B_$#{}~^\ –") == (
        r"50 \% of A\&B\_\$\#\{\}\textasciitilde{}\textasciicircum{}\textbackslash{} --"
    )


def test_cite__csl_is_json_that_a_reference_manager_reads():
    (entry,) = json.loads(FOUND.cite("csl", **EDITION))
    assert entry["type"] == "dataset"
    assert entry["id"] == FOUND.id
    assert entry["author"] == [{"literal": "Southeast Seattle Education Coalition"}]
    assert entry["issued"] == {"date-parts": [[2024]]}
    assert entry["container-title"] == EDITION["edition"]
    assert "issued" not in json.loads(FOUND.cite("csl"))[0]


def test_cite__works_on_a_record_read_back():
    record = json.loads(json.dumps(FOUND.record()))
    for style in citation.STYLES:
        assert citation.cite(record, style, **EDITION) == FOUND.cite(style, **EDITION)


def test_cite__refuses_an_unknown_style_and_an_unknown_source():
    with pytest.raises(DataError, match="no citation style 'mla'") as refusal:
        FOUND.cite("mla")
    assert refusal.value.known == ["apa", "chicago", "bibtex", "csl"]
    with pytest.raises(CatalogError, match="no release '1999'"):
        citation.source_text("ospi_discipline@1999")


def test_source_text__tells_publisher_title_dataset_and_address():
    text = citation.source_text("ospi_discipline@2019")
    _, release = catalog.release("ospi_discipline@2019")
    assert text.startswith(f"{DATA} (dataset {release.dataset_id}")
    assert text.endswith(f"https://data.wa.gov/d/{release.dataset_id}")


def test_source_text__without_a_dataset_gives_the_address_of_the_source():
    source, release = catalog.release("ospi_assessment_2017@2017")
    assert release.dataset_id is None
    assert citation.source_text("ospi_assessment_2017@2017").endswith(source.url)


@pytest.mark.parametrize("retrieved", [None, "2025-01-24"])
def test_source_text__says_when_it_was_retrieved_only_if_the_catalog_does(monkeypatch, retrieved):
    source, release = catalog.release("ospi_discipline@2019")
    told = release.model_copy(update={"retrieved": retrieved, "title": "Discipline"})
    monkeypatch.setattr(catalog, "release", lambda _: (source, told))
    text = citation.source_text("ospi_discipline@2019")
    assert ("retrieved 2025-01-24" in text) == (retrieved is not None)
    assert "school year 2018-19" in text


def test_source_line__joins_years_that_follow_each_other():
    years = (2015, 2016, 2017, 2019)
    line = citation.source_line("; ".join(f"ospi_discipline@{year}" for year in years))
    assert line == "Source: OSPI, Report Card Discipline, 2014–15 to 2016–17, 2018–19."


def test_source__says_when_data_are_made_up():
    ids = "ospi_discipline@2019; synthetic@2019"
    assert citation.is_synthetic(ids)
    assert "Synthetic data" in citation.source_line(ids)
    assert "no real school" in citation.source_text(ids)
