"""Files that count students: enrollment, discipline, attendance, tests, graduation, poverty, and the census."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from recomputed.cells import (
    DISTRICT,
    Cell,
    Cells,
    code_of,
    exact,
    masked,
    read_catalog,
    read_code,
    read_grade,
    read_group,
    read_number,
    read_rows,
)

LONG = {  # file of a year, and its columns: students counted, students, rate, reason
    "disciplined": (
        "discipline/*{year}_Seattle*",
        *("disciplinenumerator", "disciplinedenominator", "disciplinerate", "disciplinedatnotes"),
    ),
    "regular_attendance": ("attendance/*{year}_*", "nregular", "nstudents", "", "dat"),
    "graduated_4yr": ("graduation/*{year}*", "graduate", "finalcohort", "", ""),
    "low_income_lap": (
        "enrollment/School_poverty*",
        *("studentsinpoverty", "students-10/1/2016", "", ""),
    ),
}


def school_year(year: int) -> str:
    """Return a school year as files name it, such as 2018-19."""
    return f"{year - 1}-{year % 100}"


def long_file(raw: Path, year: int, indicator: str) -> Cells:
    """Read a file with a row for each school, grade, and group."""
    pattern, counted, students, rate, reason = LONG[indicator]
    cells: Cells = {}
    for path in sorted(raw.glob(pattern.format(year=school_year(year)))):
        for row in read_rows(path):
            group, note = read_group(row.get("studentgroup", "All")), row.get(reason, "")
            k, n = read_number(row[counted]), read_number(row[students])
            is_here = read_code(row.get("districtcode", DISTRICT)) == DISTRICT
            if not is_here or not group or "No Students" in note or n == 0:
                continue
            is_district = row.get("organizationlevel") == "District"
            org = DISTRICT if is_district else read_code(row["schoolcode"])
            cell = masked(row.get(rate, ""), note) if k is None or n is None else exact(k, n)
            cells.setdefault((org, read_grade(row.get("gradelevel", "All")), group), cell)
    return cells


def enrollment(raw: Path, year: int) -> Cells:
    """Read a group's students of all students, by school, in the district, and in the state."""
    folder = raw / "enrollment"
    if year in (2011, 2017):
        return _older_enrollment(folder, year)
    is_copy = year in (2018, 2023, 2024, 2025)
    pattern = "*2017-18_2022-23*" if is_copy else f"*Enrollment_{school_year(year)}_King*"
    paths = [next(folder.glob(pattern)), *(raw / "state").glob("Report_Card_Enrollment_2018-19*")]
    cells: Cells = {}
    for at, path in enumerate(paths[: 2 if year == 2019 else 1]):
        for row in read_rows(path):
            level = row.get("organizationlevel", "School")
            level = "District" if row.get("isdistricttotal") == "True" else level
            is_here = row.get("classof", str(year)) == str(year)
            is_here &= read_code(row.get("districtcode", DISTRICT)) == DISTRICT or level == "State"
            total = read_number(row["allstudents"])
            if not is_here or not total or (level == "State") != bool(at):
                continue
            orgs = {"School": read_code(row["schoolcode"]), "District": DISTRICT, "State": "WA"}
            grade = read_grade(row.get("gradelevel", "All"))
            for label, text in row.items():
                group, count = read_group(label), read_number(text)
                if group and count is not None:
                    cells[orgs[level], grade, group] = exact(count, total)
    return cells | (_districts_of_the_state(raw, year) if year >= 2020 else {})


def _districts_of_the_state(raw: Path, year: int) -> Cells:
    every = read_rows(next((raw / "state").glob("OSPI_district_*")))
    rows = [row for row in every if row["schoolyear"] == school_year(year)]
    columns = {
        "all": "enrollment",
        "low_income": "demo.lowincome",
        "english_learner": "demo.ell",
        "students_with_disabilities": "demo.sped",
    }
    sums = {group: sum(float(row[column]) for row in rows) for group, column in columns.items()}
    return {("WA", "all", group): exact(count, sums["all"]) for group, count in sums.items()}


