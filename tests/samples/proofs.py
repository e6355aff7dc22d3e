"""Proofs too long for `make test`: marked, tried whole by `make prove`, written to docs/PROOFS.md.

    @pytest.mark.proof("Sums enclose the truth", of=["sesec_analysis/bounds.py"], seed=7, tried="10,000 places")
    def test_pool__encloses_the_truth(record_property):
        places = proofs.cases(10_000, 1_000)        # whole under --prove, else a sample
        ...
        record_property("sums withheld in part", held)   # added up over the cases, into the row

All tests marked with one name make one row of the page. It is written once all of them have passed, with a hash of the
files in `of` and of the tests themselves; what passed before the last did is kept in .sesec/proofs.json, so that a run
that was stopped goes on where it was. A run of all tests without --prove fails where a row is older than its code.
"""

import fcntl
import hashlib
import inspect
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

__all__ = ["cases", "is_whole", "locked", "sample", "write_whole"]

PAGE = Path("docs/PROOFS.md")
KEPT = Path(".sesec/proofs.json")
PROPERTY = "proof"
DIGITS = 12

HEAD = """\
# Proofs

Each line is a proof that takes longer than `make test` may. `make prove` tries it whole and writes the line;
`make test` tries a seeded sample of it again, and fails where the line is older than its code. The last column holds
the first digits of a SHA-256 over the files that the proof speaks of and over the text of its tests.

| proof | tried | seed | came to | code |
|---|---|---|---|---|
"""

T = TypeVar("T")
_whole = False


def is_whole() -> bool:
    """Tell whether proofs are tried whole in this run (``--prove``)."""
    return _whole


def cases(whole: int, few: int) -> int:
    """How many cases a proof tries: all of them under ``--prove``, else a few."""
    return whole if _whole else few


