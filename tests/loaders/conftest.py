"""Small raw files in the publisher's own layout, written out so that a reader can check them."""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from discipline_samples import DISCIPLINE

from sesec_analysis import catalog


@pytest.fixture
def discipline(tmp_path: Path) -> Callable[..., Path]:
    """Write a discipline file for 2018-19 from rows; return the folder of raw files."""

    def write(*rows: dict[str, str], header: list[str] | None = None) -> Path:
        _, release = catalog.release("ospi_discipline@2019")
        path = tmp_path / release.file
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, header or DISCIPLINE, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return tmp_path

    return write
