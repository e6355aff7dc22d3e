"""What a notebook says beyond what figures can, and words to avoid, are refused before it runs."""

import pytest
from report_samples import code, notebook, text

from sesec_analysis import catalog
from sesec_analysis.editions.texts.prose_lint import avoided_in, check, faults_of_text
from sesec_analysis.errors import EditionError


def test_avoided_in__finds_every_word_of_the_list_and_leaves_quotations_alone():
    for entry in catalog.words_to_avoid():
        for word in entry.words:
            said = f"These are {word.removesuffix('*')} here."
            assert avoided_in(said), word
            assert avoided_in(said.replace("-", " ")), word
            assert not avoided_in(f"They call it “{said}”"), word


def test_avoided_in__takes_no_word_for_part_of_another():
    fair = "Minorcan failings, unfailing; the risk of students; a poorly lit school; low rates."
    assert avoided_in(fair) == []


@pytest.mark.parametrize(
    "said",
    [
        "Still true of dollars budgeted.",
        "Rates fell due to closures.",
        "Smaller classes led to higher rates in 2018–19.",
    ],
)
def test_faults_of_text__refuses_what_figures_do_not_say(said):
    assert list(faults_of_text(said))
    with pytest.raises(EditionError, match="section 'Learning'"):
        check(notebook(text(f"## Learning\n\n{said}")), where="notebooks/a.ipynb")


@pytest.mark.parametrize(
    "said",
    [
        "The share was 73 percent in 2010–11; in 2023–24 it is no longer above 60.",
        "They call it “still true”.",
        "Some requirements could be waived because of the pandemic (WAC 180-111-050).",
    ],
)
def test_faults_of_text__allows_both_years_a_quotation_or_a_source(said):
    assert list(faults_of_text(said)) == []
    check(notebook(text(f"## Learning\n\n{said}")), where="notebooks/a.ipynb")


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        ([text("## Learning\n\nFor at-risk students.")], "section 'Learning'"),
        ([text("## Failing schools")], "section 'Failing schools'"),
        (
            [code('sa.plot_rates(rates, title="Non-white", subtitle="b")', tag="figure-a")],
            "cell tagged figure-a",
        ),
    ],
)
def test_check__names_the_place_of_a_word_to_avoid_and_a_better_one(cells, where):
    with pytest.raises(EditionError) as refused:
        check(notebook(*cells), where="notebooks/a.ipynb")
    assert where in refused.value.what
    assert "Better:" in refused.value.what
    assert refused.value.where == "notebooks/a.ipynb"


def test_check__reads_the_titles_of_the_edition_and_no_code():
    made = notebook(text("## Learning\n\nCall `still` or [this](https://e.org/still)."))
    check(made, where="a", titles=("Equity Report",))
    with pytest.raises(EditionError, match="its title: 'Failing'"):
        check(made, where="a", titles=("Failing schools",))


@pytest.mark.slow
def test_texts__of_ours_have_no_word_to_avoid_and_say_no_more_than_figures_do(every_text):
    allowed = {
        "No longer holds",
        "× No longer holds",
        "{part}: no longer holds ({why})",
    }  # with their rows
    advice = ("Do not say what caused it", "and the id, leads to it")
    texts = {one if isinstance(one, str) else " ".join(one) for one in every_text}
    assert [(said, found) for said in texts for found, _ in avoided_in(said)] == []
    years = {said: said.replace("{then}", "2017–18").replace("{now}", "2024–25") for said in texts}
    assert [
        (said, faults)
        for said in texts - allowed
        if not any(words in said for words in advice) and (faults := [*faults_of_text(years[said])])
    ] == []