LATER = ("english_learner", "low_income", "students_with_disabilities", "section_504", "migrant")


def _older_enrollment(folder: Path, year: int) -> Cells:
    """Read 2010-11 and 2016-17, whose program groups were counted on a later day than all students."""
    if year == 2011:
        lines = next(folder.glob("DemographicInfo_2010-11*")).read_text("utf-8").splitlines()
        records = [json.loads(line.rstrip().rstrip(",")) for line in lines if line.strip()]
        rows = [{k.lower(): str(v).strip() for k, v in record.items()} for record in records]
    else:
        rows = list(read_rows(next(folder.glob("1_2_Demographic*"))))
    cells: Cells = {}
    for row in rows:
        total = read_number(row["totalenrollment"])
        if row["countydistrictnumber"] != DISTRICT or not total:
            continue
        org = read_code(row["buildingnumber"])
        cells[org, "all", "all"] = exact(total, total)
        later: dict[str, tuple[float, float]] = {}
        for name in row:
            group = read_group(name.removeprefix("number")) if name.startswith("number") else None
            count = read_number(row[name])
            if group in LATER and count is not None:
                later[group or ""] = count, read_number(row[f"percent{name[6:]}"]) or 0.0
            elif group and count is not None:
                cells[org, "all", group] = exact(count, total)
        cells |= {(org, "all", g): cell for g, cell in _of_a_later_day(later, total).items()}
    return cells


def _of_a_later_day(groups: dict[str, tuple[float, float]], october: float) -> dict[str, Cell]:
    """Return counts whose common total is not printed but follows from their percents, to whole students."""
    sizes = range(int(october / 2), int(october * 2) + 1)
    off = {n: max(abs(k / n * 100 - p) for k, p in groups.values()) for n in sizes}
    fit = [n for n in sizes if off[n] <= 0.00501]
    low, high = (fit[0], fit[-1]) if fit else (10, int(october * 100))
    likely = (low + high) / 2 if fit else october
    return {
        group: Cell((k, k), (low, high), (k / high, k / low), (k, likely))
        for group, (k, _) in groups.items()
    }


TESTED = {"ela": ("ELA", "SBAC"), "math": ("Math", "SBAC"), "science": ("Science", "WCAS")}
SPELLINGS = {  # of 2017-18, of 2023-24, of 2024-25
    "expected": r"countofstudentsexpected(totest)?",
    "expected_all": r"countofstudentsexpected(1|totestincludingpreviouslypassed)",
    "met": r"count(metstandard|consistentgradelevel(knowledgeandabove)?)",
    "rate": r"percent(metstandard|consistentgrade|consistentgradelevelknowledgeandabove)",
    "met_tested": r"percent(mettestedonly|consistenttested)",
    "no_score": r"percentnoscore",
    "note": r"suppression|dat",
}


def test_results(raw: Path, year: int, indicator: str) -> Cells:
    """Read the state tests: met of all expected, met of those tested, those tested, and levels."""
    subject, _, what = indicator.partition("_")
    if year <= 2013:
        return _tests_before_2014(raw, year)
    if year == 2017:
        return _tests_of_2017(raw, subject, what)
    cells: Cells = {}
    for row in read_rows(next((raw / "assessment").glob(f"*{school_year(year)}_*All*"))):
        test = row["testsubject"], row["testadministration"]
        if read_code(row["districtcode"]) != DISTRICT or test != TESTED[subject]:
            continue
        text = {
            name: next(row[c] for c in row if re.fullmatch(spelling, c))
            for name, spelling in SPELLINGS.items()
        }
        group = read_group(row["studentgroup"])
        if group and text["note"] != "No Students":
            key = read_code(row["schoolcode"]), read_grade(row["gradelevel"]), group
            cells[key] = _test_cell(what, row, text)
    return cells


