"""Compare each published finding with what the raw files say."""

import math
import re
from functools import cache
from operator import mul
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import hypergeom
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from recomputed import files
from recomputed.files import DATA, is_exact, members, numbers, read_catalog, read_rows

Finding = dict[str, Any]
INDICES = {  # of the groups: their shares, and their rates less and divided by the rate of all
    "between_group_variance": lambda w, d, _: (w * d**2).sum(),
    "mean_difference": lambda w, d, _: (w * abs(d)).sum(),
    "index_of_disparity": lambda _, __, r: abs(r - 1).mean(),
    "weighted_index_of_disparity": lambda w, _, r: (w * abs(r - 1)).sum(),
    "theil": lambda w, _, r: (w * r * np.log(r)).sum(),
    "mean_log_deviation": lambda w, _, r: -(w * np.log(r)).sum(),
}
SIGNS = (1, -1, -1, 1)  # of the sides of a difference, and of a change of differences
MODELS = "funnel_target|expected_rate|rate_less_expected|level_share|school_level|kitagawa|years_to_close"
OTHERS = "disciplined_2014|homeless|preschool|children_in_|public_school|schooled_"  # tested in tests/loaders
READERS = {  # of all indicators whose names start so
    "ela_|math_|science_": files.test_results,
    "|".join(files.LONG): files.long_file,
    "climate_": files.climate,
    "budget_": files.budget_per_student,
    "teacher|students_per_teacher": files.teachers,
}


@cache
def read(raw: Path, indicator: str, year: int) -> pd.DataFrame:
    """Return the cells of an indicator and year, sorted by grade and student group."""
    reader = next((of for names, of in READERS.items() if re.match(names, indicator)), None)
    if reader:
        table = reader(raw, year, indicator)
    elif hasattr(files, indicator):
        table = getattr(files, indicator)(raw, year)
    else:
        table = files.census(raw, indicator)
    return files.complete(table).set_index(["grade", "group"]).sort_index()


def check(finding: Finding, raw: Path) -> str:
    """Return equal, enclosed, withheld, or why not recomputed; a disagreement starts with ``wrong``."""
    measure, indicator, year, grade, place, group = finding["id"][6:].split(".")
    measure = measure.removeprefix("published_")
    if re.match(MODELS, measure) or re.match(OTHERS, indicator):
        return "not recomputed: a model, or a file that has tests of its own"
    kind = list(read_catalog("student_groups.yml")[finding["student_group_type"]]["groups"])
    is_of_all = finding["publish"] == "point" and measure in INDICES
    groups = [[name] for name in (kind if is_of_all else group.split("-"))]
    groups = [[x for x in kind if x != groups[0][0]] if g == ["others"] else g for g in groups]
    tables = [read(raw, indicator, int(of)) for of in year.split("-")]
    orgs = [org.split(":")[-1] for org in place.split("-")]
    sides = [
        members(table[table.index.isin([(grade, name) for name in names])], org)
        for table in tables
        for org in orgs
        for names in groups
    ]
    if finding["publish"] == "nothing":
        of_kind = tables[0][tables[0].index.isin([(grade, name) for name in kind])]
        return check_withheld(finding, [*sides, *(members(of_kind, org) for org in orgs)])
    if measure.startswith("dissimilarity"):
        schools = tables[0].loc[(grade, groups[0][0])].query("org.str.len() == 4")
        return compare(finding, globals()[measure](schools))
    if finding["id"].startswith("sesec:published_"):  # of schools with printed counts, in each year
        exact = [side[is_exact(side)] for side in sides]
        others = [*exact[len(orgs) :], *exact[: len(orgs)]]
        sides = [one[one.org.isin(other.org)] for one, other in zip(exact, others, strict=True)]
    if not all(map(len, sides)):
        return "wrong: no row of the file has it"
    if measure in INDICES:
        sums = pd.DataFrame([side[["k", "n"]].sum() for side in sides])
        rate, of_all = sums.k / sums.n, sums.k.sum() / sums.n.sum()
        shares = sums.n / sums.n.sum()
        return compare(finding, float(INDICES[measure](shares, rate - of_all, rate / of_all)))
    return (check_number if finding["publish"] == "point" else check_range)(finding, measure, sides)


