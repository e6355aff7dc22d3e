# /// script
# requires-python = ">=3.11"
# dependencies = ["shapely>=2,<3", "numpy"]
# ///
"""Find the census tract of each school of Seattle. Run again when a school moves or opens; its result is committed.

    uv run tools/tracts.py RAW_FOLDER data/reference

It reads the coordinates of ``schools.csv`` and writes ``school_tracts.csv`` next to it.
"""

import csv
import sys
from pathlib import Path

from outlines import TRACTS, read
from shapely.geometry import Point


def main(raw: Path, reference: Path) -> None:
    """Write the tract that holds each school's coordinates; a school outside all of them, or without, has no row."""
    tracts = read(raw, TRACTS, "geoid")
    with (reference / "schools.csv").open(encoding="utf-8", newline="") as file:
        schools = [row for row in csv.DictReader(file) if row["latitude"]]
    with (reference / "school_tracts.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["code", "tract"])
        for school in schools:
            point = Point(float(school["longitude"]), float(school["latitude"]))
            found = [code for code, area in tracts.items() if area.intersects(point)]
            if len(found) == 1:
                rows.writerow([school["code"], found[0].removeprefix("14000US")])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
