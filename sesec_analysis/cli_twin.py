"""``sesec data twin``: made-up files to try things out on."""

from pathlib import Path

import click

from sesec_analysis.cli_text import examples, say

__all__ = ["twin"]


@click.command(
    epilog=examples(
        "sesec data twin ~/twin",
        "sesec data twin ~/twin --end-year 2019 --end-year 2024",
        "sesec data twin ~/state --schools 2400 --end-year 2024    as large as the state's own files",
        "",
        "then, to build its tables and a report of them:",
        "",
        "SESEC_DATA=~/twin/data sesec data build --raw ~/twin/raw",
        "SESEC_DATA=~/twin/data sesec report",
    )
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same bytes.")
@click.option(
    "--schools", type=int, help="Schools in the made-up state: 300, or 2400 for all of its size."
)
@click.option(
    "--end-year",
    "--end-years",
    "end_years",
    multiple=True,
    type=int,
    metavar="YEAR",
    help="Only the files of this school year, by the year it ends; may be repeated. All by default.",
)
def twin(folder: Path, seed: int, schools: int | None, end_years: tuple[int, ...]) -> None:
    """Write a synthetic twin of the data: made-up files in every source's own layout.

    DIR gets raw/, the files as publishers would have them; data/, a data folder whose catalog names them; and
    truth.parquet, the exact figures behind every withheld cell. Everything made from it says SYNTHETIC.
    """
    from sesec_analysis.twin import making

    size = making.SCHOOLS if schools is None else schools
    data = making.make(folder, seed=seed, schools=size, end_years=end_years or None, progress=say)
    click.echo(data)
