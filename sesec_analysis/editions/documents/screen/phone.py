"""Draw a figure of a report a second time for a narrow screen: small panels under each other, their words beside them.

Each mark stands where the numbers of its finding put it, so that nothing has to be measured, and no word can overlap.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from sesec_analysis import catalog, schema
from sesec_analysis.editions.documents.model import FigureBlock
from sesec_analysis.editions.documents.screen.panels import (
    CLASSES,
    Bracket,
    Kin,
    Panel,
    PanelAxis,
    Run,
    Spot,
    number_of,
    place_map,
    results_maps,
)
from sesec_analysis.evidence.answers import Outcome, answer
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.pictured import captions, side_by_side
from sesec_analysis.evidence.row import Record
from sesec_analysis.i18n import ENGLISH
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Name, Renderer, Text, Year, _

__all__ = ["key_of", "of_figure"]


class _View(NamedTuple):
    """A figure to be drawn, the code of the place in focus, what renders its words, and decisions by id."""

    block: FigureBlock
    place: object
    words: Renderer
    decisions: Mapping[str, Any]


def of_figure(
    block: FigureBlock,
    place: object,
    language: str = ENGLISH,
    decisions: Mapping[str, Any] | None = None,
) -> list[Panel]:
    """Return a figure as panels for a narrow screen; empty if it draws no rates, averages, gaps, ratios or schools.

    ``place`` is the code of the place in focus; the words of the block and its findings are in the language already.
    ``decisions`` are those of the document (`Finding.decisions`).
    """
    view = _View(block, place, Renderer(language), decisions or {})
    made = block.made_from
    kind = made.kind if made else ""
    levels = [one for one in block.findings if one.get("measure") in ("rate", "count", "average")]
    rows = _group_records(levels, "indicator", "grade_level", "student_group_type", "student_group")
    if kind == "plot_levels":
        return [_of_levels(block)]
    if made and kind == "plot_map":
        return place_map(block.table.rows, made.options["place"])
    if made and kind == "plot_results_map":
        sides = {name: made.options[name] for name in ("place", "compare_to")}
        return results_maps(_findings(view), **sides, words=view.words)
    if made and kind == "plot_at_a_glance":
        return _glance(view, made.options["place"], made.options["reference"])
    if kind in ("plot_need", "plot_expected") and len(rows) == 2:
        up, across = sorted(rows, key=lambda row: _is_share(row[0]))
        return [_pairs(across, up, view)]
    if any(one["organization_level"] == "school" for one in levels):
        return [_of_schools(row, view) for row in rows]
    if levels:
        return _rows(levels, view)
    units, kinds = (
        {one[name] for one in block.findings} for name in ("unit", "organization_level")
    )
    is_compared = units in ({"points"}, {"ratio"}) and "school" not in kinds
    return _rows(block.findings, view) if is_compared else []


def _of_levels(block: FigureBlock) -> Panel:
    """Return the levels of schools in words, a line for each school, with the years over them."""
    head, *years = block.table.columns
    rows = [(school, [level or "–" for level in levels]) for school, *levels in block.table.rows]
    return Panel("", 0, (), "rows", told=[(head.label, [year.label for year in years]), *rows])


def _findings(view: _View) -> list[Finding]:
    """Return the findings of a figure, as they were decided."""
    given = view.block.findings
    return [Finding.from_record(one, view.decisions.get(str(one["id"]), {})) for one in given]


_DRAWN = ("estimate", "bound_high", "bound_low")
_CHANCE, _REACH = ("ci_low", "ci_high"), ("outer_low", "outer_high")
"""What is drawn of a number; on a line of one year, and where the figure shades it, also how far chance could move a
number or a range."""


def _rows(records: Sequence[Record], view: _View) -> list[Panel]:
    """Return a panel for each question and group; all have one axis."""
    values = {name: {str(one[name]) for one in records} for name in ("title", "label", "measure")}
    names = [name for name, several in values.items() if len(several) > 1]
    years = sorted({_year(one) for one in records})
    drawn: tuple[str, ...] = _DRAWN if years[1:] else (*_DRAWN, *_CHANCE)
    if _is_shaded(view):
        drawn = (*_DRAWN, *_CHANCE, *_REACH)
    shared = PanelAxis.over(records, view.words, ends=drawn, is_close=bool(years[1:]))
    panels = []
    # As in the picture, whose notes name them, nothing is drawn of a group of which nothing may be shown.
    parts = [
        part
        for part in _group_records(records, *names)
        if any(one["publish"] != "nothing" for one in part)
    ]
    focus = _focus_of(records, view)
    is_one = not parts[1:] or any(one["measure"] == "gap" for one in view.block.findings)
    for row in sorted(parts, key=lambda row: focus not in ("", row[0]["student_group"])):
        title = ", ".join(str(row[0][name]) for name in names)
        if years[1:]:
            panels.append(_over_years(row, title, shared, view, _YEARS if is_one else _SEVERAL))
        else:
            panels.append(_strip(row, title, shared, view))
        panels[-1].is_quiet = focus not in ("", row[0]["student_group"])
    for made in panels[:-1]:
        if made.ends == panels[-1].ends:
            made.ends = ()  # the axis that they share is under the last
    return panels


def _is_shaded(view: _View) -> bool:
    """Return whether a figure shades how far chance could move its lines."""
    made = view.block.made_from
    return made is not None and made.kind == "plot_trend"


def _focus_of(records: Sequence[Record], view: _View) -> str:
    """Return the group that a figure puts first, in bold; empty if it puts none first."""
    made = view.block.made_from
    focus = str(made.options.get("focus", "")) if made else ""
    return focus if focus in {one["student_group"] for one in records} else ""


def key_of(
    block: FigureBlock,
    panels: Sequence[Panel],
    place: object,
    language: str = ENGLISH,
    decisions: Mapping[str, Any] | None = None,
) -> list[tuple[str, str]]:
    """Return which marks the panels have, by the name of their style, and what each means."""
    words = Renderer(language)
    drawn = {str(spot.whose) for panel in panels for spot in panel.spots}
    drawn |= {str(run.whose) for panel in panels for run in panel.runs}
    if any(whose.endswith(" worse") for whose in drawn):  # of either side, the shape says which
        drawn |= {"lower worse", *(whose.split()[0] for whose in drawn)}
    told = {label for panel in panels for label, _words in panel.told}
    # A part of a place, as its elementary schools, comes after it.
    names = {_whose(one, place): str(one["place"]) for one in reversed(block.findings)}
    here = Name("place_plain", str(place)) if str(place) in catalog.places() else None
    names["school"] = words(_("School in {place}", place=here))
    names["peer"] = words(Text(N_("Other public schools")))
    names["empty"] = words(Text(N_("no data")))
    names |= {kind: words(Text(name)) for kind, name in CLASSES.items()}
    kinds: tuple[Kin, ...] = ("here", "there", "district", "school", "peer", "empty", *CLASSES)
    key = [
        (str(kind), names[kind])
        for kind in kinds
        if kind in names and (kind in drawn or names[kind] in told)
    ]
    if others := _others(_View(block, place, words, decisions or {})):
        key.append(("even", words(others.text)))
    is_range = any(spot.is_range for panel in panels for spot in panel.spots)
    if is_range and any(whose.startswith("chance ") for whose in drawn):
        key.append(("shade", words(Text(N_("range and chance together")))))
    if is_range:
        rules = [str(one["rule"]) for one in block.findings if one["publish"] == "range"]
        key.append(("range", words(captions.band(str(block.findings[0]["unit"]), rules))))
    return key


_LOW, _YEARS, _SEVERAL, _PAIRS = 10, 40, 28, 64
"""How tall a panel of one line is, one over the years (155 pixels on most phones), one of several (120), and
one of schools by two figures."""


def _group_records(records: Iterable[Record], *names: str) -> list[list[Record]]:
    made: dict[tuple[object, ...], list[Record]] = {}
    for one in records:
        made.setdefault(tuple(one[name] for name in names), []).append(one)
    return list(made.values())


def _is_share(record: Record) -> bool:
    """Return whether it is how many of all students a group is."""
    return record["indicator"] == "enrollment"


def _whose(record: Record, place: object) -> Kin:
    known, code = catalog.places(), str(record["organization_id"])
    if record["organization_level"] != "school":
        is_district = code in known and known[code].whole_district
        return "here" if code == place else "district" if is_district else "there"
    return "school" if str(place) in known and code in known[str(place)].schools else "peer"


# panels ------------------------------------------------------------------------------------------


_ORDER = (
    "empty",
    "chance there",
    "chance district",
    "chance here",
    "stop",
    "even",
    "peer",
    "school",
    "district",
    "there",
    "here",
)  # the last lies on top


def _question_title(record: Record, words: Renderer) -> str:
    if not _is_share(record):
        return str(record["title"])
    what = Name("titles_within", str(record["indicator"]))
    group = Name("label", str(record["student_group"]))
    return words(_("{group}: {what}", group=group, what=what))


def _over_years(
    row: Sequence[Record], title: str, axis: PanelAxis, view: _View, tall: int
) -> Panel:
    """Return places over the years, which are named by their ends."""
    years = min(map(_year, row)), max(map(_year, row))
    panel = Panel(title, tall, tuple(map(str, years)), "years", axis.words[::-1])
    lines = _group_records(row, "organization_id")
    for line in sorted(lines, key=lambda one: _whose(one[0], view.place) != "here"):
        panel.told.append((str(line[0]["place"]), _then_and_now(line, years, view)))
        _line(panel, line, axis, years, view.place)
        if _is_shaded(view):
            _shade(panel, line, axis, years, view.place)
    if others := _others_over_years(row, view):
        name = view.words(Text("{reference_title}", of=others[0].ratio, capital=True))
        ends = (view.words(Text("{reference_whole}", of=others[at].ratio)) for at in (0, -1))
        panel.told.append((name, [" → ".join(ends)]))
        _line(panel, [one.record for one in others], axis, years, view.place)
    panel.brackets = _brackets(row, axis, years, view)
    for before, after in pairwise(sorted({_year(one) for one in row})):
        if after - before > 1:
            start, end = (_across(year, years) for year in (before + 0.5, after - 0.5))
            panel.runs.append(Run("empty", f"M{start} 0H{end}V{tall}H{start}Z"))
    if axis.zero is not None:
        panel.runs.append(Run("even", f"M0 {tall * axis.zero / 100:g}H100"))
    return _stacked(panel)


def _strip(row: Sequence[Record], title: str, axis: PanelAxis, view: _View) -> Panel:
    """Return places side by side on one line, and over it the rate of all other students or no difference."""
    panel = Panel(title, _LOW, axis.words)
    several = len({one["organization_id"] for one in row}) > 1
    for record in row:
        why = f" ({record['reason']})" if record["publish"] == "nothing" else ""
        value = [f"{_value(record, view)}{why}", *_students(record, view)]
        panel.told.append((str(record["place"]), value))
        whose, ends = _whose(record, view.place), axis.ends(record)
        if ends is None:
            continue
        y = {"here": 3.2, "there": 6.8, "district": 6.8}.get(whose, 5.0) if several else 5.0
        panel.spots.append(Spot(whose, ends[0], y, round(ends[1] - ends[0], 2)))
        chance = [number_of(record[end]) for end in _CHANCE if record[end] is not None]
        if record["publish"] == "point" and len(chance) == 2:
            panel.runs.append(Run(whose, f"M{axis.at(chance[0])} {y}H{axis.at(chance[1])}"))
    others = _others(view)
    upright = axis.at(others.rate) if others else axis.zero
    if upright is not None:
        panel.runs.append(Run("even", f"M{upright:g} 0V{_LOW}"))
    return _stacked(panel)


def _stacked(panel: Panel) -> Panel:
    """Return a panel whose marks lie over each other in their order, that of the place in focus on top."""
    panel.spots.sort(key=lambda spot: _ORDER.index(spot.whose))
    panel.runs.sort(key=lambda run: _ORDER.index(run.whose))
    return panel


class _Others(NamedTuple):
    """The rate of all other students than those of a group, and what is said of it."""

    rate: float
    text: Text


def _others(view: _View) -> _Others | None:
    """Return the rate of all other students where a figure of groups draws it, from the ratio of a group to them."""
    kind = view.block.made_from.kind if view.block.made_from else ""
    ratios = [one for one in view.block.findings if one["measure"] == "ratio"]
    for found in (_finding_in_view(one, view) for one in ratios if kind == "plot_rates"):
        if side_by_side.has_others(found):
            value = Text("{reference_whole}", of=found)
            told = _(N_("All other students: {value}"), value=value)
            return _Others(side_by_side.rate_of_others(found), told)
    return None


class _OfYear(NamedTuple):
    """The ratio of a group to all other students in a year, and their rate as a record."""

    ratio: Finding
    record: Record


def _others_over_years(row: Sequence[Record], view: _View) -> list[_OfYear]:
    """Return the rates of all other students over the years, from the ratios of a group to them."""
    by_year = {_year(one): one for one in row}
    others = []
    for one in view.block.findings:
        found = _finding_in_view(one, view) if one["measure"] == "ratio" else None
        if found is None or _year(one) not in by_year or not side_by_side.has_others(found):
            continue
        known = {"publish": "point", "estimate": side_by_side.rate_of_others(found)}
        known |= {"bound_low": None, "bound_high": None, "organization_id": found.row.reference}
        others.append(_OfYear(found, {**by_year[_year(one)], **known}))
    return sorted(others, key=lambda one: one.ratio.row.end_year)


def _finding_in_view(record: Record, view: _View) -> Finding:
    return Finding.from_record(record, view.decisions.get(str(record["id"]), {}))


def _value(record: Record, view: _View) -> str:
    """Return a number in whole percents, as figures of the page have it."""
    value = str(record["value"])
    if "." not in value or str(record["unit"]) not in schema.SHARES:
        return value
    return view.words(Text("{whole}", of=_finding_in_view(record, view)))


def _students(record: Record, view: _View) -> list[str]:
    """Return the number of students behind a rate, where the note of the figure says that it stands next to it."""
    made = view.block.made_from
    is_shown = record["publish"] != "nothing" and record.get("n") is not None
    if not made or made.kind != "plot_rates" or not is_shown:
        return []
    found = _finding_in_view(record, view)
    of = captions.of_students(found) if captions.counts(Findings((found,))) else None
    return [view.words(of)] if of else []


def _then_and_now(line: Sequence[Record], years: tuple[int, int], view: _View) -> list[str]:
    """Return the first value that the newest compares with, and the newest; with years if the panel has others."""
    newest = max(line, key=_year)
    earlier = catalog.earlier_years(str(newest["indicator"]), map(_year, line), _year(newest))
    ends = (next((one for one in line if _year(one) in earlier[:1]), newest), newest)
    if tuple(map(_year, ends)) == years:
        return [f"{_value(ends[0], view)} → {_value(ends[1], view)}"]
    return list(dict.fromkeys(f"{_value(one, view)} ({_year(one)})" for one in ends))


def _brackets(
    row: Sequence[Record], axis: PanelAxis, years: tuple[int, int], view: _View
) -> list[Bracket]:
    """Return how far two places are apart in the years in which the figure says so."""
    asked = ("indicator", "grade_level", "student_group_type", "student_group")
    known = {(one["organization_id"], _year(one)): axis.ends(one) for one in row}
    brackets = []
    for one in view.block.findings:
        is_asked = all(one[name] == row[0][name] for name in asked)
        year = _year(one)
        if one["measure"] != "gap" or not is_asked or row[0]["measure"] == "gap":
            continue
        found = _finding_in_view(one, view)
        answered = answer(found.row)
        both = [
            known.get((code, year)) for code in (found.row.organization_id, found.row.reference)
        ]
        if None in both or answered is None or answered.outcome is not Outcome.DIFFERS:
            continue
        top, foot = sorted(round(_YEARS * (1 - sum(ends) / 200), 2) for ends in both if ends)
        words = view.words(Text("{whole_size}", of=found))
        if year not in years:  # the axis names the first and the last
            words = f"{words}, {year}"
        whose: Kin = "worse" if side_by_side.is_worse(found) else "same"
        brackets.append(Bracket(whose, _across(year, years), top, foot, words))
    return brackets


def _line(
    panel: Panel, line: Sequence[Record], axis: PanelAxis, years: tuple[int, int], place: object
) -> None:
    """Draw a place over the years: a dot for a number, a bar for a range, and what lies between two of them."""
    (first, last), by_year = years, sorted(line, key=_year)
    whose = _whose(line[0], place)
    before: tuple[Record, float, float, float] | None = None
    stops = [at for at in _breaks(line[0]) if first < at <= last]
    made = [Run("stop", f"M{_across(at - 0.5, years)} 0V{panel.tall}") for at in stops]
    panel.runs += [run for run in made if run not in panel.runs]
    for one in by_year:
        ends, x = axis.ends(one), _across(_year(one), years)
        low, high = (round(panel.tall * (1 - end / 100), 2) for end in ends or (0.0, 0.0))
        if ends:
            panel.spots.append(Spot(whose, x, high, 0.0, round(low - high, 2)))
        if ends and before is not None and _joins(before[0], one, axis):
            was, at, under, over = before
            path = f"M{at} {under}L{x} {low}" + (
                f"V{high}L{at} {over}Z" if under > over or low > high else ""
            )
            panel.runs.append(Run(whose, path, _year(one) - _year(was) > 1))
        before = (one, x, low, high) if ends else None


def _shade(
    panel: Panel, line: Sequence[Record], axis: PanelAxis, years: tuple[int, int], place: object
) -> None:
    """Shade how far chance could move a place's numbers and ranges over the years."""
    whose: Kin = _CHANCE_OF[_whose(line[0], place)]
    for before, after in pairwise(sorted(line, key=_year)):
        both = [_reach(one, axis) for one in (before, after)]
        is_cut = any(_year(before) < at <= _year(after) for at in _breaks(after))
        if both[0] is None or both[1] is None or is_cut:
            continue
        (was_low, was_high), (low, high) = (
            [round(panel.tall * (1 - end / 100), 2) for end in ends] for ends in both if ends
        )
        at, x = (_across(_year(one), years) for one in (before, after))
        panel.runs.append(Run(whose, f"M{at} {was_low}L{x} {low}V{high}L{at} {was_high}Z"))


