"""`sesec attack`: what an edition prints, beside what the state published, solved for what was withheld."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sesec_analysis.cli_text import examples, say

if TYPE_CHECKING:
    from sesec_analysis.attack.attacking import Attack

__all__ = ["attack"]


@click.command(
    epilog=examples(
        "sesec attack annual-2024                one edition",
        "sesec attack annual-2024 --across all   all finished editions together",
        "sesec attack annual-2024 sheets/        an edition and a folder of fact sheets beside it",
    )
)
@click.argument("editions", nargs=-1, required=True, metavar="EDITION...")
@click.option(
    "--across",
    type=click.Choice(["all"], case_sensitive=False),
    help="Attack them together with every finished edition.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything, as it stands in files.")
def attack(editions: tuple[str, ...], across: str | None, as_json: bool) -> None:
    """Try to give back what the state withheld, from what editions print.

    EDITION is the name of a built edition or any folder of its files. Several are attacked together, as a reader who
    holds all of them could. Ends with an error if anything is given away.
    """
    import json
    from time import perf_counter

    from sesec_analysis.attack import attacking

    folders = dict.fromkeys(_folder(name) for name in editions)
    if across:
        folders |= dict.fromkeys(_built())
    begun = perf_counter()
    done = attacking.attack(list(folders), progress=say)
    say(f"attacked in {perf_counter() - begun:.0f} s")
    if as_json:
        click.echo(json.dumps(done.as_dict(), indent=2, ensure_ascii=False))
    else:
        _tell(done)
    done.refuse_leaks()


def _folder(name: str) -> Path:
    from sesec_analysis.errors import EditionError
    from sesec_analysis.publishing import checkout

    built = checkout.root() / "reports" / "build" / name
    found = next((path for path in (built, Path(name)) if path.is_dir()), None)
    if found is None:
        raise EditionError(
            f"there is no built edition and no folder {name!r}",
            where="reports/build",
            mend="build it first (sesec report), or name a folder",
            known=[path.name for path in _built()],
        )
    return found.resolve()


def _built() -> list[Path]:
    from sesec_analysis.publishing import checkout

    files = (checkout.root() / "reports" / "build").glob("[!.]*/findings.csv")
    return sorted(file.parent.resolve() for file in files)


def _tell(done: "Attack") -> None:
    sifted, state = done.sifted, done.state
    read, different = done.statements
    click.echo(
        f"{state.withheld.sum():,} withheld cells among {len(state.cells):,} published by the state.\n"
        f"{read:,} statements of the edition, {different:,} of them different: {sifted.exact:,} of published counts, "
        f"{sifted.by_ranges + sifted.by_programs:,} that follow from the state's, "
        f"{len(sifted.telling.said):,} that say more.\n"
        f"{done.found.solved:,} counts solved with and without them; of all others the range is the same."
    )
    if done.passed:
        click.echo("Passed: no withheld count has a narrower range with the edition than without.")
