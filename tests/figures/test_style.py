"""The look: for a block or for good, and every new plot held to the same rules of words and bytes."""

import ast
import inspect
import itertools
import os
import re
from functools import cache
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import seaborn as sns
from estimate_samples import estimates, ratio
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text
from plot_samples import PLOTS, plotted
from printed_samples import as_printed

import sesec_analysis as sa
from sesec_analysis.evidence.finding import findings
from sesec_analysis.figures import figure as figures_figure
from sesec_analysis.figures import glance, style
from sesec_analysis.figures.style import level_scale, spread

ROOT = Path(__file__).parents[2]
PACKAGE = "sesec_analysis.figures"
FIGURES = ROOT / "sesec_analysis" / "figures"
CAPTIONS = "sesec_analysis.evidence.pictured"
GALLERY = ROOT / "docs" / "GALLERY.md"
BEFORE = 3904
"""Lines of figures/ that set seven plots in inches."""
WITH_WORDS = 3031
"""Lines of figures/ with the words that stand beside a picture."""
ELSEWHERE = 44
"""Lines that tell what is in focus, and the order: now in evidence/pictured/standing.py and evidence/finding.py."""


def test_style__holds_for_a_block_and_leaves_no_trace():
    before = dict(mpl.rcParams)
    with sa.style():
        assert mpl.rcParams["font.family"] == ["DejaVu Sans"]
        assert not mpl.rcParams["axes.spines.top"]
    assert dict(mpl.rcParams) == before


def test_style__is_a_sheet_that_matplotlib_knows():
    with plt.style.context("sesec_analysis.figures.sesec"):
        assert mpl.rcParams["font.family"] == ["DejaVu Sans"]
        assert not mpl.rcParams["axes.spines.top"]


def test_shade__is_so_light_that_dark_words_can_be_read_on_it():
    assert min(style.shade("#000000")) > 0.8


@pytest.mark.slow
@pytest.mark.parametrize("name", PLOTS)
def test_plots__words_do_not_overlap_and_stand_on_the_page(name):
    made = plotted(name).figure
    made.draw_without_rendering()
    drawn = [one for one in made.findobj(Text) if one.get_visible() and one.get_text().strip()]
    boxes = [(one.get_text(), Text.get_window_extent(one)) for one in drawn]
    for text, box in boxes:
        assert min(box.x0, box.y0) >= 0, text
        assert box.x1 <= made.bbox.x1, text
        assert box.y1 <= made.bbox.y1, text
    for (text, box), (other, beside) in itertools.combinations(boxes, 2):
        wide = min(box.x1, beside.x1) - max(box.x0, beside.x0)
        tall = min(box.y1, beside.y1) - max(box.y0, beside.y0)
        assert wide <= 1 or tall <= 1, f"{text!r} and {other!r}"
    assert min(one.get_fontsize() for one in drawn) >= 9


@pytest.mark.slow
@pytest.mark.parametrize("name", PLOTS)
def test_plots__are_the_same_to_the_byte_and_of_printed_numbers_alone(name, monkeypatch):
    drawn = plotted(name)
    for module in (figures_figure, glance):
        monkeypatch.setattr(module, "findings", as_printed)
    again = PLOTS[name]()
    assert again.svg == drawn.svg
    assert again.png == drawn.png
    assert plt.get_fignums() == []


@pytest.mark.slow
@pytest.mark.parametrize("name", PLOTS)
def test_plots__say_everything_in_words(name):
    made = plotted(name)
    assert ": " in made.alt
    assert len(made.alt) <= 250
    assert made.source_line.startswith("Source: ")
    assert made.table.rows
    assert not re.search(
        r"\bNone\b|\bnan\b|\{", f"{made.long_description} {made.caption} {made.alt}"
    )
    told = [
        one
        for one in made.findings
        if one.row.publish != "nothing" and one.row.measure in ("rate", "average")
    ]
    assert all(one.printed.value in made.long_description for one in told)


