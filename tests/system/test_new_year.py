"""The page on a new year is followed to the letter, in a fresh copy, with made-up files of 2025-26.

The files are the newest real ones of enrollment, tests, and attendance with every count moved: counts of a school move
together by a few percent, totals and percents are made of the moved counts, and what is masked stays masked.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

END_YEAR, SCHOOL_YEAR = 2026, "2025-26"
DATASETS = {
    "ospi_enrollment": ("aaaa-0001", "enrollment.csv"),
    "ospi_assessment": ("aaaa-0002", "assessment.csv"),
    "ospi_sqss": ("aaaa-0003", "attendance.csv"),
}
"""For each source: an id that no dataset has, and the name of its made-up file."""

_DISTRICT = {"DistrictCode": "17001", "DistrictName": "Seattle School District No. 1"}
_CARRIER = "enrollment/Report_Card_Enrollment_2017-18_2022-23_2023-24_2024-25_Seattle_AllGrades.csv"
_TESTS = "assessment/Report_Card_Assessment_2024-25_Seattle_AllStudents.csv"
_ATTENDANCE = "attendance/SQSS_regular_attendance_2023-24_Seattle_{}_AllGrades.csv"

_SEXES = ["female", "male", "gender_x"]
_RACES = {
    "american_indian_alaskan_native": "american_indian_alaskan_native",
    "asian": "asian",
    "black_african_american": "black_african_american",
    "hispanic_latino_of_any_race": "hispanic_latino_of_any_race",
    "native_hawaiian_other_pacific": "native_hawaiian_other_pacific",
    "two_or_more_races": "two_or_more_races",
    "white": "white",
}
_PROGRAMS = {
    "english_language_learners": "non_english_language_learners",
    "highly_capable": "non_highly_capable",
    "homeless": "non_homeless",
    "low_income": "non_low_income",
    "migrant": "non_migrant",
    "military_parent": "non_military_parent",
    "mobile": "non_mobile",
    "section_504": "non_section_504",
    "students_with_disabilities": "students_without_disabilities",
}


def write_files(raw: Path, folder: Path) -> dict[str, Path]:
    """Write the made-up files; return each by its source."""
    tables = {
        "ospi_enrollment": _enrollment(raw),
        "ospi_assessment": _assessment(raw),
        "ospi_sqss": _attendance(raw),
    }
    folder.mkdir(parents=True, exist_ok=True)
    files = {source: folder / name for source, (_, name) in DATASETS.items()}
    for source, table in tables.items():
        table.to_csv(files[source], index=False)
    return files


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _factor(*key: object) -> float:
    """Return by how much a count grows or shrinks: 3 to 8 percent, the same for the same key."""
    draw = random.Random("/".join(map(str, key)))
    return 1 + draw.choice((-1, 1)) * draw.uniform(0.03, 0.08)


def _moved(count: float, *key: object) -> int:
    """Return a count moved by a few percent, and as far again as a count of its size moves by chance."""
    chance = random.Random("/".join(map(str, (*key, "chance")))).uniform(-1, 1)
    return round(count * _factor(*key) + chance * count**0.5)


def _parted(parts: dict[str, int], total: int) -> dict[str, int]:
    """Return parts that sum to a total: the largest takes what rounding left."""
    largest = max(parts, key=lambda name: parts[name])
    return parts | {largest: parts[largest] + total - sum(parts.values())}


def _enrollment(raw: Path) -> pd.DataFrame:
    real = _read(raw / _CARRIER)
    real = real[(real["school_year"] == "2024-25") & (real["is_district_total"] == "False")]
    rows = []
    for school in real.to_dict("records"):
        code = school["school_code"]
        count = {name: int(school[name]) for name in (*_SEXES, *_RACES, *_PROGRAMS)}
        size = _moved(int(school["all_students"]), code)
        share = size / int(school["all_students"])
        moved = {name: _moved(number * share, code, name) for name, number in count.items()}
        moved |= _parted({name: moved[name] for name in _SEXES}, size)
        moved |= _parted({name: moved[name] for name in _RACES}, size)
        for name in _PROGRAMS:
            moved[name] = min(size * 9 // 10, moved[name])
        rows.append({"schoolcode": code, "schoolname": school["school_name"], "all": size} | moved)
    schools = pd.DataFrame(rows).assign(organizationlevel="School")
    total = schools.drop(columns=["schoolcode", "schoolname", "organizationlevel"]).sum().to_dict()
    named = {"organizationlevel": "District", "schoolcode": "", "schoolname": "District Total"}
    table = pd.concat([schools, pd.DataFrame([total | named])], ignore_index=True)
    table = table.rename(columns={"all": "all_students"})
    others = {other: table["all_students"] - table[name] for name, other in _PROGRAMS.items()}
    return table.assign(
        schoolyear=SCHOOL_YEAR,
        districtcode=_DISTRICT["DistrictCode"],
        districtname=_DISTRICT["DistrictName"],
        gradelevel="All Grades",
        dat="",
        dataasof="2026-06-01T00:00:00.000",
        **others,
    )


_LEVELS = ["percentlevel1", "percentlevel2", "percentlevel3", "percentlevel4", "percent_no_score"]


def _assessment(raw: Path) -> pd.DataFrame:
    real = _read(raw / _TESTS).drop(columns=["school_id", "source_row", "check"])
    rows = [_tested(row) for row in real.to_dict("records")]
    return pd.DataFrame(rows).assign(schoolyear=SCHOOL_YEAR, dataasof="2026-09-03")


def _tested(row: dict[str, str]) -> dict[str, str]:
    """Move how many students reached each level; all shares follow. A masked row stays as it is."""
    if not (row["count_of_students_expected"] and row["percentlevel1"]):
        return row
    expected = int(row["count_of_students_expected"])
    place = (row["schoolcode"], row["testsubject"])
    at = {name: round(float(row[name] or 0) * expected * _factor(*place, name)) for name in _LEVELS}
    size = sum(at.values())
    met = at["percentlevel3"] + at["percentlevel4"]
    foundational = met + at["percentlevel2"]
    tested = size - at["percent_no_score"]
    return row | {
        "count_of_students_expected": str(size),
        "count_of_students_expected_1": str(size),
        "count_consistent_grade_level": str(met),
        "percent_consistent_grade": f"{100 * met / size:.1f}%",
        **{name: f"{count / size:.13f}" for name, count in at.items()},
        "percent_consistent_tested": f"{met / tested:.13f}",
        "percent_participation": f"{tested / size:.13f}",
        "count_foundational_grade": str(foundational),
        "percent_foundational_grade": f"{100 * foundational / size:.1f}%",
    }


def _attendance(raw: Path) -> pd.DataFrame:
    real = pd.concat([_read(raw / _ATTENDANCE.format(of)) for of in ("AllStudents", "groups")])
    names = _read(raw / _CARRIER).drop_duplicates("school_code", keep="last")
    names = names.set_index("school_code")["school_name"]
    rows = []
    for code, school in real.groupby("school_code", sort=True):
        cells = _attended(str(code), school)
        rows += [{"SchoolCode": code, "SchoolName": names[code], **cell} for cell in cells]
    table = pd.DataFrame(rows).assign(OrganizationLevel="School")
    whole = table[table["StudentGroup"] == "All Students"][["Numerator", "Denominator"]]
    total = whole[whole["Numerator"] != ""].astype(int).sum().astype(str).to_dict() | {
        "StudentGroup": "All Students",
        "DATReason": "",
    }
    named = {"OrganizationLevel": "District", "SchoolCode": "", "SchoolName": "District Total"}
    table = pd.concat([table, pd.DataFrame([total | named])], ignore_index=True)
    return table.assign(
        SchoolYear=SCHOOL_YEAR, GradeLevel="All Grades", Measures="Regular Attendance", **_DISTRICT
    )


def _attended(code: str, school: pd.DataFrame) -> list[dict[str, str]]:
    """Move a school's counts; those of groups that are printed make up the same difference to all as before."""
    every = school[school["group_type"] == "all"].iloc[0]
    if not every["n_students"]:  # all of this school is masked
        school = school[school["n_students"] == ""]
        return [
            {"StudentGroup": name, "DATReason": reason, "Numerator": "", "Denominator": ""}
            for name, reason in zip(school["student_group"], school["dat"], strict=True)
        ]
    size, regular = (int(float(every[name])) for name in ("n_students", "n_regular"))
    new_size = _moved(size, code)
    new_regular = min(
        new_size, round(regular * new_size / size * (1 + (_factor(code, "k") - 1) / 4))
    )
    cells = []
    for _, group in school.groupby("group_type", sort=True):
        printed = group[group["n_students"] != ""]
        n = {
            name: int(float(x))
            for name, x in zip(printed["student_group"], printed["n_students"], strict=True)
        }
        k = {
            name: int(float(x))
            for name, x in zip(printed["student_group"], printed["n_regular"], strict=True)
        }
        if n:
            left, left_regular = size - sum(n.values()), regular - sum(k.values())
            n = _parted(
                {name: round(x * new_size / size) for name, x in n.items()}, new_size - left
            )
            k = {name: round(x * new_regular / regular) for name, x in k.items()}
            k = _parted(k, new_regular - left_regular)
            k = {name: min(x, n[name]) for name, x in k.items()}
        for name, reason in zip(group["student_group"], group["dat"], strict=True):
            cells.append(
                {
                    "StudentGroup": name,
                    "DATReason": "" if reason == "None" else reason,
                    "Numerator": str(k.get(name, "")),
                    "Denominator": str(n.get(name, "")),
                }
            )
    return cells


