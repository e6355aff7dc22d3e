"""``sesec data``: what there is, whether it is sound; where more comes from stands in `cli_fetch`.

As in `cli`, everything heavy is imported inside the command that needs it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sesec_analysis.cli_fetch import add_release, fetch
from sesec_analysis.cli_text import examples, say, table, years
from sesec_analysis.cli_twin import twin

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["data"]

_STANDINGS = ("embedded", "cached", "catalogued", "not published")


@click.group(
    epilog=examples(
        "sesec data list                                  what there is, and where it stands",
        "sesec data fetch ospi_graduation                 get it from the state's portal",
        "sesec data add-release ospi_enrollment 2025 ID   tell the catalog of a new year",
        "sesec data check                                 is everything here sound",
        "sesec data twin DIR                              make up files to try things out on",
    )
)
def data() -> None:
    """Look after the published figures that reports are made from."""


@data.command(epilog=examples("sesec data build --raw ~/Downloads/ospi"))
@click.option(
    "--raw",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder with the publishers' files, as downloaded.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write here instead of data/observations.",
)
def build(raw: Path, out: Path | None) -> None:
    """Make the tables in data/observations from the publishers' files."""
    from sesec_analysis import catalog
    from sesec_analysis.loaders import build as loaders_build

    out = out or catalog.data_dir() / "observations"
    _frame(loaders_build.build(raw, out, progress=say))


@data.command(epilog=examples("sesec data check", "sesec data check --long | grep graduat"))
@click.option("--long", "is_long", is_flag=True, help="One line per indicator and year.")
@click.option(
    "--attack", "attacked", is_flag=True, help="Count the withheld cells that the files give away."
)
def check(is_long: bool, attacked: bool) -> None:
    """Check the catalog and every table here; show how much of each is published.

    The table shows, by indicator and the year a school year ends, the percent of cells that are published exactly. The
    others are published as a range, or withheld to protect students.
    """
    from sesec_analysis.loaders import build as loaders_build

    shares = loaders_build.check()
    if is_long:
        _frame(shares)
    else:
        table(_by_year(shares))
        click.echo(
            "\nPercent of cells published exactly, by the year a school year ends (15 is 2014-15)."
        )
    cells = int(shares["cells"].sum())
    click.echo(
        f"The catalog and {cells:,} cells in {len(loaders_build.observation_files())} tables are valid."
    )
    if attacked:
        _open_at_source()


def _open_at_source() -> None:
    from sesec_analysis.attack.open_cells import open_cells

    counts = open_cells()
    click.echo()
    _frame(counts)
    click.echo(
        f"\n{counts['open'].sum():,} withheld cells are open at the source: other figures of the same file leave them "
        f"one value. {counts['masked'].sum():,} more have their size in their own row, and are masked on reading. We "
        "neither use nor print them."
    )


def _by_year(shares: "pd.DataFrame") -> list[dict[Any, Any]]:
    texts = shares["reported"].map(_percent)
    exact = dict(zip(zip(shares["indicator"], shares["end_year"], strict=True), texts, strict=True))
    held = sorted(shares["end_year"].unique())
    head = " ".join(f"{year % 100:02d}".rjust(3) for year in held)
    return [
        {"indicator": code, head: " ".join(exact.get((code, year), "").rjust(3) for year in held)}
        for code in shares["indicator"].unique()
    ]


def _percent(share: float) -> str:
    """Whole percents without their sign, with none and all kept for what is truly none and all."""
    if 0 < share < 0.005:
        return "<1"
    return ">99" if 0.995 <= share < 1 else f"{100 * share:.0f}"


@data.command("list", epilog=examples("sesec data list", "sesec data list --long | grep 2023"))
@click.option("--long", "is_long", is_flag=True, help="One line per release, with ids and rows.")
def listing(is_long: bool) -> None:
    r"""List every source and year, and where each stands.

    \b
    embedded       comes with this copy
    cached         fetched from the portal; used before what is embedded
    catalogued     published, not here: sesec data fetch SOURCE --end-year YEAR
    not published  there is no such release

    Years are the ones that school years end in.
    """
    from sesec_analysis.loaders import build as loaders_build

    releases = loaders_build.listing()
    if is_long:
        _frame(releases)
        return
    keys = releases["source_id"].str.partition("@")
    lines = []
    for source in sorted(set(keys[0])):
        own = releases["where"][keys[0] == source]
        found = {
            name: years([int(year) for year in keys[2][own.index[own == name]]])
            for name in _STANDINGS
        }
        lines.append({"source": source, **found})
    table(lines)


def _frame(frame: "pd.DataFrame") -> None:
    table(frame.to_dict("records"))


data.add_command(fetch)
data.add_command(add_release)
data.add_command(twin)
