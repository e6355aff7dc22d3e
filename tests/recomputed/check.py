"""Compare each published finding with what the raw files say."""

import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from recomputed import formulas, school_files, student_files
from recomputed.cells import DISTRICT, REFERENCE, Cells, members, partitions, read_rows
from recomputed.formulas import Range, Sum, add

Finding = Mapping[str, Any]
COMPARED = ("rate", "average", "gap", "change", "gap_change", "ratio", "risk_ratio")


@cache
def read(raw: Path, indicator: str, year: int) -> Cells:
    """Return the cells of an indicator and year."""
    if indicator in student_files.LONG:
        return student_files.long_file(raw, year, indicator)
    if indicator.startswith(("ela_", "math_", "science_")):
        return student_files.test_results(raw, year, indicator)
    if indicator.startswith(("climate_", "budget_", "teacher", "students_per_teacher")):
        kind = re.match("climate|budget|", indicator)
        names = {"climate": "climate", "budget": "budget_per_student", "": "teachers"}
        name = names[kind[0] if kind else ""]
        cells: Cells = getattr(school_files, name)(raw, year, indicator)
        return cells
    for module in (student_files, school_files):
        if hasattr(module, indicator):
            found: Cells = getattr(module, indicator)(raw, year)
            return found
    return student_files.census(raw, indicator)


@cache
def reference(name: str, *columns: str) -> dict[tuple[str, ...], dict[str, str]]:
    """Return the rows of a table of data/reference by some of its columns."""
    return {tuple(row[c] for c in columns): row for row in read_rows(REFERENCE / name)}


class Program:
    """Recomputes findings from a folder of raw files."""

    def __init__(self, raw: Path) -> None:
        self.raw = raw

    def check(self, finding: Finding) -> str:
        """Return equal, enclosed, withheld, or why not recomputed; a disagreement starts with ``wrong``."""
        measure, indicator, year, grade, place, group = finding["id"][6:].split(".")
        years, orgs, groups = year.split("-"), place.split("-"), group.split("-")
        measure = measure.removeprefix("published_")
        is_index = measure in formulas.INDICES or measure.startswith("dissimilarity")
        if not is_index and measure not in (*COMPARED, "composition_difference"):
            return "not recomputed: a model"
        kind = partitions()[finding["student_group_type"]]
        if finding["publish"] == "point" and measure in formulas.INDICES:
            groups = kind
        orgs = [org.replace("district:17001", DISTRICT).split(":")[-1] for org in orgs]
        rest = [g for g in kind if g != groups[0]]
        sides = [
            self.sum_of(indicator, y, grade, org, rest if g == "others" else [g], finding)
            for y in years
            for org in orgs
            for g in groups
        ]
        if finding["publish"] == "nothing":
            every = [self.sum_of(indicator, years[0], grade, org, kind, finding) for org in orgs]
            return check_withheld(finding, sides, every)
        if measure.startswith("dissimilarity"):
            cells = read(self.raw, indicator, int(year)).items()
            key = grade, groups[0]
            pairs = [c.likely for (org, *of), c in cells if tuple(of) == key and len(org) == 4]
            index = getattr(formulas, measure)([p for p in pairs if p])
            return compare(finding, index)
        found = [side for side in sides if side is not None]
        if len(found) < len(sides):
            return "wrong: no row of the file has it"
        if measure in formulas.INDICES:
            return compare(finding, formulas.inequality(measure, [side.likely for side in found]))
        if finding["publish"] == "point":
            return check_number(finding, measure, found)
        return check_range(finding, measure, found)

    def sum_of(
        self, indicator: str, year: str, grade: str, org: str, groups: list[str], finding: Finding
    ) -> Sum | None:
        """Return the sum of an organization's groups; None if no row of the file has it."""
        cells = read(self.raw, indicator, int(year))
        found = [cell for group in groups for cell in members(cells, org, grade, group)]
        if finding["id"].startswith("sesec:published_"):  # of schools whose counts are printed
            found = [cell for cell in found if cell.is_exact]
        return add(found) if found else None


def check_withheld(finding: Finding, sides: list[Sum | None], every: list[Sum | None]) -> str:
    """Return withheld if the file shows why: no row, a masked cell, a group under ten, or one that would follow."""
    _, indicator, year, _, place, group = finding["id"].split(".")
    if indicator == "enrollment":
        key = year, place.removeprefix("school:"), group.split("-")[0]
        given_up = reference("withheld_groups.csv", "endyear", "organizationid", "studentgroup")
        if key in given_up or "seattle" in place:
            return "withheld"
    for side in (*sides, *every):
        if side is None or not side.is_exact or side.smallest < 10:
            return "withheld"
    return "wrong: nothing in the file says why it is withheld"


def unit(text: str) -> float:
    """Return what one of the last digit of a printed value is worth."""
    number = re.findall(r"\d[\d,]*\.?\d*", text)[-1]
    digits = len(number.partition(".")[2])
    return float(10.0 ** -(digits + (2 if "%" in text or "point" in text else 0)))


def compare(finding: Finding, ours: float) -> str:
    """Return equal if our number is the printed one to its last digit, or enclosed by a printed range."""
    if finding["estimate"] is None:
        step = unit(finding["value"])
        is_inside = finding["bound_low"] - step <= ours <= finding["bound_high"] + step
        return "enclosed" if is_inside else f"wrong: {finding['value']} does not hold {ours:.5f}"
    is_same = abs(ours - finding["estimate"]) <= unit(finding["value"]) / 2 * 1.001
    return "equal" if is_same else f"wrong: {finding['value']}, and {ours:.5f} by the raw files"