pytestmark = pytest.mark.slow  # commands are run as they are typed

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/howto/new_year.md"
STEP = re.compile(r"^## (\d)\. (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the repository as it is here, with everything committed."""
    folder = tmp_path / "copy"
    listed = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "Begin"]):
        run(["git", *words], folder)
    return folder


def environment(home: Path, copy: Path) -> dict[str, str]:
    """An environment in which `sesec` is that of the copy."""
    command = home / "bin/sesec"
    command.parent.mkdir(parents=True)
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{copy}" exec "{sys.executable}" -c '
        '"from sesec_analysis.cli import main; main(prog_name=\'sesec\')" "$@"\n'
    )
    command.chmod(0o755)
    own = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
    return own | {"PATH": f"{command.parent}:{os.environ['PATH']}", "HOME": str(home)}


def run(words: list[str], where: Path, env: dict[str, str] | None = None, ends: int = 0):
    who = {
        f"GIT_{role}_{key}": "a@b.c"
        for role in ("AUTHOR", "COMMITTER")
        for key in ("NAME", "EMAIL")
    }
    env = (env or dict(os.environ)) | who
    done = subprocess.run(words, cwd=where, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == ends, (words, done.stdout[-3000:], done.stderr[-3000:])
    return done


def edit(copy: Path, language: str, text: str) -> None:
    """Make the edit that a block of the page shows."""
    if language == "yaml":
        path = copy / "reports/editions.yml"
        path.write_text(path.read_text("utf-8") + text, "utf-8")
    else:
        path = copy / "CHANGELOG.md"
        path.write_text(
            path.read_text("utf-8").replace("### Numbers\n\n", f"### Numbers\n\n{text}", 1), "utf-8"
        )


@pytest.mark.proof(
    "A new year goes as its page says, from the publisher's files to a published edition",
    tried="every block of docs/howto/new_year.md in a fresh copy, with made-up files of 2025-26",
    only_in_full=True,
)
def test_new_year__goes_as_its_page_says(tmp_path, copy, raw, record_property):
    home = tmp_path / "home"
    env = environment(home, copy)
    write_files(raw, home / "Downloads")
    said, done = {}, set()
    for number, title, text in STEP.findall(PAGE.read_text("utf-8")):
        if number == "7":  # what may be written into the list, none of which is made up
            continue
        if number == "4":  # what is not committed is named before anything is built
            refused = run(["sesec", "publish", "annual-2026"], copy, env, ends=2)
            assert "data/catalog/sources/ospi_assessment.yml" in refused.stderr
        begun = time.monotonic()
        for language, block in BLOCK.findall(text):
            if language == "sh":
                ran = run(["bash", "-euc", block], copy, env)
                said[number] = ran.stdout + ran.stderr
            else:
                edit(copy, language, block)
        done.add(number)
        record_property(f"seconds for step {number} ({title})", round(time.monotonic() - begun))
    assert "Editions that they can change: annual-2024, annual-2025." in said["1"]
    assert run(["git", "status", "--porcelain"], copy).stdout == ""
    listed = run(["sesec", "report", "--list"], copy, env).stdout
    assert "annual-2026  Southeast Seattle School Equity Report, 2025–26" in listed
    assert done == set("1234568")
    assert "annual-2026: published; " in said["6"]
    assert "git add CHANGELOG.md reports/published" in said["6"]
    assert "published findings are the same, digit by digit" in said["8"]
    run(["sesec", "verify", "annual-2025", "--quiet"], copy, env)