def _test_cell(what: str, row: dict[str, str], text: dict[str, str]) -> Cell:
    number = {name: read_number(value) for name, value in text.items()}
    met, every, n = number["met"], number["expected_all"], number["expected"]
    if what == "met":
        printed = met is not None and every is not None
        return exact(met or 0, every or 0) if printed else masked(text["rate"], text["note"])
    share = read_number(row.get(f"percent{what.replace('_', '')}", text.get(what, "0")))
    if n is None or number["no_score"] is None or share is None:
        return masked("", "withheld")
    tested = round(n * (1 - number["no_score"]))
    if what == "tested":
        return exact(tested, n)
    return exact(round(share * (tested if what == "met_tested" else n)), tested)


def _tests_of_2017(raw: Path, subject: str, what: str) -> Cells:
    cells: Cells = {}
    tests = ("MSP", "EOC") if subject == "science" else ("SBA",)
    for row in read_rows(next((raw / "assessment").glob("*2016-17*"))):
        of = row["subject"].lower().replace("biology", "science")
        group = read_group(row["studentgroup"])
        if row["testadministration"] not in tests or of != subject or not group:
            continue
        key = read_code(row["schoolcode"]), read_grade(row["gradelevel"]), group
        total = float(row["counttotaltestedandnottested"])
        if row["suppressed"] == "y":
            # Rows that withhold the rate print the size: it tells only which ranges hold the truth.
            note = re.sub(r"(\d%) Suppression", r"\1", row["suppressreason"])
            cells[key] = masked("", note, total)
            continue
        met, now = (float(row[f"countmetstandard{x}pp"]) for x in ("including", "without"))
        tested = total - float(row["countnoscore"] or 0)
        level = read_number(row.get(f"count{what.replace('_', '')}", "")) or 0
        pairs = {"met": (met, total + met - now), "met_tested": (now, tested)}
        cells[key] = exact(*(pairs | {"tested": (tested, total)}).get(what, (level, total)))
    return cells


def _tests_before_2014(raw: Path, year: int) -> Cells:
    cells: Cells = {}
    for row in read_rows(next((raw / "assessment").glob("MSP*"))):
        total = read_number(row["readingtotaltestednottested"])
        district = row["countydistrictnumber"], row["schoolyear"]
        if total and district == (DISTRICT, school_year(year)):
            names = (f"readingmetstandard{x}prevpass" for x in ("including", "without"))
            met, now = (float(row[name]) for name in names)
            cells[DISTRICT, read_grade(row["gradetested"]), "all"] = exact(met, total + met - now)
    return cells


def census(raw: Path, indicator: str) -> Cells:
    """Read residents or households of a tract; an income class that straddles the line may count or not."""
    entry = read_catalog("sources/census_acs.yml")
    names = {ours: re.sub(r"[\s_]", "", of[0]).lower() for ours, of in entry["columns"].items()}
    of = entry["indicators"][indicator]
    cells: Cells = {}
    for row in read_rows(next((raw / "acs").glob("Census_Tract*"))):
        if row[names["jurisdiction"]] == "Seattle":
            low = sum(float(row[names[part]]) for part in of["parts"])
            high = low + sum(float(row[names[part]]) for part in of.get("straddling", []))
            n = float(row[names[of["denominator"]]])
            middle = (low + high) / 2, n
            cells[row[names["tract_code"]], "all", "all"] = Cell((low, high), (n, n), likely=middle)
    return cells


def enrollment_october(raw: Path, year: int) -> Cells:
    """Read the district's first count in fall (form P223)."""
    columns = {
        "all": "totalstudentcount",
        "english_learner": "bilingualserved",
        "students_with_disabilities": "spec.ed.served",
    }

    def rows() -> Iterator[tuple[str, dict[str, str]]]:
        for row in read_rows(next((raw / "enrollment").glob("SPS_P223*"))):
            org = code_of(row["school"], "sps_p223")
            if org and row["grade"] == "Total" and row["countdate"].endswith(f", {year - 1}"):
                yield org, row

    return {
        (org, "all", group): exact(
            read_number(row[column]) or 0, read_number(row["totalstudentcount"]) or 0
        )
        for org, row in rows()
        for group, column in columns.items()
    }
