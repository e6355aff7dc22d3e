"""Define ``sesec words`` and ``words review``: list the texts of the report, translate them, and have them read."""

import datetime

import click

from sesec_analysis.cli.output import WithOthers, examples, say, unknown_name_ends

__all__ = ["words"]


@click.command(
    cls=WithOthers,
    epilog=examples(
        "sesec words               write the list of texts for translators, report.pot",
        "sesec words vi            begin or renew data/words/vi.po, to be filled in by a translator",
        "sesec words vi --all      the same with every text of the report, not only what families read",
        "sesec words review vi     list what a speaker of the language has to read",
        "SESEC_LANGUAGE=vi sesec report     the whole report in that language",
    ),
)
@click.argument("language", required=False)
@click.option("--all", "every", is_flag=True, help="All texts of the report, including the annex.")
def words(language: str | None, *, every: bool) -> None:
    """Write the list of all texts of the report, or the file of translations into LANGUAGE.

    The file has the texts that families read: the summary, and the fact sheets. A text without a
    translation stays English. Existing translations are kept.
    """
    from sesec_analysis import checkout, i18n_files
    from sesec_analysis.editions.texts import messages
    from sesec_analysis.files import write_atomically

    checkout.refuse_copy(i18n_files.folder())
    with unknown_name_ends():
        code = i18n_files.check_code(language) if language else ""  # before anything is written
    if not language:
        path = checkout.builds() / "report.pot"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(
            path, i18n_files.write_translations(i18n_files.catalog_of(messages.gather_texts()))
        )
    else:
        path = i18n_files.folder() / f"{code}.po"
        texts = messages.gather_texts() if every else messages.family_texts()
        write_atomically(path, i18n_files.write_translations(i18n_files.update_po(code, texts)))
        lacking = len(messages.untranslated_texts(code))
        texts_have = (
            "text that families read has" if lacking == 1 else "texts that families read have"
        )
        say(f"{lacking} {texts_have} no translation yet")
    click.echo(path)


@click.command(
    epilog=examples(
        "sesec words review es                              what to read, as a page for a browser",
        'sesec words review es --reviewer "Maria Example"   record that she has read it, today',
    )
)
@click.argument("language")
@click.option("--reviewer", help="Name of the speaker who has read every text.")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day of the review (default: today)."
)
def review(language: str, reviewer: str | None, day: datetime.datetime | None) -> None:
    """List the texts that a reviewer has to read, side by side, or record a review with --reviewer.

    A text that changes after its review has to be read again.
    """
    from sesec_analysis import checkout, i18n_files
    from sesec_analysis.editions.texts import messages
    from sesec_analysis.errors import CatalogError
    from sesec_analysis.files import write_atomically
    from sesec_analysis.languages import reviews

    with unknown_name_ends():
        code = i18n_files.check_code(language)
    if reviewer is None:
        if day is not None:
            raise click.UsageError("--date is the day of a sign-off: name its --reviewer too")
        page = checkout.builds() / f"review-{code}.html"
        text = reviews.sheet(code, messages.family_texts())
        page.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(page, text.encode())
        say("read it in a browser; when all is right, sign it with --reviewer and a name")
        click.echo(page)
        return
    checkout.refuse_copy(i18n_files.folder())
    if lacking := messages.untranslated_texts(code):
        what = f"{len(lacking)} text(s) of {code}.po have no translation, such as {lacking[0]!r}"
        raise CatalogError(what, fix=f"translate them, then have all of {code}.po reviewed")
    on = day.date() if day else datetime.date.today()
    reviews.record(code, reviewer, on)
    say(f"{i18n_files.own_name(code)}: reviewed by {reviewer.strip()}, {on}")
    say("reports that are made from now on say so, and `sesec publish` keeps this language too")
    click.echo(i18n_files.folder() / reviews.FILE)


words.others["review"] = review