def _reach(record: Record, axis: PanelAxis) -> tuple[float, float] | None:
    """Return where chance could move what is shown of a number, in percent of an axis."""
    names = _CHANCE if record["publish"] == "point" else _REACH
    if axis.ends(record) is None or any(record[name] is None for name in names):
        return None
    low, high = (axis.at(number_of(record[name])) for name in names)
    return low, high


_CHANCE_OF: dict[Kin, Kin] = {
    "here": "chance here", "there": "chance there", "district": "chance district",
}  # fmt: skip


def _across(year: float, years: tuple[int, int]) -> float:
    """Return where a year stands, in percent of the width."""
    return round(100 * (year - years[0]) / max(years[1] - years[0], 1), 2)


def _joins(before: Record, after: Record, axis: PanelAxis) -> bool:
    """Return whether a line or band may lead from one to the next: both of a kind, and the same in both years."""
    is_cut = any(_year(before) < at <= _year(after) for at in _breaks(after))
    return axis.is_narrow(before) == axis.is_narrow(after) and not is_cut


def _breaks(record: Record) -> list[int]:
    return [stop.at for stop in catalog.indicator(str(record["indicator"])).breaks]


def _year(record: Record) -> int:
    return int(str(record["end_year"]))


def _of_schools(row: Sequence[Record], view: _View) -> Panel:
    """Return the schools of one figure, of the place on one line and others on another, and their places' values."""
    axis = PanelAxis.over(row, view.words)
    panel = Panel(_question_title(row[0], view.words), 2 * _LOW, axis.words, "schools")
    for one in row:
        if one["organization_level"] != "school":
            panel.told.append((str(one["place"]), [_value(one, view)]))
        if (ends := axis.ends(one)) is None:
            continue
        whose = _whose(one, view.place)
        line = _LOW / 2 if whose in ("here", "school") else 3 * _LOW / 2
        at, wide = ends[0], round(ends[1] - ends[0], 2)
        taken = {
            spot.y
            for spot in panel.spots
            if spot.whose == whose and abs(spot.x - at) < _DOT and not wide
        }
        free = (line + step for step in _STEPS_ASIDE if line + step not in taken)
        panel.spots.append(Spot(whose, at, next(free, line), wide))
    return _stacked(panel)