def sample(population: Iterable[T], count: int, *, seed: int, always: Iterable[T] = ()) -> list[T]:
    """Draw what a proof is tried on, in order: all under ``--prove``, else `always` and some drawn by the seed."""
    every = list(population)
    if _whole:
        return every
    kept = set(always)
    others = [one for one in every if one not in kept]
    kept |= set(random.Random(seed).sample(others, max(0, count - len(kept))))
    return [one for one in every if one in kept]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file for a process at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_whole(path: Path, text: str) -> None:
    """Write a file at once: who reads it meanwhile reads the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(path)


@dataclass
class Proof:
    """A proof as its tests declare it."""

    name: str
    of: tuple[str, ...]
    seed: int | str | None
    tried: str
    cases: set[str] = field(default_factory=set)
    tests: dict[str, str] = field(default_factory=dict)

    def code(self, root: Path) -> str:
        """First digits of a hash over the files it speaks of and its tests."""
        digest = hashlib.sha256()
        for path in sorted({path for pattern in self.of for path in matches(root, pattern)}):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
            digest.update(content)
        for name, text in sorted(self.tests.items()):
            digest.update(f"{name} {len(text)}\n{text}".encode())
        return digest.hexdigest()[:DIGITS]


def matches(root: Path, pattern: str) -> list[Path]:
    """The files of a pattern; one that fits none is an error of whoever wrote it."""
    found = [path for path in root.glob(pattern) if path.is_file()]
    if not found:
        raise pytest.UsageError(
            f"a proof speaks of {pattern!r}, and no file is there: mend `of=` of its marker"
        )
    return found


def read_proofs(items: Sequence[pytest.Item]) -> dict[str, Proof]:
    """Read the markers of collected tests; all tests of one name make one proof."""
    known: dict[str, Proof] = {}
    for item in items:
        for mark in item.iter_markers("proof"):
            declared = declare(*mark.args, **mark.kwargs)
            proof = known.setdefault(declared.name, declared)
            if (proof.of, proof.seed, proof.tried) != (declared.of, declared.seed, declared.tried):
                raise pytest.UsageError(f"the proof {proof.name!r} is declared in two ways")
            proof.cases.add(item.nodeid)
            test = item.nodeid.partition("[")[0]
            proof.tests.setdefault(test, inspect.getsource(item.function))  # type: ignore[attr-defined]
    return known


def declare(
    name: str, *, of: Sequence[str], seed: int | str | None = None, tried: str = ""
) -> Proof:
    if "|" in name or "|" in tried:
        raise pytest.UsageError(f"no | in the words of a proof: {name!r}")
    return Proof(name, tuple(of), seed, tried)


def read_rows(root: Path) -> dict[str, str]:
    """Lines of the page by the name of their proof."""
    path = root / PAGE
    text = path.read_text("utf-8") if path.is_file() else ""
    lines = [line for line in text.splitlines() if line.startswith("| ") and "`" in line]
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines}


def code_of(row: str) -> str:
    found = re.search(r"`(\w+)` \|$", row)
    return found[1] if found else ""


def read_kept(root: Path) -> dict[str, dict[str, Any]]:
    path = root / KEPT
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def keep(root: Path, proof: dict[str, Any], case: str, counted: dict[str, float]) -> None:
    """Keep that a case has passed; after the last one, write the row of the proof."""
    with locked(root / KEPT):
        kept = read_kept(root)
        before = kept.get(proof["name"], {})
        passed = before.get("passed", {}) if before.get("code") == proof["code"] else {}
        passed[case] = counted
        kept[proof["name"]] = {"code": proof["code"], "passed": passed}
        if len(passed) == proof["cases"]:
            write_row(root, proof, passed)
            del kept[proof["name"]]
        write_whole(root / KEPT, json.dumps(kept, indent=1))


def write_row(root: Path, proof: dict[str, Any], passed: dict[str, dict[str, float]]) -> None:
    sums: Counter[str] = Counter()
    for _, counted in sorted(passed.items()):
        sums.update(counted)
    number = proof["cases"]
    told = [f"{number} {'test holds' if number == 1 else 'tests hold'}"]
    told += [f"{count:,} {what}" for what, count in sums.items()]
    seed = "" if proof["seed"] is None else str(proof["seed"])
    row = (proof["name"], proof["tried"], seed, "; ".join(told), f"`{proof['code']}`")
    rows = read_rows(root) | {proof["name"]: f"| {' | '.join(row)} |"}
    write_whole(root / PAGE, HEAD + "".join(f"{rows[name]}\n" for name in sorted(rows)))


class Page(pytest.File):
    """docs/PROOFS.md, whose lines are tested as the tests are."""

    def collect(self) -> list[pytest.Item]:
        return []


class OldRow(Exception):
    """A line of the page is missing, or older than its code."""


class Row(pytest.Item):
    """A line of docs/PROOFS.md: it is there, and of the code as it is."""

    def __init__(self, *, proof: Proof, **also: Any) -> None:
        super().__init__(**also)
        self.proof = proof

    def runtest(self) -> None:
        row = read_rows(self.config.rootpath).get(self.proof.name)
        if row is None:
            raise OldRow(f"{PAGE} has no line on {self.proof.name!r}: run `make prove`")
        if code_of(row) != self.proof.code(self.config.rootpath):
            files = ", ".join(self.proof.of)
            raise OldRow(
                f"{PAGE}: {self.proof.name!r} was tried on other code ({files}, or its tests, changed since): "
                "run `make prove`"
            )

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, OldRow):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, f"{PAGE}: {self.proof.name}"


class NoOtherRows(pytest.Item):
    """The page has no line on a proof that is gone."""

    def __init__(self, *, names: set[str], **also: Any) -> None:
        super().__init__(**also)
        self.names = names

    def runtest(self) -> None:
        gone = sorted(read_rows(self.config.rootpath).keys() - self.names)
        if gone:
            raise OldRow(f"{PAGE} has lines on proofs that no test makes; delete them: {gone}")

    repr_failure = Row.repr_failure


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--prove",
        action="store_true",
        help="try proofs whole and write docs/PROOFS.md (`make prove`)",
    )


def pytest_configure(config: pytest.Config) -> None:
    global _whole
    _whole = config.getoption("--prove")
    config.addinivalue_line(
        "markers",
        "proof(name, of, seed, tried): is tried whole by `make prove` (tests/samples/proofs.py)",
    )
    config.addinivalue_line("markers", "row: holds a line of docs/PROOFS.md to its code")
    # The workers of a parallel run are told by the first process.
    told = getattr(config, "workerinput", {}).get("every_test")
    config.option.every_test = not config.option.file_or_dir if told is None else told


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of a parallel run, which is not given the words of the command, whether all tests are run."""
    node.workerinput["every_test"] = node.config.option.every_test


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    proofs = read_proofs(items)
    if _whole:
        leave_out_done(config, proofs, items)
    elif config.option.every_test:
        page = Page.from_parent(session, path=config.rootpath / PAGE)
        rows: list[pytest.Item] = [
            Row.from_parent(page, name=name, proof=proof) for name, proof in sorted(proofs.items())
        ]
        rows.append(NoOtherRows.from_parent(page, name="no other rows", names=set(proofs)))
        for row in rows:
            row.add_marker("row")
        items += rows


def leave_out_done(
    config: pytest.Config, proofs: dict[str, Proof], items: list[pytest.Item]
) -> None:
    """Leave out what was tried on this very code; tell every other test what its proof is."""
    rows, kept = read_rows(config.rootpath), read_kept(config.rootpath)
    done: set[str] = set()
    told: dict[str, dict[str, Any]] = {}
    for name, proof in proofs.items():
        code = proof.code(config.rootpath)
        before = kept.get(name, {})
        if code_of(rows.get(name, "")) == code:
            done |= proof.cases
        elif before.get("code") == code:
            done |= proof.cases & before["passed"].keys()
        about = {"name": name, "code": code, "seed": proof.seed, "tried": proof.tried}
        told |= dict.fromkeys(proof.cases, about | {"cases": len(proof.cases)})
    for item in items:
        if item.nodeid in told:
            item.user_properties.append((PROPERTY, told[item.nodeid]))
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in done])
    items[:] = [item for item in items if item.nodeid not in done]


@pytest.hookimpl
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    properties = dict(report.user_properties)
    if _whole and report.when == "call" and report.passed and PROPERTY in properties and _root:
        keep(_root, properties.pop(PROPERTY), report.nodeid, properties)


_root: Path | None = None


def pytest_sessionstart(session: pytest.Session) -> None:
    """Only the first process of a parallel run writes: it hears of every test."""
    global _root
    _root = None if hasattr(session.config, "workerinput") else session.config.rootpath
