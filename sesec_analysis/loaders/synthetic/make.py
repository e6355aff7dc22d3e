"""Make a synthetic data folder: raw files in every layout, the catalog that names them, and the truth behind them."""

import gzip
import json
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import Release, Source
from sesec_analysis.errors import DataError
from sesec_analysis.files import sha256_of
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.synthetic import publishers
from sesec_analysis.loaders.synthetic.frames import (
    CodedText,
    SyntheticFrame,
    constant,
    numbers,
    organization_ids,
)
from sesec_analysis.loaders.synthetic.layouts import Written, long_file, wide_file
from sesec_analysis.loaders.synthetic.population import Population

__all__ = ["SCHOOLS", "make", "make_release", "releases", "write_file"]


_BLOCK = 1 << 22


def write_file(
    frame: SyntheticFrame, names: list[str], columns: dict[str, CodedText], path: Path
) -> str:
    """Write a release and return the sha256 of the file; the same columns give the same bytes.

    Parameters
    ----------
    frame
        The release: how it prints, and the chance for columns that nobody reads.
    names
        The header.
    columns
        By the entry's names, by the file's own, or as ``ignored:`` and a bare name; a column that none fits is blank.
    path
        A ``.csv``, ``.csv.gz`` or ``.txt`` file; its folder is made.
    """
    table = _table(frame, names, columns)
    path.parent.mkdir(parents=True, exist_ok=True)
    if frame.source.format == "jsonlines":
        path.write_bytes(_json_lines(table))
    else:
        _write_csv(frame, table, path)
    return sha256_of(path)


def _table(frame: SyntheticFrame, names: list[str], columns: dict[str, CodedText]) -> pd.DataFrame:
    rows = len(columns["school_year"].codes)
    logical = publishers.logical_names(frame.source, names, frame.year)
    blank = not frame.way.quoted
    out = {}
    for name in names:
        known = (logical.get(name, ""), name, f"ignored:{publishers.bare(name)}")
        column = next((columns[key] for key in known if key in columns), None)
        if column is None:
            column = _unread(frame, name, rows)
        out[name] = pd.Series(column.categorical(blank=blank))
    return pd.DataFrame(out)


def _unread(frame: SyntheticFrame, name: str, rows: int) -> CodedText:
    """Return a column that nobody reads: shares of levels are filled, so that a file is as large as a real one."""
    if publishers.bare(name).startswith("percentlevel"):
        texts = [f"{number / 997:.9f}" for number in range(997)]
        return CodedText(frame.rng.integers(0, len(texts), rows), texts)
    return constant("", rows)


def _json_lines(table: pd.DataFrame) -> bytes:
    """Write one object a line, each line ended by a comma: not one JSON document."""
    records = table.astype("object").where(table.notna(), "").to_dict("records")
    return "".join(f"{json.dumps(record)},\n" for record in records).encode()


def _write_csv(frame: SyntheticFrame, table: pd.DataFrame, path: Path) -> None:
    way = frame.way
    if way.row_index:
        index = numbers(table.index.to_numpy() + 11231)
        table.insert(0, " ", pd.Series(index.categorical(blank=True)))
    plain = path.with_suffix(".plain")
    store.write_csv(table, plain, quoted=way.quoted)
    opened = (
        gzip.GzipFile(path, "wb", compresslevel=1, mtime=0)
        if path.suffix == ".gz"
        else path.open("wb")
    )
    with opened as target, plain.open("rb") as source:
        target.write(b"\xef\xbb\xbf" if way.mark else b"")
        while block := source.read(_BLOCK):
            target.write(block)
        for line in way.footer:
            target.write(f"{line}{',' * (len(table.columns) - 1)}\n".encode())
    plain.unlink()


SCHOOLS = 300
"""Schools in the made-up state, unless another number is asked for; the real one has about 2400."""

_FORMATS = ("csv", "jsonlines")
_MARK = """SYNTHETIC

Everything in this folder is made up: it describes no real school, district or student. `sesec data twin` made it, to
try things out. truth.parquet beside it holds the exact figures behind every withheld cell.
"""
_TRUTH = [
    *("source_id", "indicator", "end_year", "organization_level", "organization_id", "grade_level"),
    *("student_group_type", "student_group", "numerator", "denominator", "value"),
]


def releases(end_years: Iterable[int] | None = None) -> list[str]:
    """Return the releases that a synthetic folder has: every catalogued file of students, of some years or of all."""
    years = None if end_years is None else set(end_years)
    source_ids = [
        f"{key}@{year}"
        for key, source in catalog.sources().items()
        for year, release in sorted(source.releases.items())
        if _is_made(source, release) and (years is None or year in years)
    ]
    if not source_ids:
        known = {year for source in catalog.sources().values() for year in source.releases}
        raise DataError(
            "no release ends in the years asked for",
            where="--end-years",
            mend="ask for school years of the catalog, by the year they end in",
            known=sorted(known),
        )
    return source_ids


def _is_made(source: Source, release: Release) -> bool:
    published = release.file or (release.dataset_id and not release.not_published)
    coded = {"district_code", "district_organization"} & set(source.columns)
    # A source of the state's rows alone has nothing that the source of its schools does not have.
    of_schools = "organization_level" not in source.keep
    # Figures that a rule computes stand in no column: a file of such a source would be blank, and prove nothing.
    values = {columns.value for columns in source.indicators.values() if columns.value}
    printed = values <= set(source.columns)
    return bool(published and coded and of_schools and printed) and source.format in _FORMATS


