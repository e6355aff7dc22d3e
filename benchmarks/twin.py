"""A whole state's assessment file made up and written, and one district of it loaded: time and memory, in one run."""

import tempfile
from pathlib import Path

import pandas
from reading import lines, measured

from sesec_analysis import catalog
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.synthetic.make import make_release
from sesec_analysis.loaders.synthetic.population import NEIGHBOURS, Population
from sesec_analysis.loaders.tidy.tidy import tidy

SCHOOLS = 2400
RELEASE = "ospi_assessment@2024"
COLUMNS = 10
SEATTLE = "17001"


def write(path: Path) -> int:
    """Make up a state, and write its file where the catalog expects the release."""
    folder = Path(str(path).removesuffix(str(catalog.release(RELEASE)[1].file)))
    file, _, written = make_release(Population(0, SCHOOLS), RELEASE, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    (folder / file).rename(path)
    return len(written.columns["school_year"].codes)


def read_rows(path: Path) -> int:
    """Read ten columns of Seattle and the districts beside it with the store."""
    wanted = store.header(path)[:COLUMNS]
    districts = [SEATTLE, *NEIGHBOURS]
    return len(store.read_csv(path, columns=wanted, keep={"districtcode": districts}))


def load_rows(path: Path) -> int:
    """Load the release whole: header proven, cells read, bounds found, the table validated."""
    _, release = catalog.release(RELEASE)
    return len(tidy(RELEASE, Path(str(path).removesuffix(str(release.file)))))


def pandas_rows(path: Path) -> int:
    """Read the same ten columns with pandas and keep the same districts."""
    table = pandas.read_csv(path, dtype=str, keep_default_na=False, usecols=range(COLUMNS))
    return int(table["districtcode"].isin([SEATTLE, *NEIGHBOURS]).sum())


def pandas_file(path: Path) -> int:
    """Read the file whole with pandas."""
    return len(pandas.read_csv(path, dtype=str, keep_default_na=False))


def main() -> None:
    """Print a line each, with ratios to counting lines and to pandas."""
    _, release = catalog.release(RELEASE)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / str(release.file)
        took, peak, rows = measured(write, path)  # in a process of its own, like all that follows
        size = path.stat().st_size / 1e6
        print(f"{rows:,} rows, {size:.0f} MB, written in {took:.1f} s, peak {peak:.0f} MiB")
        lines(path)  # into the page cache, for all alike
        work = (lines, read_rows, load_rows, pandas_rows, pandas_file)
        found = {one.__name__: measured(one, path) for one in work}
        for name, (took, peak, kept) in found.items():
            ratios = [took / found[other][0] for other in ("lines", "pandas_rows", "pandas_file")]
            print(
                f"{name}: {took:.2f} s ({ratios[0]:.1f} of lines, {ratios[1]:.2f} of pandas_rows, "
                f"{ratios[2]:.2f} of pandas_file), peak {peak:.0f} MiB, {kept:,} rows"
            )


if __name__ == "__main__":
    main()
