"""Raw files as tables: `k` students (answers, dollars) of `n`, by organization, grade, and student group."""

import json
import re
from functools import cache
from itertools import permutations, product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

DATA = Path(__file__).parents[2] / "data"
DISTRICT = "17001"
FUNDS = ["general", "special_education", "bilingual", "lap", "title_i", "levy", "other_grants"]
MOST = 1e8  # students of a cell whose size the publisher withholds
DEFAULTS = {"grade": "all", "group": "all", "text": "", "size": np.nan}
BOX = ["k", "n", "n_low", "n_high", "p_low", "p_high"]


@cache
def read_rows(path: Path) -> pd.DataFrame:
    """Return a file as text, columns in small letters without spaces or underscores."""
    rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return rows.rename(columns=lambda name: re.sub(r"[\s_]", "", name).lower())


def column(rows: pd.DataFrame, name: str, default: str = "") -> pd.Series:
    """Return a column of texts, or the same text in every row if the file has no such column."""
    return rows.get(name, pd.Series(default, rows.index)).fillna(default)


def numbers(texts: pd.Series) -> pd.Series:
    """Return printed numbers, null where there is none."""
    return pd.to_numeric(texts.astype(str).str.replace(",", ""), errors="coerce").astype(float)


def codes(texts: pd.Series) -> pd.Series:
    """Return schools' codes of today; one school had another for three years."""
    return texts.str.replace(",", "").str.split(".").str[0].replace("5649", "1751")


def grades(texts: pd.Series) -> pd.Series:
    """Return ``all`` or two digits of a grade; other texts as they are."""
    texts = texts.str.replace(" ", "").str.lower().replace("allgrades", "all")
    return texts.str.replace(r"^(\d+).*", lambda found: found[1].zfill(2), regex=True)


def complete(table: pd.DataFrame) -> pd.DataFrame:
    """Fill in a table of `k` of `n` students by `org`, `grade`, and `group`; the last row of each stands.

    `n_low` to `n_high` students at rates `p_low` to `p_high` are possible; where numbers are withheld, by the text
    (and size), and `k` of `n` is then one possible pair.
    """
    table = table.assign(**{name: of for name, of in DEFAULTS.items() if name not in table})
    p = table.k / table.n
    known = {"n_low": table.n, "n_high": table.n, "p_low": p, "p_high": p}
    table = table.assign(**{name: table.get(name, of).fillna(of) for name, of in known.items()})
    hidden = table.k.isna() | table.n.isna()
    possible = [masked(*of) for of in table.loc[hidden, ["text", "size"]].to_numpy()]
    table[BOX] = table[BOX].astype(float)
    table.loc[hidden, BOX] = np.array(possible).reshape(-1, len(BOX))
    return table.drop_duplicates(["org", "grade", "group"], keep="last")


def masked(text: str, size: float) -> tuple[float, ...]:
    """Read a cell without counts: a range such as ``<2.97%``, a printed percent, or a group under ten."""
    if found := re.search(r"([<>]?)=?\s*(\d+\.?\d*)\s*%", text):
        sign, edge = found[1], float(found[2]) / 100
        p = {"<": (0.0, edge), ">": (edge, 1.0), "": (edge - 0.0005, edge + 0.0005)}[sign]
        hidden = 1 - edge if sign == ">" else edge
        n = size if size > 0 else max(10.0, (3 if sign else 1) / max(hidden, 0.001))
        few = hidden * n / 2 if sign else hidden * n
        return (n - few if sign == ">" else few, n, 10, MOST, *p)
    most = 9 if re.search(r"N\s*<\s*10", text) and "Cross" not in text else MOST
    pair = (size / 2, size) if size > 0 else (0.5, min(most, 10))
    return (*pair, 1, most, 0, 1)


def is_exact(cells: pd.DataFrame) -> pd.Series:
    """Return of each cell whether the publisher prints both counts."""
    return (cells.n_low == cells.n_high) & ~(cells.p_low < cells.p_high)


@cache
def read_catalog(name: str) -> Any:
    """Return a file of data/catalog."""
    return yaml.safe_load((DATA / "catalog" / name).read_text("utf-8"))


