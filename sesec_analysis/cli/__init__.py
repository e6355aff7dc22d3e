"""Define the ``sesec`` command; errors are printed as sentences, never as a traceback.

Everything heavy is imported inside the command that needs it, so that ``sesec --help`` answers at once.
"""

import gc
import os
import signal
import sys
import threading
from typing import Any

import click

from sesec_analysis import __version__, checkout
from sesec_analysis.cli.cite import check_draft, cite, export, serve
from sesec_analysis.cli.data import community, data
from sesec_analysis.cli.init import init
from sesec_analysis.cli.output import INTERRUPTED, examples, unknown_name_ends
from sesec_analysis.cli.publish import attack, diff, publish, site, verify
from sesec_analysis.cli.report import report
from sesec_analysis.cli.words import words
from sesec_analysis.errors import SesecError
from sesec_analysis.extras import missing_extra
from sesec_analysis.files import of_the_system

__all__ = ["main"]


class _Plain(click.Group):
    """A group whose commands end with a message and an exit code, whatever happens."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; a word that only another command knows is answered with that one."""
        word = args[0]
        for name, command in self.commands.items():
            further = getattr(command, "commands", None) or getattr(command, "others", {})
            if word in further and word not in self.commands:
                ctx.fail(f"No such command {word!r}. Did you mean '{name} {word}'?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; refusals, interruptions and accidents end as a sentence."""
        _open_what_is_closed()
        _end_as_an_interruption()
        try:
            return super().invoke(ctx)
        except SesecError as refusal:
            click.echo(f"Error: {refusal}", err=True)
            ctx.exit(refusal.exit_code)
        except KeyboardInterrupt:
            click.echo("\nStopped. Nothing was changed.", err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            # The reader of a pipe has seen enough (`sesec data list | head`): that is no failure.
            _print_no_more()
            ctx.exit(0)
        # The last resort: staff see a sentence, not a traceback; --debug shows it.
        except Exception as accident:
            if ctx.params.get("debug"):
                raise
            if isinstance(accident, ModuleNotFoundError) and (lacking := missing_extra(accident)):
                click.echo(f"Error: {lacking}", err=True)
                ctx.exit(lacking.exit_code)
            if isinstance(accident, OSError) and (refused := of_the_system(accident)):
                click.echo(f"Error: {refused}", err=True)
                try:
                    sys.stdout.flush()
                except OSError:  # or Python tries once more as it ends, and ends in its own way
                    _print_no_more()
                ctx.exit(refused.exit_code)
            click.echo(
                f"Error: something went wrong that should not have ({type(accident).__name__}: {accident})\n"
                f"  fix:   run the same again as `sesec --debug {ctx.invoked_subcommand} ...` and send the lines it\n"
                "         prints to whoever keeps the package",
                err=True,
            )
            ctx.exit(1)


def _print_no_more() -> None:
    """Let what is left to print go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_what_is_closed() -> None:
    """Put nothing in the place of an input or output that is closed, before a file of ours is opened as it."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free


def _end_as_an_interruption() -> None:
    """Let a closed terminal, or a system that shuts down, end a command as Ctrl-C does: nothing stays half done."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # What was started to outlive its terminal (nohup) goes on ignoring it; only the main thread may set this.
        is_main = threading.current_thread() is threading.main_thread()
        if number and is_main and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, stop)


_CODES_AND_KEYS = """

\b
Exit codes:
  0    success
  1    something was refused, differs, or needs correction
  2    the command can't be run as typed: an unknown option or name
  130  the command was stopped

\b
To complete commands, editions, schools, and ids with Tab, add this to ~/.bashrc
(for zsh use zsh_source, for fish fish_source):
  eval "$(_SESEC_COMPLETE=bash_source sesec)"
"""


@click.group(
    cls=_Plain,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "sesec report           build the latest annual report",
        "sesec report 2021-22   build the report of a school year",
        "sesec cite ID          print the citation of a number",
    )
    + _CODES_AND_KEYS,
)
@click.version_option(__version__, prog_name="sesec")
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
@click.option(
    "--community",
    "about",
    metavar="NAME",
    help="Community to work with: a file in data/catalog/communities. Or set SESEC_COMMUNITY.",
)
def main(debug: bool, about: str | None) -> None:
    """Build the school equity reports of Southeast Seattle, and cite their numbers."""
    if about:
        os.environ[checkout.COMMUNITY] = about
        from sesec_analysis import catalog

        with unknown_name_ends():
            catalog.community()
    # Nearly all that is imported stays: to search it for garbage 600 times costs half a second.
    gc.set_threshold(50_000, 20, 50)


for command in (
    *(
        report,
        cite,
        check_draft,
        export,
        serve,
        data,
        community,
        publish,
        diff,
        verify,
        site,
        words,
        attack,
        init,
    ),
):
    main.add_command(command)


if __name__ == "__main__":
    main(prog_name="sesec")
