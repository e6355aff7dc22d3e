"""A slip in the code that decides what may be said is noticed by the tests of that code."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from typing import Protocol

import mutants
import proofs
import pytest
from mutants import MODULES

SEED = 23
SLIPS = 12
LEAST = 0.85
"""Of a module's slips, noticed by its tests; some others change no result."""
QUICKEST = "sesec_analysis.loaders.tidy.tokens"


class Ask(Protocol):
    """Asks whether a module's tests notice a slip; below 0, the module as it is."""

    def __call__(self, module: str, number: int) -> bool:
        """Answer for a number of `mutants.mutants`."""


@pytest.fixture(scope="module")
def notices() -> Iterator[Ask]:
    with subprocess.Popen(
        [sys.executable, mutants.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin
        assert server.stdout

        def ask(module: str, number: int) -> bool:
            for is_quick in (True, False):  # most slips are noticed by the quick tests
                print(json.dumps([module, number, is_quick]), file=server.stdin, flush=True)
                if json.loads(server.stdout.readline()):
                    return True
            return False

        yield ask
        server.stdin.close()


@pytest.mark.slow
@pytest.mark.proof(
    "A slip in what decides what may be said is noticed by the tests of that code",
    of=[
        *(f"{module.replace('.', '/')}.py" for module in MODULES),
        *(path for paths in MODULES.values() for path in paths),
        "tests/samples/mutants.py",
    ],
    seed=SEED,
    tried=f"{SLIPS} slips drawn of each of {len(MODULES)} modules, 85 of 100 to be noticed",
)
@pytest.mark.parametrize("module", proofs.sample(MODULES, 1, seed=SEED, always=[QUICKEST]))
def test_module__has_tests_that_notice_slips(module: str, notices: Ask, record_property):
    told = mutants.mutants(module)
    tried = random.Random(f"{SEED} {module}").sample(range(len(told)), proofs.cases(SLIPS, 2))
    assert not notices(module, -1), "the tests fail on the module as it is"
    kept = [told[number] for number in tried if not notices(module, number)]
    record_property("slips noticed", len(tried) - len(kept))
    record_property("slips that none notices", len(kept))
    assert len(kept) <= (1 - LEAST) * len(tried), "\n".join(kept)


@pytest.mark.slow
def test_mutants__change_one_thing_each():
    told = mutants.mutants(QUICKEST)
    assert len(told) > 50
    assert len(set(told)) > 0.9 * len(told)
    as_it_is = mutants.source_of(QUICKEST)
    changed = {mutants.mutated(QUICKEST, number) for number in range(len(told))}
    assert len(changed) > 0.95 * len(told)
    assert as_it_is not in changed