ABOUT = """\
# The plots

Each public plot, the seaborn functions that draw its marks, its module, how many lines of that module it runs through,
and how many the module has. Seaborn never averages: one row of ESTIMATES is one mark. Looks, scales, marks, intervals
and ranges, and names beside marks stand in `figures/style.py`; one question, titles, keys and layout, in
`figures/figure.py`; what is told, and the figure's CSV, in `evidence/pictured/captions.py`. These three and its own
module are all that one opens to read a plot, and what it draws is laid out there; figures, labels and numbers come from
`evidence/` as they do for sentences and tables. Written by `tests/figures/test_style.py`; `WRITE_GALLERY=1` renews it.

| plot | seaborn | module | its lines | lines | modules to open |
|---|---|---|---:|---:|---:|
"""


def opens(module):
    """Return what one opens to read another module: those of figures/, and the captions, in turn with theirs."""
    found, todo = set(), [module]
    while todo:
        tree = ast.parse((FIGURES / f"{todo.pop()}.py").read_text("utf-8"))
        for node in ast.walk(tree):
            names = {alias.name for alias in getattr(node, "names", ()) if hasattr(alias, "asname")}
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
                own = node.module.removeprefix(PACKAGE).strip(".")
                todo += ({own} if own else names) - found
                found |= {own} if own else names
            elif isinstance(node, ast.ImportFrom) and node.module == CAPTIONS:
                found |= names & {"captions"}
    return found


def test_plots__are_read_in_four_modules_at_most():
    modules = {
        inspect.getmodule(inspect.unwrap(getattr(sa, name))).__name__
        for name in sa.__all__
        if name.startswith("plot_")
    }
    opened = {name: {name} | opens(name) for name in (one.rpartition(".")[2] for one in modules)}
    assert {name: found for name, found in opened.items() if len(found) > 4} == {}