def plain(names: pd.Series) -> pd.Series:
    """Return names in small letters and digits alone."""
    return names.str.lower().str.replace(r"[^a-z0-9]", "", regex=True)


def read_groups(labels: pd.Series) -> pd.Series:
    """Return the student groups that a publisher's labels mean; null for another label."""
    kinds = read_catalog("student_groups.yml").values()
    groups = [item for kind in kinds for item in kind["groups"].items()]
    names = pd.Series({alias: name for name, of in reversed(groups) for alias in of["aliases"]})
    return plain(labels).map(dict(zip(plain(names.index.to_series()), names, strict=True)))


def read_schools(names: pd.Series, source: str | None = None) -> pd.Series:
    """Return the codes of the schools that a file names; null for another name."""
    listed = read_catalog("school_names.yml").items()
    known = {name: code for code, of in listed for name in of}
    own = read_catalog(f"sources/{source}.yml").get("school_codes", {}) if source else {}
    known = pd.Series(known | own).astype(str)
    return plain(names).map(dict(zip(plain(known.index.to_series()), known, strict=True)))


def in_our_words(path: Path, source: str) -> pd.DataFrame:
    """Return a file with the names that the catalog gives its columns."""
    columns = read_catalog(f"sources/{source}.yml")["columns"]
    ours = {re.sub(r"[\s_]", "", names[0]).lower(): name for name, names in columns.items()}
    return read_rows(path).rename(columns=ours)


def members(cells: pd.DataFrame, organization: str) -> pd.DataFrame:
    """Return the cells that make an organization: its own row, or those of its schools or tracts."""
    places, org = read_catalog("places.yml"), cells.org
    place = places.get(organization)
    if place is None or place.get("whole_state"):
        return cells[org == ("WA" if place else organization)]
    if place.get("whole_district") and (org == DISTRICT).any():
        return cells[org == DISTRICT]
    is_part = org.str.len().isin([4, 11])  # codes of schools, of tracts
    core = places["southeast_seattle"]
    if place.get("all_but"):
        is_part &= ~org.isin([*core["schools"], *core["tracts"]])
        is_part &= org.isin(place.get("schools", org)) | (org.str.len() == 11)
    elif not place.get("whole_district"):
        is_part &= org.isin([*place["schools"], *place.get("tracts", ())])
    return cells[is_part]


LONG = {  # files of a year, and their columns of students counted, and of all
    "disciplined": ("discipline/*{year}_Seattle*", "disciplinenumerator", "disciplinedenominator"),
    "regular_attendance": ("attendance/*{year}_*", "nregular", "nstudents"),
    "graduated_4yr": ("graduation/*{year}*", "graduate", "finalcohort"),
    "low_income_lap": ("enrollment/School_poverty*", "studentsinpoverty", "students-10/1/2016"),
}


def long_file(raw: Path, year: int, indicator: str) -> pd.DataFrame:
    """Read files with a row for each school, grade, and group."""
    pattern, counted, students = LONG[indicator]
    paths = sorted(raw.glob(pattern.format(year=f"{year - 1}-{year % 100}")), reverse=True)
    rows = pd.concat([read_rows(path) for path in paths], ignore_index=True)
    is_district = column(rows, "organizationlevel") == "District"
    rate, *reasons = (column(rows, of) for of in ("disciplinerate", "disciplinedatnotes", "dat"))
    table = rows.assign(
        org=codes(rows.schoolcode).mask(is_district, DISTRICT),
        grade=grades(column(rows, "gradelevel", "All")),
        group=read_groups(column(rows, "studentgroup", "All")),
        k=numbers(rows[counted]),
        n=numbers(rows[students]),
        text=rate.str.cat(reasons, sep=" "),
    )
    is_here = codes(column(rows, "districtcode", DISTRICT)) == DISTRICT
    return table[is_here & ~table.text.str.contains("No Students") & (table.n != 0)]


def in_columns(rows: pd.DataFrame, prefix: str = "") -> pd.DataFrame:
    """Return `k` of `n` students from a table with a column of numbers for each group."""
    names = pd.Series([name for name in rows if name.startswith(prefix)])
    groups = dict(zip(names, read_groups(names.str.removeprefix(prefix)), strict=True))
    counts = rows[[name for name, group in groups.items() if isinstance(group, str)]].apply(numbers)
    table = counts.melt(var_name="column", value_name="k", ignore_index=False).dropna()
    table["group"] = table.column.map(groups)
    return table.join(rows[["org", "grade", "n"]]).sort_index(kind="stable")