def make_release(population: Population, source_id: str, folder: Path) -> tuple[str, str, Written]:
    """Write one release into a folder of raw files; return its path there, its sha256, and its columns and truth."""
    key, _, _ = source_id.partition("@")
    source, release = catalog.release(source_id)
    frame = SyntheticFrame(population, source_id, source)
    names = publishers.header(source_id, source)
    written = wide_file(frame, names) if source.layout == "wide" else long_file(frame)
    ending = ".txt" if source.format == "jsonlines" else ".csv"
    zipped = ".gz" if (release.file or "").endswith(".gz") else ""
    file = f"{key}/{source_id}{ending}{zipped}"
    return file, write_file(frame, names, written.columns, folder / file), written


def make(
    folder: Path,
    *,
    seed: int = 0,
    schools: int = SCHOOLS,
    end_years: Iterable[int] | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> Path:
    """Write a twin: ``raw/``, ``data/`` (a working data folder) and ``truth.parquet``.

    Parameters
    ----------
    folder
        An empty folder, or one that is not there yet.
    seed
        The same seed gives the same bytes.
    schools
        Schools in the state.
    end_years
        Only releases of these school years; all by default.
    progress
        Called with one line per release.

    Returns
    -------
    The data folder, to be named in ``SESEC_DATA``.

    Raises
    ------
    DataError
        If the folder holds something already, or is the place of the real data.
    """
    if folder.exists() and any(folder.iterdir()):
        raise DataError(
            "the folder is not empty: made-up files must never come to stand among real ones",
            where=str(folder),
            mend="name a new folder, or empty this one",
        )
    population, wanted = Population(seed, schools), releases(end_years)
    made: dict[str, dict[str, str]] = {}
    true = []
    for number, source_id in enumerate(wanted, start=1):
        file, sha256, written = make_release(population, source_id, folder / "raw")
        made[source_id] = {"file": file, "sha256": sha256}
        true.append(written.truth)
        rows = len(written.columns["school_year"].codes)
        progress(f"[{number}/{len(wanted)}] {source_id}: {rows:,} rows")
    store.write_parquet(_typed(pd.concat(true, ignore_index=True)), folder / "truth.parquet")
    _data_folder(folder / "data", made, population)
    return folder / "data"


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    counts = dict.fromkeys(["numerator", "denominator"], "Int64")
    return table.reindex(columns=_TRUTH).astype(counts).sort_values(_TRUTH[:8], ignore_index=True)


def _data_folder(target: Path, made: dict[str, dict[str, str]], population: Population) -> None:
    """Copy the catalog, with its releases pointing at the twin's files and its schools renamed."""
    for name in ("catalog", "reference"):
        shutil.copytree(catalog.data_dir() / name, target / name)
    (target / "observations").mkdir()
    (target / "SYNTHETIC").write_text(_MARK, encoding="utf-8")
    ids = {
        kind: {number: code for code, number in numbers.items()}
        for kind, numbers in organization_ids(population).items()
    }
    (target / "catalog/organization_ids.yml").write_text(json.dumps(ids, indent=1), "utf-8")
    _rename_schools(target)
    for key, source in catalog.sources().items():
        path = target / f"catalog/sources/{key}.yml"
        before, _, _ = path.read_text("utf-8").partition("\nreleases:\n")
        path.write_text(f"{before}\nreleases:\n{_release_lines(key, source, made)}", "utf-8")


def _rename_schools(target: Path) -> None:
    """Take the names of real schools out of the copied catalog: made-up figures must not stand beside them."""
    places = target / "catalog/places.yml"
    named = re.compile(r'(?m)^(\s+"(\d{4})": ).*$')
    text = named.sub(r"\1SYNTHETIC School \2", places.read_text("utf-8"))
    places.write_text(text, encoding="utf-8")
    names = {code: [f"SYNTHETIC School {code}"] for code in catalog.school_names()}
    (target / "catalog/school_names.yml").write_text(json.dumps(names, indent=1), "utf-8")
    times = {
        code: [
            {**time.model_dump(exclude_none=True), "name": f"SYNTHETIC School {code}"}
            for time in each
        ]
        for code, each in catalog.school_identities().items()
    }
    (target / "catalog/school_identities.yml").write_text(json.dumps(times, indent=1), "utf-8")
    path = target / "reference/schools.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    name = "SYNTHETIC School " + table["code"]
    unsaid = dict.fromkeys(["earlier_names", "title_i_years", "note"], "")
    table.assign(name=name, short_name=name, **unsaid).to_csv(path, index=False)


def _release_lines(key: str, source: Source, made: dict[str, dict[str, str]]) -> str:
    """Return the releases of a source, a line each; one without a synthetic file is marked as not published."""
    lines = []
    for year, release in sorted(source.releases.items()):
        entry = {
            "school_year": release.school_year,
            "title": f"SYNTHETIC {release.title}",
            "range_rule": release.range_rule,
            "replaces": release.replaces,
            **made.get(f"{key}@{year}", {"not_published": "the synthetic twin has no such file"}),
        }
        kept = {name: value for name, value in entry.items() if value is not None}
        lines.append(f"  {year}: {json.dumps(kept)}\n")
    return "".join(lines)
