"""Files that describe schools: surveys of students, budgets, spending, teachers, and Title I."""

import json
from collections import defaultdict
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import Any

from recomputed.cells import (
    DISTRICT,
    Cell,
    Cells,
    code_of,
    exact,
    places,
    read_catalog,
    read_code,
    read_group,
    read_number,
    read_rows,
)


@cache
def survey(raw: Path, year: int) -> dict[tuple[str, str], dict[str, tuple[float, float, float]]]:
    """Return favorable and unfavorable answers, and all, of each item by school and level of the survey."""
    rules: dict[str, Any] = read_catalog("sources/sps_climate.yml")["survey"]
    file = json.loads((raw / "climate" / f"sps_climate_survey_{year}.json").read_text("utf-8"))
    found = {}
    for title, every in file["reports"]["School Report"].items():
        for name, items in every.items():
            org = code_of(name, "sps_climate")
            level = rules["levels"].get(title)
            if not level and any(item in items for item in rules["told_by"]):
                named = (level for level, codes in rules["schools"].items() if org in codes)
                level = next(named, "elementary")
            if org and level:
                found[org, level] = {i.strip(): _counts(of, rules) for i, of in items.items()}
    return found


def _counts(item: dict[str, Any], rules: dict[str, Any]) -> tuple[float, float, float]:
    numbers = [read_number(str(n)) or 0 for n in item["answer_respondents"]]
    sides = [rules["answers"].get(answer) for answer in item["answers"]]
    by_side = {
        side: sum(n for n, of in zip(numbers, sides, strict=True) if of == side) for side in sides
    }
    return by_side.get("favorable", 0), by_side.get("unfavorable", 0), sum(numbers)


def climate(raw: Path, year: int, indicator: str) -> Cells:
    """Read the share of answers that are favorable or not, of a theme or one item, by level and all levels."""
    source = read_catalog("sources/sps_climate.yml")
    entry, themes = source["indicators"][indicator], source["survey"]["themes"]
    where = entry.get("where", {"theme": list(themes)})
    chosen = {*where.get("item", []), *(i for t in where.get("theme", []) for i in themes[t])}
    side = ("favorable", "unfavorable").index(entry["numerator"])
    sums: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for (org, level), items in survey(raw, year).items():
        for item in chosen & set(items):
            for group in (level, "all"):
                sums[org, "all", group][0] += items[item][side]
                sums[org, "all", group][1] += items[item][2]
    return {key: exact(k, n) for key, (k, n) in sums.items()}


FUNDS = {
    "general": "generaleducation",
    "special_education": "specialeducation",
    "bilingual": "bilingualeducation",
    "lap": "statelap",
    "title_i": "federaltitlei",
    "levy": "seattleed.levy",
    "grants": "othergrants",
}


@cache
def budgets(raw: Path) -> dict[tuple[str, int], dict[str, float]]:
    """Return each school's funds by year; a fund's amounts go to the years whose totals they add up to."""
    schools = defaultdict(list)
    for row in read_rows(next((raw / "finance").glob("sps_school_budgets*"))):
        schools[code_of(row["school"]) or row["school"]].append(row)
    found = {}
    for org, rows in schools.items():
        rows.sort(key=lambda row: row["year"])
        totals = [read_number(row["totalbudget(budget)"]) or 0 for row in rows]
        funds = [[read_number(row[f"{of}(budget)"]) for row in rows] for of in FUNDS.values()]
        ways = [_in_years([x for x in amounts if x], len(rows)) for amounts in funds]
        years = (list(zip(*chosen, strict=True)) for chosen in product(*ways))
        fits = (
            of
            for of in years
            if all(abs(sum(x) - total) < 2 for x, total in zip(of, totals, strict=True))
        )
        for row, total, amounts in zip(rows, totals, next(fits), strict=True):
            students = read_number(row["totalaafte*enrollment(enrollment)"]) or 0
            known = {"total": total, "students": students}
            found[org, 2000 + int(row["year"][-2:])] = known | dict(
                zip(FUNDS, amounts, strict=True)
            )
    return found


def _in_years(amounts: list[float], years: int) -> list[list[float]]:
    """Return every way to give a fund's amounts, in order, to some of the years."""
    return [
        [amounts[at.index(year)] if year in at else 0.0 for year in range(years)]
        for at in combinations(range(years), len(amounts))
    ]


