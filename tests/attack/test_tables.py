"""Any tables: which withheld cells do their sums give away?"""

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import sesec_analysis as sa
from sesec_analysis.attack.tables import read_sums, read_tables
from sesec_analysis.cli import main


def _table(first: str, **columns: list[str]) -> pd.DataFrame:
    rows = columns.pop("rows")
    return pd.DataFrame({first: rows, **columns})


# Federal Committee on Statistical Methodology (2005). Statistical Policy Working Paper 22, chapter II: numbers of
# delinquent children by county and education of the household head (quoted from memory of the paper). Withheld so,
# the table of the paper is not
# protected: (Alpha + Beta) less (medium + high) leaves one cell alone, which is 1.
PAPER = _table(
    "county",
    rows=["Alpha", "Beta", "Gamma", "Delta", "Total"],
    low=["15", "20", "*", "*", "50"],
    medium=["*", "*", "10", "14", "35"],
    high=["*", "*", "10", "7", "30"],
    very_high=["*", "15", "*", "*", "20"],
    total=["20", "55", "25", "35", "135"],
)
BOTH_MARGINS = {"margins": [{"table": "children", "total_row": "Total", "total_column": "total"}]}


class TestAttackTables:
    def test_two_way_table_of_the_working_paper__one_cell_is_solved_by_four_sums(self) -> None:
        told = sa.attack_tables({"children": PAPER}, sums=BOTH_MARGINS).set_index(["row", "column"])
        alpha = told.loc[("Alpha", "very_high")]
        assert (alpha["told_low"], alpha["told_high"], alpha["verdict"]) == (1, 1, "solved")
        assert alpha["statements"].count("=") == 4
        assert all(
            name in alpha["statements"] for name in ("Alpha; total", "Beta; total", "Total; medium")
        )
        assert (told["verdict"] == "solved").sum() == 1

    @pytest.mark.slow
    def test_one_cell_more_withheld__nothing_is_solved(self) -> None:
        safe = PAPER.copy()
        safe.loc[safe["county"] == "Delta", "high"] = "*"
        told = sa.attack_tables({"children": safe}, sums=BOTH_MARGINS)
        assert "solved" not in set(told["verdict"])

    def test_tables_that_differ_by_one_student__tell_what_that_student_did(self) -> None:
        everyone = _table("result", rows=["passed", "not", "All"], students=["41", "59", "100"])
        without = _table("result", rows=["passed", "not", "All"], students=["41", "58", "99"])
        told = sa.attack_tables(
            {"may": without, "june": everyone}, sums={"within": [{"part": "may", "whole": "june"}]}
        )
        assert told["verdict"].eq("solved").all()
        assert dict(zip(told["row"], told["told_low"], strict=True)) == {"not": 1, "All": 1}
        assert told["table"].unique().tolist() == ["june less may"]

    def test_sum_over_tables__star_for_star(self) -> None:
        schools = _table("school", rows=["A", "B"], y2023=["12", "N<10"], y2024=["N<10", "30"])
        district = _table("place", rows=["District"], y2023=["19"], y2024=["33"])
        told = sa.attack_tables(
            {"schools": schools, "district": district},
            sums={"sums": [{"total": "district[District; *]", "parts": ["schools[*; *]"]}]},
        )
        assert told["told_low"].tolist() == told["told_high"].tolist() == [3, 7]

    def test_sums_that_do_not_fit__are_refused_with_the_sum(self) -> None:
        wrong = _table("school", rows=["A", "B", "All"], passed=["12", "N<10", "50"])
        with pytest.raises(sa.DataError, match="do not fit"):
            sa.attack_tables({"t": wrong}, sums={"margins": [{"table": "t", "total_row": "All"}]})

    @pytest.mark.parametrize(
        ("cell", "sums", "words"),
        [
            ("12%", {}, "neither a count nor a mark"),
            ("12", {"margins": [{"table": "t", "total_row": "Sum"}]}, "no row 'Sum'"),
            ("12", {"margins": [{"table": "u", "total_row": "A"}]}, "no table 'u'"),
            ("12", {"sums": [{"total": "t A passed", "parts": []}]}, "names no cell"),
            ("12", {"adds": []}, "Extra inputs"),
        ],
    )
    def test_what_is_not_understood__does_not_pass(
        self, cell: str, sums: dict[str, object], words: str
    ) -> None:
        frame = _table("school", rows=["A"], passed=[cell])
        with pytest.raises((sa.DataError, sa.CatalogError), match=words):
            sa.attack_tables({"t": frame}, sums=sums)


class TestCommand:
    @pytest.mark.slow
    def test_given_away__ends_with_an_error_and_names_cell_and_sums(self, tmp_path: Path) -> None:
        PAPER.to_csv(tmp_path / "children.csv", index=False)
        rules = tmp_path / "sums.yml"
        rules.write_text(
            "margins:\n- {table: children.csv, total_row: Total, total_column: total}\n", "utf-8"
        )
        assert read_sums(rules).margins[0].total_row == "Total"
        assert list(read_tables([tmp_path / "children.csv"])) == ["children"]
        asked = [
            "attack",
            str(tmp_path / "children.csv"),
            "--sums",
            str(rules),
            "--withheld",
            "*,N<10",
        ]
        done = CliRunner().invoke(main, asked)
        assert done.exit_code == 1
        assert "children[Alpha; very_high] *: solved, 1" in done.output