_DOT = 2.8
"""How wide the dot of a school is."""
_STEPS_ASIDE = (0.0, -1.8, 1.8, -3.2, 3.2)
"""How far from its line a dot may stand where others lie under it."""


def _pairs(across: Sequence[Record], up: Sequence[Record], view: _View) -> Panel:
    """Return the schools by two figures, one across and one up; behind them what is usual, where that is drawn."""
    x, y = PanelAxis.over(across, view.words), PanelAxis.over(up, view.words, is_close=True)
    bottom = x.words[0], f"{_question_title(across[0], view.words)} →", x.words[-1]
    panel = Panel(_question_title(up[0], view.words), _PAIRS, bottom, "schools", y.words[::-1])
    side_of = {str(one["organization_id"]): one for one in across}
    for code in {str(one["organization_id"]) for one in up} - side_of.keys():
        if part := side_of.get(catalog.elementary_part(code)):
            side_of[code] = part
    at = {code: x.ends(one) for code, one in side_of.items()}
    usual = [one for one in view.block.findings if one["measure"] == "expected_rate"]
    for one in up:
        ends, side = y.ends(one), at.get(str(one["organization_id"]))
        if ends and side and ends[0] == ends[1] and side[0] == side[1]:
            high = round(_PAIRS * (1 - ends[0] / 100), 2)
            panel.spots.append(Spot(_whose(one, view.place), side[0], high))
    line = sorted((side[0], round(_PAIRS * (1 - y.at(number_of(one["estimate"])) / 100), 2)) for one in usual
                  if (side := at.get(str(one["organization_id"]))) and one["publish"] == "point")  # fmt: skip
    panel.runs += [Run("there", "M" + "L".join(f"{x} {y}" for x, y in line))] if line else []
    for one in up:
        share = side_of.get(str(one["organization_id"]))
        if one["organization_level"] != "school":
            parts = [_value(one, view)]
            if share and _is_share(share):
                low_income = Text(N_("{whole} low-income"), of=_finding_in_view(share, view))
                parts.append(view.words(low_income))
            panel.told.append((str(one["place"]), parts))
    return _stacked(panel)