def budget_per_student(raw: Path, year: int, indicator: str) -> Cells:
    """Read dollars of a fund for each student of a school, or whether the school has Title I funds."""
    fund = indicator.removeprefix("budget_").removesuffix("per_student").strip("_") or "total"
    here = {org: amounts for (org, of), amounts in budgets(raw).items() if of == year}
    if indicator == "title_i_school":
        return {(org, "all", "all"): exact(of["title_i"] > 0, 1) for org, of in here.items()}
    return {(org, "all", "all"): exact(of[fund], of["students"]) for org, of in here.items()}


def title_i_school(raw: Path, year: int) -> Cells:
    """Read whether a school has Title I funds: from the budgets, or from the one list of all levels."""
    if year >= 2022:
        return budget_per_student(raw, year, "title_i_school")
    rows = read_rows(next((raw / "title1").glob("SPS_Title_I*")))
    listed = {code_of(row["school"]) for row in rows}
    names = ("southeast_seattle", "rest_of_seattle_regular")
    every = {org for name in names for org in places()[name]["schools"]}
    return {(org, "all", "all"): exact(org in listed, 1) for org in every}


def spending_per_student(raw: Path, year: int) -> Cells:
    """Read dollars spent for each student, by district, and of 2018-19 by school."""
    cells: Cells = {}
    label = f"{(year - 1) % 100}-{year % 100}"
    for row in read_rows(next((raw / "finance").glob("per_pupil*"))):
        n = float(row[f"enrollment{label}"])
        cells[row["districtcode"], "all", "all"] = exact(float(row[f"perpupil{label}"]) * n, n)
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in read_rows(next((raw / "finance").glob("Report_Card_Per_Pupil*"))):
        level, code = row["organizationallevel"], read_code(row["districtcode"])
        if year == 2019 and (level == "State" or (level == "School" and code == DISTRICT)):
            org = "WA" if level == "State" else read_code(row["schoolcode"])
            sums[org] = [sums[org][0] + float(row["expenditure"]), float(row["enrollmenttotal"])]
    return cells | {(org, "all", "all"): exact(k, n) for org, (k, n) in sums.items()}


CERTIFICATES = {
    "teachers_full_certificate": "Full Certificate",
    "teachers_limited_certificate": "Limited Certificate",
}


def teachers(raw: Path, year: int, indicator: str) -> Cells:
    """Read teachers' experience, degrees, certificates, students, race, and sex."""
    cells: Cells = {}
    if year == 2017:  # number and percent of degrees give the number of teachers
        for row in read_rows(next((raw / "enrollment").glob("1_2_Demographic*"))):
            k = read_number(row["numberteacherswithatleastmasterdegree"])
            percent = read_number(row["percentteacherswithatleastmasterdegree"])
            if row["countydistrictnumber"] == DISTRICT and k and percent:
                n = round(k / percent * 100)
                is_average = indicator == "teacher_experience"
                k = n * float(row["avgyearseducationalexperience"]) if is_average else k
                cells[read_code(row["buildingnumber"]), "all", "all"] = exact(k, n)
    elif indicator == "students_per_teacher" or indicator in CERTIFICATES:
        for row in read_rows(next((raw / "teacher").glob("*Ratio*2017-18*"))):
            key = read_code(row["schoolcode"]), "all", "all"
            total, ratio = row["totalteachercount"], row["studenttoteacherratio"]
            if read_code(row["districtcode"]) != DISTRICT:
                continue
            if indicator not in CERTIFICATES and row["program"] == "ALL" and ratio:
                cells[key] = exact(float(total) * float(ratio), float(total))
            if row["program"] == "All" and row["certificatetype"] == CERTIFICATES.get(indicator):
                cells[key] = exact(float(row["certificatetypecount"]), float(total))
    else:  # shares without counts
        for row in read_rows(next((raw / "teacher").glob("*Demographics*"))):
            kind, share = read_group(row["demographiccategory"]), read_number(row["teacherpercent"])
            is_here = int(float(row["schoolyr"])) + 1 == year and f"teachers_{kind}" == indicator
            if is_here and share is not None:
                name = row["schoolname"]
                org = DISTRICT if name == "NULL" else code_of(name) or name
                p, likely = (share - 5e-5, share + 5e-5), (share * 100, 100)
                cells[org, "all", "all"] = Cell((0, 1e5), (1, 1e5), p, likely)
    return cells