def enrollment(raw: Path, year: int) -> pd.DataFrame:
    """Read a group's students of all students, by school, in the district, and in the state."""
    if year in (2011, 2017):
        return _older_enrollment(raw / "enrollment", year)
    is_copy = year in (2018, 2023, 2024, 2025)
    pattern = "*2017-18_2022-23*" if is_copy else f"*Enrollment_{year - 1}-{year % 100}_King*"
    rows = read_rows(next((raw / "enrollment").glob(pattern)))
    level = column(rows, "organizationlevel", "School")
    is_district = (column(rows, "isdistricttotal") == "True") | (level == "District")
    is_here = codes(column(rows, "districtcode", DISTRICT)) == DISTRICT
    is_here &= column(rows, "classof", str(year)) == str(year)
    rows = rows.assign(org=codes(rows.schoolcode).mask(is_district, DISTRICT))
    rows = rows[is_here & (is_district | (level == "School"))]
    if year == 2019:
        state = read_rows(next((raw / "state").glob("Report_Card_Enrollment_2018-19*")))
        rows = pd.concat([rows, state[state.organizationlevel == "State"].assign(org="WA")])
    rows = rows.assign(n=numbers(rows.allstudents), grade=grades(column(rows, "gradelevel", "All")))
    table = in_columns(rows[rows.n > 0].reset_index(drop=True))
    if year < 2020:
        return table
    rows = read_rows(next((raw / "state").glob("OSPI_district_*")))
    rows = rows[rows.schoolyear == f"{year - 1}-{year % 100}"].assign(org=lambda t: codes(t.code))
    names = ["all", "low_income", "english_learner", "students_with_disabilities"]
    columns = ["enrollment", "demo.lowincome", "demo.ell", "demo.sped"]
    counts = rows[columns].apply(numbers).set_axis(names, axis=1)
    each = counts.assign(org=rows.org, n=counts["all"]).melt(["org", "n"], names, "group", "k")
    state = each.groupby("group", as_index=False)[["k", "n"]].sum().assign(org="WA")
    return pd.concat([table, *(t.assign(grade="all") for t in (state, each[each.org != DISTRICT]))])


LATER = ["english_learner", "low_income", "students_with_disabilities", "section_504", "migrant"]


