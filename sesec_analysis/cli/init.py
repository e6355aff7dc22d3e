"""Define ``sesec init``: lay out a project of one's own, with notebooks, editions, catalog and published numbers."""

import shutil
from pathlib import Path

import click

from sesec_analysis.cli.output import examples, say

__all__ = ["PARTS", "init"]


PARTS = (
    "data/catalog",
    "data/observations",
    "data/reference",
    "data/words",
    "notebooks",
    "reports/editions.yml",
    "reports/published",
    "reports/template",
    "CHANGELOG.md",
)
"""What a project is made of; pyproject.toml puts the same into the wheel."""
_UNWANTED = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")


@click.command(
    epilog=examples(
        "sesec init our-reports          create a project in a new folder",
        "cd our-reports && sesec report  build the newest report there",
    )
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Create a project in FOLDER: notebooks, editions, catalog, data, and published numbers, yours to edit.

    FOLDER must be new or empty. Commands run in it, or in a folder below, use its files.
    """
    from sesec_analysis import checkout
    from sesec_analysis.errors import EditionError
    from sesec_analysis.files import swap_folder

    folder = folder.absolute()
    if folder.exists() and any(folder.iterdir()):
        raise EditionError(
            "the folder is not empty",
            where=str(folder),
            fix="name a new one: a project is laid out where nothing can be overwritten",
        )
    source = checkout.root()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with swap_folder(folder) as fresh:
        for part in PARTS:
            there = fresh / part
            there.parent.mkdir(parents=True, exist_ok=True)
            if (source / part).is_dir():
                shutil.copytree(source / part, there, ignore=_UNWANTED)
            else:
                shutil.copy(source / part, there)
    say(
        f"A project is laid out. What is yours to change:\n"
        f"  {folder / 'reports' / 'editions.yml'}    the editions: one entry a report\n"
        f"  {folder / 'notebooks'}    what the reports say and how\n"
        f"  {folder / 'data' / 'catalog'}    sources, indicators, places\n"
        f"Next:\n  cd {folder}\n  sesec report"
    )
    click.echo(str(folder))
