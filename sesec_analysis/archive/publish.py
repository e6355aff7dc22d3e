"""Publish a built edition: freeze it under ``reports/published`` if the changelog names every number that moved.

A line names numbers by what it has between backticks: an edition, as in ``annual-2024``, or the id of a finding
in which ``*`` stands for anything, as in ``sesec:rate.disciplined.2019.*``. A line counts once: those that an earlier
publication knew do not cover what moves later.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any

from sesec_analysis import checkout, stamp
from sesec_analysis.archive import frozen, history, verify
from sesec_analysis.archive.diff import Change, changed_numbers, diff
from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.editions import built_editions
from sesec_analysis.editions.documents import output
from sesec_analysis.editions.editions import LIST, editions
from sesec_analysis.errors import DataError, EditionError, SesecError, below
from sesec_analysis.languages import reviews

__all__ = [
    "LOG",
    "Published",
    "current",
    "digests",
    "is_current",
    "lines",
    "publish",
    "reason_for_move",
    "refuse_early",
    "refuse_unnamed",
    "to_commit",
    "translations",
]


LOG = "CHANGELOG.md"


def lines(text: str) -> list[str]:
    r"""Return the entries under every *Numbers* heading of a changelog, each in one line.

    Examples
    --------
    >>> lines("## 0.2.0\n### Numbers\n- `annual-2022`: two rates\n  rose.\n- All\n### Added\n- A map.")
    ['`annual-2022`: two rates rose.', 'All']
    """
    entries: list[str] = []
    is_numbers = False
    for line in text.splitlines():
        if line.startswith("#"):
            is_numbers = line.strip("# ").lower() == "numbers"
        elif is_numbers and line.startswith("- "):
            entries.append(line[2:].strip())
        elif is_numbers and entries and line.startswith("  "):
            entries[-1] += f" {line.strip()}"
    return entries


def digests(entries: Iterable[str]) -> list[str]:
    """Return a short mark of each line, sorted: enough to know it again."""
    return sorted(hashlib.sha256(entry.encode()).hexdigest()[:16] for entry in entries)


def reason_for_move(
    finding_id: str, *, edition: str, text: str, known: Collection[str] = ()
) -> str | None:
    r"""Return why a number moved: the first sentence of the new line of the changelog that names it, or its edition.

    None if no line does.

    Parameters
    ----------
    finding_id
        A finding whose number moved.
    edition
        The edition that has it.
    text
        The changelog.
    known
        Digests of the lines that the last publication of this edition knew.

    Examples
    --------
    >>> log = "### Numbers\n- `annual-2022`, `annual-2023`: counted anew. More.\n- `sesec:gap.*`: a new test."
    >>> reason_for_move("sesec:rate.ela_met.2022", edition="annual-2022", text=log)
    'counted anew'
    >>> reason_for_move("sesec:gap.ela_met.2022", edition="annual-2022", text=log)
    'a new test'
    """
    fresh = [entry for entry in lines(text) if not set(digests([entry])) & set(known)]
    for is_named in (partial(fnmatchcase, finding_id), edition.__eq__):
        for entry in fresh:
            if any(map(is_named, re.findall(r"`([^`]+)`", entry))):
                said = re.sub(r"^(`[^`]+`[,\s]*(and\s+)?)+:?\s*", "", entry)
                return re.split(r"\.(?:\s|$)", said, maxsplit=1)[0]
    return None


Builder = Callable[[str], Path]
"""Builds an edition by its name and returns its folder."""

_NAMED = 5  # moved numbers that a refusal names


@dataclass(frozen=True)
class Published:
    """What came of publishing an edition: ``state`` is new, same or changed."""

    edition: str
    state: str
    findings: int
    changed: int


def refuse_early(names: Sequence[str]) -> None:
    """Refuse what cannot be published before anything is built or checked, with every reason at once.

    Raises
    ------
    EditionError
        If an edition has no year of publication, or what makes a report differs from the
        last commit.
    DataError
        If an edition rests on a release that is only in this copy's cache, or a published number would change that the
        changelog does not name, as far as the edition is built.
    """
    reasons = [
        *_find_uncommitted_inputs(),
        *(reason for name in names for reason in _of_edition(name)),
    ]
    if len(reasons) == 1:
        raise reasons[0]
    if reasons:
        lines = "".join(f"\n{number}. {reason}" for number, reason in enumerate(reasons, start=1))
        raise EditionError(f"nothing was published, for {len(reasons)} reasons:{lines}")


def _find_uncommitted_inputs() -> Iterator[SesecError]:
    root = checkout.root()
    if words := checkout.git_refusal(root):
        yield EditionError(
            f"git does not read this folder: {words}",
            where=str(root),
            fix="do what git says, and publish then",
        )
    elif checkout.commit(root).hash is None:
        yield EditionError(
            "there is no commit that the numbers could be traced to",
            where=str(root),
            fix="publish from a clone of the repository, or make one here: git init && git add --all && git commit",
        )
    elif changed := checkout.uncommitted_files(root):
        yield EditionError(
            f"{len(changed)} file(s) of data, notebooks, code, or editions differ from the last commit: "
            + ", ".join(changed[:_NAMED])
            + (", …" if len(changed) > _NAMED else ""),
            where=str(root),
            fix="commit them: git add data notebooks reports sesec_analysis && git commit",
        )


def _of_edition(name: str) -> Iterator[SesecError]:
    """Yield why an edition cannot be published, as far as that is known before it is built from the last commit."""
    if editions()[name].published is None:
        yield EditionError(
            f"edition {name} has no year of publication, which its citations name",
            where=LIST,
            fix=f"write `published:` and the year under {name}, and commit it",
        )
    try:
        where = frozen.built_folder(name)
        if (
            where
            and name in frozen.published_names()
            and (is_current(where) or stamp.is_current(where, stamp.fingerprint()))
        ):
            refuse_unnamed(name, where)
    except DataError as refusal:
        yield refusal


def publish(
    name: str,
    *,
    build: Builder,
    year_before: str | None = None,
    today: date | None = None,
) -> Published:
    """Publish an edition, or leave it where nothing differs from what is published.

    Parameters
    ----------
    name
        Full name of an edition.
    build
        Called if the edition is not built, or was built from something else than the last commit.
    year_before
        The SHA-256 of the findings that its changes refer to (`verify.year_before_sha256`), taken before the edition of
        that year was published with it, empty if there was none; by default that of now.
    today
        The day that the record of what was published gives; by default this day.

    Raises
    ------
    EditionError
        If it cannot be published whatever its numbers are (`refuse_early`), or is a trial with other parameters.
    DataError
        If a check of the build failed, or a published number would change that the changelog does not name.
    """
    refuse_early([name])
    where = current(name, build=build, year_before=year_before)
    run = built_editions.read_json(where / "run.json")
    _refuse_unchecked(name, run, built_editions.read_json(where / "disclosure_audit.json"))
    new = frozen.of_build(where)
    old = frozen.read_frozen(name) if name in frozen.published_names() else None
    moved, known = _find_moved_numbers(name, new)
    _refuse_unsaid(name, moved, known)
    told = translations(where)
    signed = {
        code: review.model_dump(mode="json", exclude={"made_by"})
        for code, (review, _) in told.items()
    }
    if old and _is_same(old, new) and old.run.get("translations", {}) == signed:
        return Published(name, "same", len(new.findings), 0)
    run_now = {**new.run, "numbers_said": digests(lines(_log()))}
    run_now |= {"translations": signed} if signed else {}
    run_now["built"] = {
        "files": run["files"],
        "uv_lock": verify.lock_sha256(),
        "year_before": _year_before(name, year_before),
    }
    kept = Frozen(run_now, new.sources, new.findings)
    where = checkout.published_folder() / name
    so_far = where / history.FILE
    text = so_far.read_text("utf-8") if so_far.is_file() else ""
    on = today or datetime.now(tz=UTC).date()
    moved = [replace(one, why=_reason(one, name, known) or one.why) for one in moved]
    text = history.extend_record(text, moved, on=on, is_first=old is None)
    with output.replace_folder(where) as fresh:
        (fresh / history.FILE).write_text(text, encoding="utf-8", newline="")
        for code, (_, sentences) in told.items():
            output.write_json(sentences, fresh / f"sentences.{code}.json")
        frozen.write(kept, fresh)
    return Published(name, "changed" if old else "new", len(new.findings), len(moved))


def to_commit() -> list[str]:
    """Return the published editions that differ from the last commit, and the changelog if it does: what to commit."""
    folder = checkout.published_folder().relative_to(checkout.root())
    changed = checkout.uncommitted_files(checkout.root(), [str(folder), LOG])
    editions_of = {
        str(Path(path).parent) if Path(path).is_relative_to(folder) else path for path in changed
    }
    return sorted(editions_of)


def translations(where: Path) -> dict[str, tuple[reviews.Review, dict[str, str]]]:
    """Return what a built edition says in each language that a speaker has reviewed: who did, and a sentence by its id.

    Parameters
    ----------
    where
        The folder of the edition. What nobody has reviewed stands there and is not published.
    """
    made = {}
    for path in sorted(where.glob("findings.*.json")):
        code = path.name.split(".")[1]
        review = reviews.review_of(code)
        if review.reviewer:
            records = built_editions.read_json(path)
            made[code] = review, {str(one["id"]): str(one["sentence"]) for one in records}
    return made


def current(name: str, *, build: Builder, year_before: str | None = None) -> Path:
    """Return the folder of an edition as the last commit makes it; it is built if it is not there.

    It is also built if it was compared with another edition of the year before than the published one, or than that of
    the SHA-256 ``year_before``.
    """
    where = frozen.built_folder(name)
    if where is None or not is_current(where):
        return build(name)
    run = built_editions.read_json(where / "run.json")
    before = _year_before(name, year_before)
    return where if run.get("year_before") == before else build(name)


def _year_before(name: str, known: str | None) -> str | None:
    """Return the SHA-256 of the year before; ``known`` was taken earlier, and is empty if there was none."""
    return verify.year_before_sha256(name) if known is None else known or None


def is_current(where: Path) -> bool:
    """Whether a build is whole and was made from what the last commit holds."""
    run = built_editions.read_json(where / "run.json")
    package = run["package"]
    if package["commit"] is None or package["uncommitted_changes"]:
        return False
    files = {path: digest for path, digest in output.checksums(where).items() if path != "run.json"}
    return files == run["files"] and checkout.is_as_in(checkout.root(), package["commit"])


def _refuse_unchecked(name: str, run: Mapping[str, Any], audit: Mapping[str, Any]) -> None:
    if run["changed_parameters"]:
        raise EditionError(
            f"{name} was built with other parameters than its own",
            where="run.json",
            fix=f"build it as it is declared: sesec report {name}",
            valid=run["changed_parameters"],
        )
    if not _audit_passed(audit):
        raise DataError(
            f"{name} was not published: a check of what it may disclose did not pass",
            where="disclosure_audit.json",
            fix=f"build it again and do what the message says: sesec report {name}",
        )


def _audit_passed(audit: Mapping[str, Any]) -> bool:
    """Whether the audit passed, and every check inside it that says so of itself."""
    inner = [value for value in audit.values() if isinstance(value, Mapping) and "passed" in value]
    return audit.get("passed") is True and all(map(_audit_passed, inner))


def _log() -> str:
    path = checkout.root() / LOG
    return path.read_text("utf-8") if path.is_file() else ""


def refuse_unnamed(name: str, where: Path) -> None:
    """Refuse a built edition that would change a published number which the changelog does not name.

    Raises
    ------
    DataError
        Naming the first of these numbers, and how each moved.
    """
    _refuse_unsaid(name, *_find_moved_numbers(name, frozen.of_build(where)))


def _find_moved_numbers(name: str, new: Frozen) -> tuple[list[Change], list[str]]:
    """Return which published numbers of an edition changed, and the changelog lines that its publication knew."""
    if name not in frozen.published_names():
        return [], []
    old = frozen.read_frozen(name)
    return changed_numbers(diff(old, new)), list(old.run.get("numbers_said", []))


def _reason(change: Change, name: str, known: Collection[str]) -> str | None:
    """Return the reason that the changelog gives for a change."""
    return reason_for_move(str(change.pair.record["id"]), edition=name, text=_log(), known=known)


def _refuse_unsaid(name: str, moved: list[Change], known: list[str]) -> None:
    missing = [change for change in moved if _reason(change, name, known) is None]
    if not missing:
        return
    told = map(_describe_change, missing)
    raise DataError(
        f"{len(missing)} published number(s) of {name} would change, and the changelog does not name them:"
        f"{below([*told], most=_NAMED)}",
        where=f"{LOG}, under Numbers",
        fix=f"write there by how much and why, with `{name}` or the ids between backticks (`sesec:rate.*` will do); "
        f"all changes: sesec diff {name} --against {name} --csv FILE",
    )


def _describe_change(change: Change) -> str:
    record, before, after = change.pair.record, change.pair.before or {}, change.pair.after
    now = (
        "gone"
        if after is None
        else f"{after.get('value')} ({after.get('interval') or 'no interval'})"
    )
    return f"{record['id']}: {before.get('value')} ({before.get('interval') or 'no interval'}) → {now}; {change.why}"


def _is_same(old: Frozen, new: Frozen) -> bool:
    """Whether a new publication would say the same; the commit alone is no reason for one."""

    def imprint(edition: Frozen) -> dict[str, Any]:
        fields = ("edition", "title", "published", "parameters", "notebook")
        version = edition.run["package"]["version"]
        shared = {name: edition.run.get(name) for name in ("licence", "site_url")}
        return {
            **{field: edition.run[field] for field in fields},
            "version": version,
            **shared,
        }

    rows = built_editions.write_findings(old.findings) == built_editions.write_findings(
        new.findings
    )
    return rows and old.sources == new.sources and imprint(old) == imprint(new)