def check_withheld(finding: Finding, sides: list[pd.DataFrame]) -> str:
    """Return withheld if the file shows why: no row, a masked cell, a group under ten, or one that would follow."""
    _, indicator, year, _, place, group = finding["id"].split(".")
    if indicator == "enrollment":
        key = year, place.removeprefix("school:"), group.split("-")[0]
        given_up = read_rows(DATA / "reference" / "withheld_groups.csv")
        given_up = given_up.set_index(["endyear", "organizationid", "studentgroup"])
        if key in given_up.index or "seattle" in place:
            return "withheld"
    if any(side.empty or not is_exact(side).all() or side.k.min() < 10 for side in sides):
        return "withheld"
    return "wrong: nothing in the file says why it is withheld"


def printed_numbers(text: object) -> list[str]:
    """Return the numbers in a printed text."""
    return re.findall(r"\d[\d,]*\.?\d*", str(text or ""))


def unit(text: str) -> float:
    """Return what one of the last digit of a printed value is worth."""
    digits = len(printed_numbers(text)[-1].partition(".")[2])
    return float(10.0 ** -(digits + (2 if "%" in text or "point" in text else 0)))


def compare(finding: Finding, ours: float) -> str:
    """Return equal if our number is the printed one to its last digit, or enclosed by a printed range."""
    if finding["estimate"] is None:
        step = unit(finding["value"])
        is_inside = finding["bound_low"] - step <= ours <= finding["bound_high"] + step
        return "enclosed" if is_inside else f"wrong: {finding['value']} does not hold {ours:.5f}"
    is_same = abs(ours - finding["estimate"]) <= unit(finding["value"]) / 2 * 1.001
    return "equal" if is_same else f"wrong: {finding['value']}, and {ours:.5f} by the raw files"


def check_counts(finding: Finding, sides: list[pd.DataFrame]) -> str | None:
    """Return a disagreement about printed numbers of students, or None."""
    names = ["numerator", "n", "reference_numerator", "reference_n"]
    sums = [(side, side[column]) for side in sides for column in ("k", "n")]
    for name, (side, counts) in zip(names, sums, strict=False):
        text, likely = str(finding[name] or ""), float(counts.sum())
        printed = list(numbers(pd.Series(printed_numbers(text))))
        if not printed:
            continue
        low = 0.0 if "up to" in text else printed[0]
        high = math.inf if "at least" in text else printed[-1]
        # Full-time equivalents of schools are rounded one by one before they are added up.
        rounded = 0.01 if likely.is_integer() else len(side) / 2
        slack = rounded if is_exact(side).all() and low == high else 10
        least = counts[is_exact(side)].sum() - slack
        if not low - slack <= likely <= high + slack or 0 < low < least:
            return f"wrong: {name} is {text}, and {likely:g} by the raw files"
    return None


def measured(measure: str, p: list[float]) -> float:
    """Return a measure of the rates of its sides."""
    if measure in ("ratio", "risk_ratio"):
        return p[0] / p[1] if p[1] else math.inf
    return sum(map(mul, SIGNS, p))


def check_number(finding: Finding, measure: str, sides: list[pd.DataFrame]) -> str:
    """Compare counts, value, and chance interval of a finding printed as a number."""
    if not all(is_exact(side).all() for side in sides):
        return "wrong: printed as a number, but the file withholds a part"
    pairs = [(float(side.k.sum()), float(side.n.sum())) for side in sides]
    if measure == "composition_difference":
        (k, n), (k_rest, n_rest) = pairs
        pairs = [(k, k + k_rest), (n, n + n_rest)]
    said = check_counts(finding, sides) or "equal"
    if said == "equal" and measure != "count":
        ours = measured(measure, [k / n for k, n in pairs])
        in_tens = round(-ours * pairs[0][1], -1)  # of students
        said = compare(finding, in_tens if measure.startswith("count_at") else ours)
    if said != "equal" or finding["ci_low"] is None:
        return said
    low, high = chance(finding, measure, pairs)
    step = unit(finding["interval"])  # limits are rounded outward
    under, over = low - finding["ci_low"], finding["ci_high"] - high
    if -1e-9 <= under < step * 1.001 and -1e-9 <= over < step * 1.001:
        return said
    return f"wrong: {finding['interval']}, and {low:.4f} to {high:.4f} by the raw files"