def _older_enrollment(folder: Path, year: int) -> pd.DataFrame:
    """Read 2010-11 and 2016-17: program groups, of a later day, are a percent of a total not printed."""
    if year == 2011:
        lines = next(folder.glob("DemographicInfo_2010-11*")).read_text("utf-8").splitlines()
        records = [json.loads(line.rstrip().rstrip(",")) for line in lines if line.strip()]
        rows = pd.DataFrame(records).rename(columns=str.lower).astype(str)
        rows = rows.apply(lambda texts: texts.str.strip())
    else:
        rows = read_rows(next(folder.glob("1_2_Demographic*")))
    rows = rows.assign(org=codes(rows.buildingnumber), n=numbers(rows.totalenrollment), grade="all")
    rows = rows[(rows.countydistrictnumber == DISTRICT) & (rows.n > 0)]
    percents = in_columns(rows, "percent").rename(columns={"k": "percent"})
    percents = percents[["org", "group", "percent"]].drop_duplicates(["org", "group"])
    table = in_columns(rows, "number").merge(percents, how="left", on=["org", "group"])
    table = table.assign(n_low=table.n, n_high=table.n)
    later = table[table.group.isin(LATER) & table.percent.notna()]
    for _, school in later.groupby("org"):
        sizes = np.arange(school.n.iloc[0] // 2, school.n.iloc[0] * 2 + 1)
        percents = school.k.to_numpy() / sizes[:, None] * 100
        is_fit = abs(percents - school.percent.to_numpy()).max(axis=1) <= 0.00501
        low, high = sizes[is_fit | ~is_fit.any()][[0, -1]]
        table.loc[school.index, ["n", "n_low", "n_high"]] = ((low + high) / 2, low, high)
    table = table.assign(p_low=table.k / table.n_high, p_high=table.k / table.n_low)
    return pd.concat([table, rows[["org", "n"]].assign(k=rows.n, grade="all", group="all")])


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


def test_results(raw: Path, year: int, indicator: str) -> pd.DataFrame:
    """Read the state tests: met of all expected, met of those tested, those tested, and levels."""
    subject, _, what = indicator.partition("_")
    if year <= 2013:
        return _tests_before_2014(raw, year)
    if year == 2017:
        return _tests_of_2017(raw, subject, what)
    rows = read_rows(next((raw / "assessment").glob(f"*{year - 1}-{year % 100}_*All*")))
    named = {name: us for us, of in SPELLINGS.items() for name in rows if re.fullmatch(of, name)}
    rows = rows.rename(columns=named)
    is_here = (rows.testsubject + rows.testadministration) == "".join(TESTED[subject])
    rows = rows[is_here & (codes(rows.districtcode) == DISTRICT) & (rows.note != "No Students")]
    expected = numbers(rows.expected)
    tested = (expected * (1 - numbers(rows.no_score))).round()
    text = pd.Series("withheld", rows.index)
    if what == "met":
        k, n, text = numbers(rows.met), numbers(rows.expected_all), rows.rate + " " + rows.note
    elif what == "tested":
        k, n = tested, expected
    else:
        share = numbers(rows[what if what in rows else f"percent{what.replace('_', '')}"])
        k, n = (share * (tested if what == "met_tested" else expected)).round(), tested
    return _by_school(rows).assign(k=k, n=n, text=text)


def _by_school(rows: pd.DataFrame) -> pd.DataFrame:
    groups = read_groups(rows.studentgroup)
    return rows.assign(org=codes(rows.schoolcode), grade=grades(rows.gradelevel), group=groups)


def _tests_of_2017(raw: Path, subject: str, what: str) -> pd.DataFrame:
    rows = read_rows(next((raw / "assessment").glob("*2016-17*")))
    tests = ["MSP", "EOC"] if subject == "science" else ["SBA"]
    of = rows.subject.str.lower().str.replace("biology", "science")
    rows = rows[rows.testadministration.isin(tests) & (of == subject)]
    every, now = numbers(rows.counttotaltestedandnottested), numbers(rows.countmetstandardwithoutpp)
    met = numbers(rows.countmetstandardincludingpp)
    tested = every - numbers(rows.countnoscore).fillna(0)
    pairs = {"met": (met, every + met - now), "met_tested": (now, tested)}
    pairs["tested"] = (tested, every)
    level = numbers(column(rows, f"count{what.replace('_', '')}"))
    k, n = pairs.get(what, (level, every))
    # Rows that withhold the rate print the size: it tells only which ranges hold the truth.
    k = k.mask(rows.suppressed == "y")
    return _by_school(rows).assign(k=k, n=n, text=rows.suppressreason, size=every)


def _tests_before_2014(raw: Path, year: int) -> pd.DataFrame:
    rows = read_rows(next((raw / "assessment").glob("MSP*")))
    rows = rows[
        (rows.countydistrictnumber == DISTRICT) & (rows.schoolyear == f"{year - 1}-{year % 100}")
    ]
    met = numbers(rows.readingmetstandardincludingprevpass)
    n = numbers(rows.readingtotaltestednottested) + met
    n -= numbers(rows.readingmetstandardwithoutprevpass)
    return rows.assign(org=DISTRICT, grade=grades(rows.gradetested), k=met, n=n)


def census(raw: Path, indicator: str) -> pd.DataFrame:
    """Read residents or households of a tract; an income class that straddles the line may count or not."""
    of = read_catalog("sources/census_acs.yml")["indicators"][indicator]
    rows = in_our_words(next((raw / "acs").glob("Census_Tract*")), "census_acs")
    rows = rows[rows.jurisdiction == "Seattle"]
    low = rows[of["parts"]].apply(numbers).sum(axis=1)
    high = low + rows[of.get("straddling", [])].apply(numbers).sum(axis=1)
    n = numbers(rows[of["denominator"]])
    return rows.assign(org=rows.tract_code, k=(low + high) / 2, n=n, p_low=low / n, p_high=high / n)


def enrollment_october(raw: Path, year: int) -> pd.DataFrame:
    """Read the district's first count in fall (form P223)."""
    rows = read_rows(next((raw / "enrollment").glob("SPS_P223*")))
    rows = rows.assign(org=read_schools(rows.school, "sps_p223"))
    rows = rows[(rows.grade == "Total") & rows.countdate.str.endswith(f", {year - 1}")]
    rows = rows.dropna(subset="org").assign(n=numbers(rows.totalstudentcount).fillna(0))
    columns = {"all": "totalstudentcount", "english_learner": "bilingualserved"}
    columns["students_with_disabilities"] = "spec.ed.served"
    tables = [rows.assign(group=of, k=numbers(rows[name])) for of, name in columns.items()]
    return pd.concat(tables)[["org", "group", "k", "n"]].fillna({"k": 0})


@cache
def survey(raw: Path, year: int) -> pd.DataFrame:
    """Return answers by school, level of the survey, item, and side (favorable or not)."""
    rules: dict[str, Any] = read_catalog("sources/sps_climate.yml")["survey"]
    file = json.loads((raw / "climate" / f"sps_climate_survey_{year}.json").read_text("utf-8"))
    level_of = {org: level for level, orgs in rules["schools"].items() for org in orgs}
    records = []
    for title, schools in file["reports"]["School Report"].items():
        for name, items in schools.items():
            level = rules["levels"].get(title)
            if level or any(item in items for item in rules["told_by"]):
                for item, of in items.items():
                    sides = [rules["answers"].get(answer) for answer in of["answers"]]
                    answers = zip(sides, of["answer_respondents"], strict=True)
                    records += [(name, level, item.strip(), *answer) for answer in answers]
    table = pd.DataFrame(records, columns=["school", "level", "item", "side", "answers"])
    org = read_schools(table.school, "sps_climate")
    group = table.level.fillna(org.map(level_of)).fillna("elementary")
    return table.assign(org=org, group=group, n=numbers(table.answers).fillna(0))


def climate(raw: Path, year: int, indicator: str) -> pd.DataFrame:
    """Read the share of answers that are favorable or not, of a theme or one item, by level and all levels."""
    source = read_catalog("sources/sps_climate.yml")
    entry, themes = source["indicators"][indicator], source["survey"]["themes"]
    where = entry.get("where", {"theme": list(themes)})
    chosen = [*where.get("item", []), *(i for t in where.get("theme", []) for i in themes[t])]
    rows = survey(raw, year)
    rows = rows[rows["item"].isin(chosen)]
    rows = rows.assign(k=rows.n.where(rows.side == entry["numerator"], 0))
    rows = pd.concat([rows, rows.assign(group="all")])
    return rows.groupby(["org", "group"], as_index=False)[["k", "n"]].sum()


@cache
def budgets(raw: Path) -> pd.DataFrame:
    """Return each school's funds by year."""
    rows = in_our_words(next((raw / "finance").glob("sps_school_budgets*")), "sps_budgets")
    rows["org"] = read_schools(rows.school_name).fillna(rows.school_name)
    rows["year"] = 2000 + rows.school_year.str[-2:].astype(int)
    rows[FUNDS] = rows[FUNDS].apply(numbers).fillna(0)
    rows = rows.assign(total=numbers(rows.total), n=numbers(rows.students)).sort_values("year")
    return pd.concat(_in_their_years(school) for _, school in rows.groupby("org"))


def _in_their_years(school: pd.DataFrame) -> pd.DataFrame:
    """Return a school's funds, each fund's amounts in order, in the years that make every total right."""
    ways = []
    for fund in FUNDS:
        orders, amounts = dict.fromkeys(permutations(school[fund])), school[fund][school[fund] > 0]
        ways.append([of for of in orders if [x for x in of if x > 0] == list(amounts)])
    fits = (of for of in product(*ways) if (abs(np.sum(of, axis=0) - school.total) < 2).all())
    return school.assign(**dict(zip(FUNDS, next(fits), strict=True)))


def budget_per_student(raw: Path, year: int, indicator: str) -> pd.DataFrame:
    """Read dollars of a fund for each student of a school."""
    fund = indicator.removeprefix("budget_").removesuffix("per_student").strip("_") or "total"
    rows = budgets(raw).query(f"year == {year}")
    return rows[["org", "n"]].assign(k=rows[fund])


def title_i_school(raw: Path, year: int) -> pd.DataFrame:
    """Read whether a school has Title I funds: from the budgets, or from the one list of all levels."""
    if year >= 2022:
        rows = budget_per_student(raw, year, "budget_title_i_per_student")
        return rows.assign(k=(rows.k > 0).astype(int), n=1)
    listed = read_schools(read_rows(next((raw / "title1").glob("SPS_Title_I*"))).school)
    places = read_catalog("places.yml")
    every = {*places["southeast_seattle"]["schools"], *places["rest_of_seattle_regular"]["schools"]}
    table = pd.DataFrame({"org": sorted(every), "n": 1})
    return table.assign(k=table.org.isin(listed).astype(int))


def spending_per_student(raw: Path, year: int) -> pd.DataFrame:
    """Read dollars spent for each student, by district, and of 2018-19 by school."""
    label = f"{(year - 1) % 100}-{year % 100}"
    rows = read_rows(next((raw / "finance").glob("per_pupil*")))
    table = rows.assign(org=rows.districtcode, n=numbers(rows[f"enrollment{label}"]))
    table["k"] = numbers(rows[f"perpupil{label}"]) * table.n
    if year != 2019:
        return table
    rows = read_rows(next((raw / "finance").glob("Report_Card_Per_Pupil*")))
    rows = rows.assign(k=numbers(rows.expenditure), n=numbers(rows.enrollmenttotal))
    rows["org"] = codes(rows.schoolcode).mask(rows.organizationallevel == "State", "WA")
    is_here = (rows.organizationallevel == "School") & (codes(rows.districtcode) == DISTRICT)
    schools = rows[is_here | (rows.org == "WA")].groupby("org", as_index=False)
    return pd.concat([table, schools.agg({"k": "sum", "n": "last"})])


def teachers(raw: Path, year: int, indicator: str) -> pd.DataFrame:
    """Read teachers' experience, degrees, certificates, students, race, and sex."""
    if year == 2017:  # number and percent of degrees give the number of teachers
        rows = read_rows(next((raw / "enrollment").glob("1_2_Demographic*")))
        k = numbers(rows.numberteacherswithatleastmasterdegree)
        n = (k / numbers(rows.percentteacherswithatleastmasterdegree) * 100).round()
        if indicator == "teacher_experience":
            k = n * numbers(rows.avgyearseducationalexperience)
        table = rows.assign(org=codes(rows.buildingnumber), k=k, n=n)
        return table[(rows.countydistrictnumber == DISTRICT) & (n > 0)]
    if indicator == "students_per_teacher" or indicator.endswith("certificate"):
        rows = read_rows(next((raw / "teacher").glob("*Ratio*2017-18*")))
        n = numbers(rows.totalteachercount)
        rows = rows.assign(org=codes(rows.schoolcode), n=n, k=numbers(rows.certificatetypecount))
        rows = rows[codes(rows.districtcode) == DISTRICT]
        if indicator.endswith("certificate"):
            kind = indicator.removeprefix("teachers_").replace("_", " ").title()
            return rows[(rows.program == "All") & (rows.certificatetype == kind)]
        rows = rows[(rows.program == "ALL") & (rows.studenttoteacherratio != "")]
        return rows.assign(k=rows.n * numbers(rows.studenttoteacherratio))
    rows = read_rows(next((raw / "teacher").glob("*Demographics*")))  # shares without counts
    rows = rows[rows.schoolyr.astype(float) + 1 == year]
    share = numbers(rows.teacherpercent)
    org = read_schools(rows.schoolname).fillna(rows.schoolname.replace("NULL", DISTRICT))
    table = rows.assign(org=org, k=share * 100, n=100, p_low=share - 5e-5, p_high=share + 5e-5)
    return table["teachers_" + read_groups(rows.demographiccategory) == indicator]
