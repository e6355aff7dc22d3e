"""``sesec words``: the list of every text that readers see, and the file of a language to be translated."""

import click

from sesec_analysis.cli_text import examples, say

__all__ = ["words"]


@click.command(
    epilog=examples(
        "sesec words        write the list of texts, data/words/report.pot",
        "sesec words vi     begin or renew data/words/vi.po, to be filled in by a translator",
        "SESEC_LANGUAGE=vi sesec report     the report in that language",
    )
)
@click.argument("language", required=False)
def words(language: str | None) -> None:
    """Write the list of all texts of the report; with LANGUAGE, also its file of translations.

    A text that has no translation yet stays English in the report. What is translated already is kept.
    """
    from sesec_analysis import words as texts
    from sesec_analysis import words_files
    from sesec_analysis.publishing import wordlist

    path = words_files.folder() / words_files.LIST
    words_files.put(wordlist.pot(), path)
    if language:
        path = words_files.folder() / f"{words_files.checked(language)}.po"
        words_files.put(wordlist.translation(language), path)
        say(f"{len(texts.untranslated(language))} texts have no translation yet")
    click.echo(path)
