"""What must hold between the cells of a release: OBSERVATIONS in, the rows that break it out.

Bounds that are read from labels or capped by enrollment rest on rules that no publisher documents. Where a total is
printed exactly, they can be tested: groups of a partition are no more than all students, a pair's groups no fewer.
"""

import pandas as pd

from sesec_analysis import catalog, schema

__all__ = ["over_cap", "partition_faults"]

_CELL = ["indicator", "organization_level", "organization_id", "grade_level"]


def partition_faults(observations: pd.DataFrame) -> pd.DataFrame:
    """Return partitions whose bounds cannot be true beside an exactly printed total.

    Returns
    -------
    One row per faulty partition: indicator, organization, grade, student_group_type, the total, and the least and most
    students that its groups can have together. Empty if all is well.
    """
    codes = set(observations["indicator"]) - schema.COMPOSITION_INDICATORS
    # One indicator at a time: a large release has twenty, and none of them needs the others' rows.
    one_by_one = [
        _faults(observations[observations["indicator"] == code]) for code in sorted(codes)
    ]
    return pd.concat(one_by_one or [_faults(observations.head(0))], ignore_index=True)


def _faults(rates: pd.DataFrame) -> pd.DataFrame:
    everyone = rates[(rates["student_group"] == "all") & rates["denominator"].notna()]
    groups = rates[rates["student_group_type"] != "all"]
    known = (
        groups.assign(uncapped=groups["denominator_high"].isna())
        .groupby([*_CELL, "student_group_type"])
        .agg(
            least=("denominator_low", "sum"),
            most=("denominator_high", "sum"),
            uncapped=("uncapped", "any"),
            groups=("student_group", "size"),
        )
    )
    known["most"] = known["most"].mask(known["uncapped"])
    both = known.reset_index().merge(everyone[[*_CELL, "denominator"]], on=_CELL)
    pairs = [kind for kind, entry in catalog.group_types().items() if len(entry.groups) == 2]
    complete = both["student_group_type"].isin(pairs) & (both["groups"] == 2)
    too_few = complete & (both["most"] < both["denominator"]).fillna(False)
    return both[(both["least"] > both["denominator"]) | too_few]


def over_cap(observations: pd.DataFrame, caps: dict[str, int]) -> pd.DataFrame:
    """Return exactly printed school cells with more students than the cap that masked cells are given."""
    cap = observations["organization_id"].map(caps)
    school = observations["organization_level"] == "school"
    return observations[school & (observations["denominator"] > cap).fillna(False)]
