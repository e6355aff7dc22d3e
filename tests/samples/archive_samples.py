"""Small editions for the tests of the archive, made from published numbers; data folders to change on purpose."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from report_samples import write_data

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.archive import frozen
from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.editions.documents import output
from sesec_analysis.loaders import build
from sesec_analysis.loaders.raw import store

RELEASES = ("ospi_discipline@2018", "ospi_discipline@2019")
CLEVELAND = "2392"


def data_copy(where: Path) -> Path:
    """A data folder: the whole catalog, two releases to be changed on purpose, the enrollment that caps them."""
    write_data(where, "reference")
    caps = (name for name in build.observation_files() if "enrollment" in name)
    for name in {*RELEASES, *caps}:
        shutil.copy(
            catalog.observations_in(catalog.data_dir()) / f"{name}.parquet", where / "observations"
        )
    return where


def rewrite_table(data: Path, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    path = data / "observations" / f"{name}.parquet"
    store.write_parquet(change(store.read_parquet([path])), path)


def rewrite_text(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def records(year: int = 2018, *, level: float = 0.95) -> list[dict[str, Any]]:
    """Findings on discipline: of the place and the district by group, of the schools of the place, and gaps."""
    question: dict[str, Any] = {"end_years": [year], "grade_level": "all"}
    places = sa.load(
        "disciplined",
        place=["southeast_seattle", "seattle"],
        student_group_type="race_ethnicity",
        **question,
    )
    schools = sa.load(
        "disciplined",
        place="southeast_seattle",
        organization_level="school",
        student_group="all",
        **question,
    )
    gaps = sa.gaps(places, by="race_ethnicity", reference="white", level=level)
    tables = (sa.rates(places, level=level), sa.rates(schools, level=level), gaps)
    return [found.record() for table in tables for found in sa.findings(table)]


def run(year: int = 2018, **also: Any) -> dict[str, Any]:
    """An imprint, as run.json keeps it."""
    return {
        "edition": f"annual-{year}",
        "title": f"Equity Report, {year}",
        "published": 2026,
        "parameters": {"report_year": year},
        "changed_parameters": [],
        "notebook": {"path": "notebooks/good.ipynb", "sha256": "0" * 64},
        "package": {"version": "0.1.0", "commit": "a" * 40, "uncommitted_changes": False},
    } | also


def edition(year: int = 2018, *, level: float = 0.95, **also: Any) -> Frozen:
    return frozen.of_records(records(year, level=level), run(year, **also))


def write_build(where: Path, made: list[dict[str, Any]], imprint: dict[str, Any]) -> Path:
    """A built edition as far as publishing reads it."""
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir(parents=True)
    output.write_findings(made, where)
    output.write_json({"passed": True}, where / "disclosure_audit.json")
    files = output.checksums(where)
    output.write_json({**imprint, "files": files}, where / "run.json")
    return where


def change_json(path: Path, **also: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | also), encoding="utf-8")


def git(where: Path, *words: str) -> str:
    own = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(where), *own, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit_all(where: Path) -> str:
    git(where, "add", "--all")
    git(where, "commit", "--quiet", "--allow-empty", "--message", "Go on")
    return git(where, "rev-parse", "HEAD")