def check_counts(finding: Finding, sides: list[Sum]) -> str | None:
    """Return a disagreement about printed numbers of students, or None."""
    columns = (("numerator", "n"), ("reference_numerator", "reference_n"))
    for side, names in zip(sides, columns, strict=False):
        for name, ours, likely in zip(names, (side.k, side.n), side.likely, strict=True):
            numbers = re.findall(r"\d[\d,]*\.?\d*", str(finding[name] or ""))
            if not numbers:
                continue
            printed = [float(number.replace(",", "")) for number in numbers]
            if "up to" in str(finding[name]):
                printed.insert(0, 0.0)
            high = math.inf if "at least" in str(finding[name]) else printed[-1]
            # Full-time equivalents of schools are rounded one by one before they are added up.
            rounded = 0.01 if float(likely).is_integer() else side.cells / 2
            is_number = side.is_exact and len(printed) == 1
            slack = rounded if is_number else 10
            is_inside = printed[0] - slack <= likely <= high + slack
            if not is_inside or 0 < printed[0] < ours[0] - slack:
                return f"wrong: {name} is {finding[name]}, and {likely:g} by the raw files"
    return None


def values(measure: str, sides: list[Sum]) -> tuple[float, Range]:
    """Return a measure at what is likely, and from lowest to highest."""
    p = [(side.likely[0] / side.likely[1], *side.p) for side in sides]
    if measure in ("ratio", "risk_ratio"):
        (a, a1, a2), (b, b1, b2) = p
        return a / b, (a1 / b2 if b2 else math.inf, a2 / b1 if b1 else math.inf)
    if measure == "composition_difference":
        (k, n), (k_rest, n_rest) = (side.likely for side in sides)
        ours = k / (k + k_rest) - n / (n + n_rest)
        return ours, (ours, ours)
    signs = {1: [1], 2: [1, -1], 4: [1, -1, -1, 1]}[len(p)]
    likely = sum(s * x[0] for s, x in zip(signs, p, strict=True))
    low = sum(x[1] if s > 0 else -x[2] for s, x in zip(signs, p, strict=True))
    high = sum(x[2] if s > 0 else -x[1] for s, x in zip(signs, p, strict=True))
    return likely, (low, high)


def check_number(finding: Finding, measure: str, sides: list[Sum]) -> str:
    """Compare counts, value, and chance interval of a finding printed as a number."""
    if not all(side.is_exact for side in sides):
        return "wrong: printed as a number, but the file withholds a part"
    said = check_counts(finding, sides) or "equal"
    is_count = "enrollment" in finding["id"] and finding["id"].endswith(".all")
    if said == "equal" and not is_count:
        said = compare(finding, values(measure, sides)[0])
    if said != "equal" or finding["ci_low"] is None:
        return said
    low, high = chance(finding, measure, sides)
    step = unit(finding["interval"])  # limits are rounded outward
    under, over = low - finding["ci_low"], finding["ci_high"] - high
    if -1e-9 <= under < step * 1.001 and -1e-9 <= over < step * 1.001:
        return said
    return f"wrong: {finding['interval']}, and {low:.4f} to {high:.4f} by the raw files"


def chance(finding: Finding, measure: str, sides: list[Sum]) -> Range:
    """Return the interval that chance alone would give; a single school's is wider by its variation between years."""
    (k, n), *others = [side.likely for side in sides]
    _, indicator, _, grade, org, _ = finding["id"].split(".")
    if measure == "rate":
        level = reference("schools.csv", "code").get((org[7:],), {}).get("level", "")
        kept = reference("year_variation.csv", "indicator", "gradelevel", "level")
        keys = [(indicator, grade, level.replace("k8", "elementary")), (indicator, grade, "")]
        rows = [kept[key] for key in keys if key in kept and org.startswith("school:")]
        phi = float(rows[0]["phi"]) if rows else 1.0
        return formulas.wilson(k / phi, n / phi)
    if measure in ("ratio", "risk_ratio"):
        return formulas.log_ratio(k, n, *others[0])
    if measure == "composition_difference":
        low, high = formulas.wilson(k, k + others[0][0])
        share = n / (n + others[0][1])
        return low - share, high - share
    now = formulas.newcombe(k, n, *others[0])
    return (
        formulas.difference(now, formulas.newcombe(*others[1], *others[2]))
        if others[1:]
        else now[1:]
    )


def check_range(finding: Finding, measure: str, sides: list[Sum]) -> str:
    """Check that the raw cells' text allows all of a printed range, and that the range holds what is likely."""
    likely, (low, high) = values(measure, sides)
    bottom, top = finding["bound_low"], finding["bound_high"]
    step = unit(finding["value"]) * 1.001
    if not bottom - step <= likely <= top + step:
        return f"wrong: {finding['value']} does not hold {likely:.4f}, which the raw files allow"
    if all(side.is_exact for side in sides):
        # Fewer than three are not printed; nor is a total that follows from a percent alone.
        is_known = top - bottom <= step or any(side.few < 3 for side in sides)
        return "enclosed" if is_known else "wrong: a range, but the raw files print every count"
    if bottom < low - step or top > high + step:
        return (
            f"wrong: {finding['value']}, and no more than {low:.4f} to {high:.4f} by the raw files"
        )
    return check_counts(finding, sides) or "enclosed"
