"""Write every statement that each yearly report could lead with, and why it does not: ``lead_candidates.csv``.

The numbers have not passed the disclosure checks: the file is for our own eyes and never part of an edition.
"""

import argparse
from pathlib import Path

import pandas as pd

import sesec_analysis as sa

PLACE, REST = "southeast_seattle", "rest_of_seattle_regular"
EVERYONE = {"grade_level": "all", "student_group": "all"}


def statements(year: int, grade: str) -> pd.DataFrame:
    """Return the statements of a report's year, as its notebook gives them to `sa.report.lead`."""
    official, compared = {"grade_level": grade, "student_group": "all"}, {"place": PLACE}
    tests = ("math_met", "ela_met", "math_met_tested", "ela_met_tested")
    queries = dict.fromkeys(tests, official)
    queries |= dict.fromkeys(("regular_attendance", "disciplined"), EVERYONE)
    found = sa.report.outcomes(queries, up_to=year, reference=REST, **compared)
    same = []
    for code in tests[2:]:
        both = sa.report.then_and_now(
            code, up_to=year, place=[PLACE, REST], same_schools=True, **official
        )
        same.append(sa.report.published_gap_changes(both, reference=REST, **compared))
    return pd.concat([*found.moved.values(), found.apart, *same])


def main() -> None:
    """Write the file for the years from 2017 on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("lead_candidates.csv"))
    parser.add_argument("--last", type=int, default=2025, help="the newest report's year")
    options = parser.parse_args()
    tables = []
    for year in range(2017, options.last + 1):
        grade = "03" if year == 2017 else "all"  # the file of 2017 has no row for all grades
        weighed = sa.report.lead_candidates(statements(year, grade), place=PLACE, up_to=year)
        tables.append(weighed.assign(report_year=year))
    pd.concat(tables).round(4).to_csv(options.out, index=False)


if __name__ == "__main__":
    main()