@cache
def parts(module):
    """Return what a module of figures/ has at its top by name: functions, classes and what is assigned."""
    named = {}
    for node in ast.parse((FIGURES / f"{module}.py").read_text("utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [node]
        named |= {getattr(one, "name", getattr(one, "id", "")): node for one in targets}
    return named


def run_through(module, name):
    """Return the parts of figures/ that a plot uses, by module and name, whatever they use in turn with it."""
    every = {path.stem: parts(path.stem) for path in FIGURES.glob("*.py")}
    found, todo = {}, [(module, name)]
    while todo:
        at, what = todo.pop()
        if (at, what) in found or what not in every[at]:
            continue
        found[at, what] = every[at][what]
        nodes = list(ast.walk(every[at][what]))
        own = {
            one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
        }
        for node in nodes:
            if isinstance(node, ast.Name) and node.id not in own:
                todo.append((at, node.id))
            elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in every:
                todo.append((node.value.id, node.attr))
    return found


@cache
def gallery():
    """Return the page that lists each public plot: its seaborn calls, its module and its lines."""
    modules = {path.stem: path.read_text("utf-8") for path in sorted(FIGURES.glob("*.py"))}
    lines = {name: text.count("\n") for name, text in modules.items()}
    rows = []
    for name in (one for one in sa.__all__ if one.startswith("plot_")):
        module = inspect.getmodule(inspect.unwrap(getattr(sa, name))).__name__.rpartition(".")[2]
        used = run_through(module, name)
        calls = {
            f"`sns.{node.func.attr}`"
            for part in used.values()
            for node in ast.walk(part)
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("sns.")
        }
        own = sum(
            part.end_lineno - part.lineno + 1 for (at, _), part in used.items() if at == module
        )
        cells = (
            f"`sa.{name}`",
            ", ".join(sorted(calls)),
            f"`figures/{module}.py`",
            own,
            lines[module],
        )
        rows.append(f"| {' | '.join(map(str, cells))} | {len({module} | opens(module))} |\n")
    told = (ROOT / f"{CAPTIONS.replace('.', '/')}/captions.py").read_text("utf-8").count("\n")
    left, moved = sum(lines.values()), told + ELSEWHERE
    gone = WITH_WORDS - left - moved
    whole = f"""
Lines of `figures/` in all: {left:,}, for {len(rows)} plots; before, {BEFORE:,} for 7, and {WITH_WORDS:,} for 13 when
the words and the record of a figure stood there too. Of those, {moved} are in `evidence/` now: {told} are
`evidence/pictured/captions.py`, {ELSEWHERE} went to `standing.py` beside it and to `finding.py`; {gone} are gone.
"""
    return f"{ABOUT}{''.join(rows)}{whole}"


def test_gallery__names_the_calls_that_are_made_and_no_others():
    assert "`sns.FacetGrid`" not in gallery().split("`sa.plot_trend`")[1].split("|")[1]
    assert "`sns.swarmplot`" in gallery().split("`sa.plot_schools`")[1].split("|")[1]
    called = []
    for name in ("FacetGrid", "lineplot", "scatterplot"):
        own = getattr(sns, name)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                sns,
                name,
                lambda *args, own=own, name=name, **how: called.append(name) or own(*args, **how),
            )
            PLOTS["slopes"]()
    told = gallery().split("`sa.plot_slopes`")[1].split("|")[1]
    assert {f"`sns.{name}`" for name in called} == set(told.strip().split(", "))


def test_gallery__lists_every_public_plot():
    if os.environ.get("WRITE_GALLERY"):
        GALLERY.write_text(gallery(), encoding="utf-8")
    assert GALLERY.read_text("utf-8") == gallery()


def test_plots__say_in_their_help_what_they_return_and_how_they_are_called():
    for plot in (sa.plot_rates, sa.plot_trend, sa.plot_schools, sa.plot_expected):
        assert "Every plot returns a `ReportFigure`, or a `Notice`" in plot.__doc__
        assert {"estimates", "focus"} <= set(inspect.signature(plot).parameters)


PLACES = st.lists(st.floats(0, 10, allow_nan=False), min_size=1, max_size=12)


def test_spread__moves_nothing_that_has_room():
    assert spread([1.0, 3.0, 2.0], [0.5, 0.5, 0.5], 0, 4) == pytest.approx([1.0, 3.0, 2.0])


def test_spread__shares_the_way_between_neighbours():
    assert spread([2.0, 2.0], [1.0, 1.0], 0, 4) == pytest.approx([1.5, 2.5])
    assert spread([0.0, 0.0], [1.0, 1.0], 0, 4) == pytest.approx([0.5, 1.5])
    assert spread([4.0, 4.0], [1.0, 1.0], 0, 4) == pytest.approx([2.5, 3.5])


@given(PLACES, st.floats(0.1, 0.8))
def test_spread__never_overlaps_and_stays_inside(wanted, size):
    centres = spread(wanted, [size] * len(wanted), 0, 10)
    for one, other in itertools.combinations(centres, 2):
        assert abs(one - other) >= size - 1e-6
    assert all(size / 2 - 1e-6 <= centre <= 10 - size / 2 + 1e-6 for centre in centres)
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    assert [centres[at] for at in order] == sorted(centres)


@given(st.lists(st.floats(0, 1), min_size=1))
def test_level_scale__begins_at_zero_and_cuts_nothing(rates):
    axis = level_scale(rates, "proportion")
    assert axis.low == 0 <= max(rates) <= axis.high <= 1


def test_scales__have_round_labels_in_the_unit_and_twice_as_far_from_equal_as_half():
    dollars = level_scale([14_950, 23_660], "dollars_per_student")
    assert dollars.labels == ["$0", "$5,000", "$10,000", "$15,000", "$20,000", "$25,000"]
    assert level_scale([0.08], "proportion").labels == ["0%", "2%", "4%", "6%", "8%", "10%"]
    row = findings(estimates([ratio(20, 50, 10, 60)]))[0].row
    assert style.scale_of([0.9, 6.4], row).labels == ["0.5×", "1×", "2×", "4×", "8×"]