def chance(finding: Finding, measure: str, pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the interval that chance alone would give; a single school's is wider by its variation between years."""
    (k, n), *others = pairs
    _, indicator, _, grade, org, _ = finding["id"].split(".")
    if measure == "rate":
        phi = 1.0
        if org.startswith("school:"):
            schools = read_rows(DATA / "reference" / "schools.csv").set_index("code")
            level = schools.level.get(org[7:], "").replace("k8", "elementary")
            kept = read_rows(DATA / "reference" / "year_variation.csv")
            kept = kept.set_index(["indicator", "gradelevel", "level"]).phi
            phi = float(kept.get((indicator, grade, level), kept.get((indicator, grade, ""), 1)))
        return proportion_confint(k / phi, n / phi, method="wilson")
    if measure in ("ratio", "risk_ratio"):
        return confint_proportions_2indep(k, n, *others[0], method="log-adjusted", compare="ratio")
    if measure == "composition_difference":
        low, high = proportion_confint(k, n, method="wilson")
        share = others[0][0] / others[0][1]
        return low - share, high - share
    now, *then = (
        (k / n - k_ref / n_ref, *confint_proportions_2indep(k, n, k_ref, n_ref, method="newcomb"))
        for (k, n), (k_ref, n_ref) in zip(pairs[::2], pairs[1::2], strict=True)
    )
    if not then:
        return now[1:]
    # Of a change of gaps, distances to the limits are squared and added (Zou and Donner 2008).
    value, (before, low, high) = now[0] - then[0][0], then[0]
    under, over = (
        math.hypot(now[0] - now[1], high - before),
        math.hypot(now[2] - now[0], before - low),
    )
    return value - under, value + over


def check_range(finding: Finding, measure: str, sides: list[pd.DataFrame]) -> str:
    """Check that the raw cells' text allows all of a printed range, and that the range holds what is likely."""
    likely = measured(measure, [side.k.sum() / side.n.sum() for side in sides])
    low, high = (  # the lowest has the sides that are subtracted, or divided by, at their highest
        measured(measure, list(map(extreme, sides, signs)))
        for signs in ([-sign for sign in SIGNS], SIGNS)
    )
    bottom, top = finding["bound_low"], finding["bound_high"]
    step = unit(finding["value"]) * 1.001
    if not bottom - step <= likely <= top + step:
        return f"wrong: {finding['value']} does not hold {likely:.4f}, which the raw files allow"
    if all(is_exact(side).all() for side in sides):
        # Fewer than three are not printed; nor is a total that follows from a percent alone, both ends rounded outward.
        few = min(min(side.k.min(), (side.n - side.k).min()) for side in sides)
        is_known = top - bottom <= 2 * step or few < 3
        return "enclosed" if is_known else "wrong: a range, but the raw files print every count"
    if bottom < low - step * len(sides) or top > high + step * len(sides):  # each is rounded
        return f"wrong: {finding['value']}, but {low:.4f} to {high:.4f} by the raw files"
    return check_counts(finding, sides) or "enclosed"


def extreme(cells: pd.DataFrame, sign: int) -> float:
    """Return the highest (1) or lowest (-1) rate of a sum: where the cells' best distances from it cancel."""
    p = (cells.p_high if sign > 0 else cells.p_low).to_numpy()
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        over = sign * (p - middle)
        best = over @ np.where(over > 0, cells.n_high, cells.n_low)
        low, high = (middle, high) if (best >= 0) == (sign > 0) else (low, middle)
    return (low + high) / 2


def dissimilarity(schools: pd.DataFrame) -> float:
    """Return half the sum of differences of schools' shares of a group, `k`, and of all others, `n` less `k`."""
    others = schools.n - schools.k
    return float(abs(schools.k / schools.k.sum() - others / others.sum()).sum() / 2)


def dissimilarity_chance(schools: pd.DataFrame) -> float:
    """Return the mean of that if the same students were dealt to the schools at random."""
    group, every = int(schools.k.sum()), int(schools.n.sum())
    total = 0.0
    for size in schools.n.astype(int):
        x = np.arange(min(size, group) + 1)
        distance = np.abs(x / group - (size - x) / (every - group))
        total += float(hypergeom.pmf(x, every, group, size) @ distance)
    return total / 2
