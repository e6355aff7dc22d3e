"""Every clause reads as its kind of number does, and every part of a sentence goes where its row says."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from sesec_analysis import catalog
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording import sentences
from sesec_analysis.evidence.wording.fields import GatedRow
from sesec_analysis.evidence.wording.sentences import sentence_text
from sesec_analysis.text import Text


def a_row(measure: str, reference: str = "", **of: object) -> Row:
    known = {
        **{"indicator": "ela_met", "end_year": 2019, "organization_level": "place"},
        **{"organization_id": "southeast_seattle", "organization_name": "Southeast Seattle"},
        **{"grade_level": "03", "student_group_type": "race_ethnicity", "student_group": "black"},
        **{"unit": "points", "status": "ok", "publish": "point"},
    }
    return Row(**known | {"measure": measure, "reference": reference} | of)  # type: ignore[arg-type]


SCHOOL = {"organization_level": "school", "organization_id": "2392"}
SCHOOL |= {"organization_name": "Rainier Beach High School"}
GOLDEN = yaml.safe_load(Path(__file__).with_name("sentences.yml").read_text("utf-8"))


@pytest.mark.parametrize("golden", GOLDEN, ids=[one["says"][:60] for one in GOLDEN])
def test_sentence__says_what_its_row_says(golden):
    row, text = a_row(**golden["row"]), golden["says"]
    row = replace(row, reason=Text(row.reason) if row.reason else None)
    assert str(sentence_text(GatedRow(row))) == text


def test_readings__say_once_what_several_measures_share():
    rows = [a_row(name, "white") for name in ("rate", "odds_ratio", "odds_ratio", "risk_ratio")]
    told = sentences.readings(rows)
    assert len(told) == 2
    for text, name in zip(told, ("odds_ratio", "risk_ratio"), strict=True):
        entry = catalog.measure(name)
        assert str(text) == f"{entry.label}: {entry.reading} {entry.caution}"
