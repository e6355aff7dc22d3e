"""A cell of a publisher's file, as its text allows, and the catalog's lists of schools, places, and groups."""

import csv
import gzip
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "data" / "reference"
DISTRICT = "17001"
MOST = 1e8  # students of a cell whose size the publisher withholds
Range = tuple[float, float]


@dataclass(frozen=True)
class Cell:
    """Counts `k` of `n` students and the rate `p`, lowest and highest; `likely` is a pair that all texts allow."""

    k: Range
    n: Range
    p: Range = (0.0, 1.0)
    likely: Range | None = None

    @property
    def is_exact(self) -> bool:
        """Return whether the publisher prints both counts."""
        return self.k[0] == self.k[1] and self.n[0] == self.n[1]


Cells = dict[tuple[str, str, str], Cell]  # by organization, grade, and student group


def exact(k: float, n: float) -> Cell:
    """Return a cell whose counts are printed."""
    return Cell((k, k), (n, n), (0.0, math.inf), (k, n))


def read_number(text: str | None) -> float | None:
    """Return a printed number, or None where there is none."""
    text = (text or "").replace(",", "").strip()
    return float(text) if re.fullmatch(r"\d*\.?\d+", text) else None


def masked(text: str, note: str = "", size: float | None = None) -> Cell:
    """Read a cell without counts: a range such as ``<2.97%``, a printed percent, or a group under ten."""
    text = text.strip() or note
    found = re.search(r"([<>]?)=?\s*(\d+\.?\d*)\s*%", text)
    if found:
        sign, edge = found[1], float(found[2]) / 100
        p = {"<": (0.0, edge), ">": (edge, 1.0), "": (edge - 0.0005, edge + 0.0005)}[sign]
        hidden = 1 - edge if sign == ">" else edge
        n = size or max(10.0, (3 if sign else 1) / max(hidden, 0.001))
        few = hidden * n / 2 if sign else hidden * n
        return Cell((0, MOST), (10, MOST), p, (n - few if sign == ">" else few, n))
    likely = (size / 2, size) if size else None
    if re.search(r"N\s*<\s*10", f"{text} {note}") and "Cross" not in f"{text} {note}":
        return Cell((0, 9), (1, 9), likely=likely)
    return Cell((0, MOST), (1, MOST), likely=likely)


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a file, columns in small letters without spaces or underscores."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        names = [re.sub(r"[\s_]", "", name).lower() for name in next(reader)]
        for row in reader:
            yield dict(zip(names, row, strict=False))


def read_code(text: str) -> str:
    """Return a school's code of today; one school had another for three years."""
    code = text.replace(",", "").split(".")[0]
    return "1751" if code == "5649" else code


def read_grade(text: str) -> str:
    """Return ``all`` or two digits of a grade; other texts as they are."""
    text = text.replace(" ", "").lower()
    found = re.match(r"\d+", text)
    return "all" if text in ("all", "allgrades") else f"{int(found[0]):02d}" if found else text


@cache
def read_catalog(name: str) -> Any:
    """Return a file of data/catalog."""
    return yaml.safe_load((ROOT / "data" / "catalog" / name).read_text("utf-8"))


@cache
def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


@cache
def partitions() -> dict[str, list[str]]:
    """Return the groups of each kind, such as race and ethnicity."""
    return {kind: list(of["groups"]) for kind, of in read_catalog("student_groups.yml").items()}


@cache
def read_group(label: str) -> str | None:
    """Return the student group that a publisher's label means, or None."""
    for kind in read_catalog("student_groups.yml").values():
        for name, group in kind["groups"].items():
            if _plain(label) in map(_plain, group["aliases"]):
                return str(name)
    return None


@cache
def code_of(name: str, source: str | None = None) -> str | None:
    """Return the code of a school that a file names, or None."""
    own = read_catalog(f"sources/{source}.yml").get("school_codes", {}) if source else {}
    for spelling, code in own.items():
        if _plain(spelling) == _plain(name):
            return str(code)
    every = read_catalog("school_names.yml").items()
    return next((code for code, names in every if _plain(name) in map(_plain, names)), None)


def places() -> dict[str, Any]:
    """Return the places of the catalog."""
    found: dict[str, Any] = read_catalog("places.yml")
    return found


_by_group: dict[int, dict[tuple[str, str], dict[str, Cell]]] = {}


def members(cells: Cells, organization: str, grade: str, group: str) -> list[Cell]:
    """Return the cells that make an organization: its own row, or those of its schools or tracts."""
    if id(cells) not in _by_group:  # files are kept as long as the program runs
        index: dict[tuple[str, str], dict[str, Cell]] = defaultdict(dict)
        for (org, *key), cell in cells.items():
            index[key[0], key[1]][org] = cell
        _by_group[id(cells)] = index
    here = dict(_by_group[id(cells)].get((grade, group), {}))
    place = places().get(organization)
    if place is None or place.get("whole_state"):
        organization = "WA" if place else organization
        return [here[organization]] if organization in here else []
    if place.get("whole_district") and DISTRICT in here:
        return [here[DISTRICT]]
    core = places()["southeast_seattle"]
    core = {*core["schools"], *core["tracts"]}
    every = {org for org in here if len(org) in (4, 11)}
    if place.get("all_but"):
        regular = {*place.get("schools", every), *(org for org in every if len(org) == 11)}
        taken = regular - core
    else:
        taken = (
            every if place.get("whole_district") else {*place["schools"], *place.get("tracts", ())}
        )
    return [cell for org, cell in here.items() if org in taken and org in every]
