"""Editions of made-up states: their files read, measured, gated, audited and written as a report is."""

import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import made_up_state
import pandas as pd
import pytest
from attack_samples import edition, figure_of
from report_samples import finding

import sesec_analysis as sa
from sesec_analysis.attack.attack import Attack, attack_read
from sesec_analysis.attack.reading.statements import read_claims
from sesec_analysis.attack.search import Hit, search
from sesec_analysis.editions import audit
from sesec_analysis.editions.documents.making import Maker
from sesec_analysis.errors import LeakError
from sesec_analysis.loaders.raw import store

__all__ = ["Outcome", "attacked", "estimates"]


_RELEASES = ("ospi_enrollment@2023", "ospi_discipline@2023")
_PLACES = ("southeast_seattle", "rest_of_seattle_regular", "seattle")
_KINDS = ("race_ethnicity", "gender", "english_learner")


class Outcome(NamedTuple):
    """What the attack on one state's edition found, and the search of its files."""

    seed: int
    attack: Attack
    hits: list[Hit]
    withheld: int  # findings that the audit withheld for others


def _data(folder: Path, seed: int) -> Path:
    """Make a state of two releases and read them; return its data folder."""
    state = made_up_state.make(folder, seed=seed, releases=_RELEASES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESEC_DATA", str(state.data))
        read = state.reader()
        for source_id in _RELEASES:
            store.write_parquet(read(source_id), state.data / f"observations/{source_id}.parquet")
    return state.data


def estimates() -> Iterator[pd.DataFrame]:
    """Yield what an edition prints: most ways to set counts beside each other, one table each."""
    for kind in ("all", *_KINDS):
        here, rest, whole = (
            sa.load("disciplined", place=code, grade_level="all", student_group_type=kind)
            for code in _PLACES
        )
        yield pd.concat([sa.rates(here), sa.rates(rest), sa.rates(whole)], ignore_index=True)
        yield sa.compare(here, rest)
        for obs in (here, whole) if kind != "all" else ():
            yield sa.gaps(obs, by=kind, reference="others")
            yield sa.ratios(obs, by=kind, reference="others")
            yield sa.inequality(obs, by=kind)
            yield sa.disproportionality(obs, by=kind)
        shares = [
            sa.load("enrollment", place=code, grade_level="all", student_group_type=kind)
            for code in _PLACES
        ]
        yield pd.concat([sa.rates(obs) for obs in shares], ignore_index=True)
    for school_kind in ("all", "gender"):
        schools = sa.load(
            "disciplined",
            place="southeast_seattle",
            organization_level="school",
            grade_level="all",
            student_group_type=school_kind,
        )
        yield sa.rates(schools)
    grades = sa.load("disciplined", place="southeast_seattle", student_group_type="all")
    yield sa.rates(grades)


def _report(target: Path) -> tuple[Attack, int]:
    """Write the edition and attack it; what would tell a withheld figure is withheld too, as in a build."""
    tables = [one for one in estimates() if len(one)]
    records = [sa.findings(one).records() for one in tables]
    shown = [sa.table(tables[0])._repr_mimebundle_(), *(finding(*some) for some in records)]
    figures = [figure_of(tables[0])]
    withheld: set[str] = set()
    while True:
        while more := _leaks(records, withheld) - withheld:
            withheld |= more
        shutil.rmtree(target, ignore_errors=True)
        edition(target, *shown, figures=figures, withheld=withheld)
        done = attack_read([read_claims(target)])
        try:
            done.refuse_leaks()
        except LeakError as leak:
            if not leak.findings - withheld:
                raise
            withheld |= leak.findings
        else:
            return done, len(withheld)


def _leaks(records, withheld) -> set[str]:
    maker = Maker(withheld)
    return set(audit.leaks(map(maker.record, chain(*records))).values())


def attacked(folder: Path, seed: int) -> Outcome:
    """Make up a state, write its edition, attack it and search it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESEC_DATA", str(_data(folder / "state", seed)))
        done, withheld = _report(folder / "report")
        return Outcome(seed, done, search(read_claims(folder / "report")), withheld)