def _glance(view: _View, place: str, reference: str) -> list[Panel]:
    """Return the rows of a figure at a glance: both values, their difference on an axis that all share, and words."""
    table = view.block.table
    pairs = side_by_side.pairs(_findings(view), place, reference)
    if len(pairs) != len(table.rows):
        return []
    low, high, ticks = side_by_side.reach(pairs)
    panels = []
    for pair, (title, _here, _there, said, _when) in zip(pairs, table.rows, strict=True):
        year = view.words(Year(pair.year, calendar=True))
        panel = Panel(f"{title}, {year}", _LOW, (), "glance", words=str(said))
        heads = [column.label for column in table.columns[1:3]]
        panel.told = [
            (head, [view.words(one)]) for head, one in zip(heads, pair.in_whole, strict=True)
        ]
        if pair.difference:
            whose, *ends = pair.difference
            points = (min(max(end, low), high) for end in (0.0, *ends))
            zero, *at = (round(100 * (end - low) / (high - low), 2) for end in points)
            is_survey = pair.findings[0].row.is_survey
            upright, mark = (
                Spot(whose, at[0], 1.0, tall=8.0),
                Spot(whose, at[0], 5.0, round(at[1] - at[0], 2)),
            )
            panel.spots.append(upright if is_survey else mark)
            panel.runs.append(Run("even", f"M{zero} 0V{_LOW}"))
            near = min(at, key=lambda end: abs(end - zero))
            stem = Run(whose, f"M{zero} 5H{near}", is_gap=is_survey)
            panel.runs += [stem] if whose in ("worse", "better") else []
        panels.append(panel)
    leads = tuple(view.words(Text(text)) for text in (N_("◀ points worse"), N_("better ▶")))
    marks = tuple(f"{abs(tick) * 100:.0f}" for tick in ticks)
    axis = [Panel("", _LOW, ends, "glance") for ends in (leads, marks)]
    return [*axis, *panels] if ticks else panels
