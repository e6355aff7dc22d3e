"""What is known of an average that a publisher prints: dollars a student, students a teacher, years."""

import numpy as np
import pandas as pd

from sesec_analysis.loaders.known import NAN, Known, columns, is_kind, number
from sesec_analysis.schema import MINIMUM_GROUP

__all__ = ["resolve_averages"]


def resolve_averages(
    average: pd.DataFrame, over: pd.DataFrame, flag: pd.DataFrame, *, counted: str
) -> pd.DataFrame:
    """Return the figure columns of OBSERVATIONS for an average: the figure, and what it is over.

    Parameters
    ----------
    average
        Parsed cells of the average (`cells.parse_numbers`).
    over
        Parsed counts of what it is an average over (students, teachers); blank where the file does not say.
    flag
        Parsed cells that say whether, and why, a row is withheld; blank where the file has none.
    counted
        What is counted, as the indicator says it: an average over fewer than ten students is masked on reading.

    Returns
    -------
    `reported` where a figure is printed, `complementary` where its count is withheld to protect another cell,
    `no_students` where it would be over nobody, otherwise `small_n` or `withheld`: nothing bounds an average. There is
    no numerator.

    Examples
    --------
    >>> from sesec_analysis.loaders import cells
    >>> printed, teachers = cells.parse_numbers(pd.Series(["14.94", ""])), cells.parse_counts(pd.Series(["50", "13"]))
    >>> flag = cells.parse_flags(pd.Series(["", ""]))
    >>> found = resolve_averages(printed, teachers, flag, counted="teachers")
    >>> found[["value", "denominator", "status"]].values.tolist()
    [[14.94, 50, 'reported'], [nan, 13, 'withheld']]
    """
    known = Known.of(len(average))
    n, value = number(over), number(average)
    everything = np.ones(len(n), bool)
    known.put(everything, "withheld", n=n, n_low=n, n_high=n)
    known.put(~np.isnan(value), "reported", p=value, p_low=value, p_high=value)
    ten = np.where(np.isnan(n), float(MINIMUM_GROUP), n)
    known.put(is_kind(flag, "complementary") & np.isnan(n), "complementary", n_low=ten)
    known.put(is_kind(flag, "complementary") & np.isnan(value), "complementary", n_low=ten)
    small = is_kind(average, "small_n") | is_kind(over, "small_n") | is_kind(flag, "small_n")
    if counted == "students":
        small |= (n > 0) & (n < MINIMUM_GROUP)
    nine = MINIMUM_GROUP - 1.0
    known.put(small, "small_n", n=NAN, n_low=1.0, n_high=nine, p=NAN, p_low=NAN, p_high=NAN)
    none = is_kind(average, "no_students") | ((n == 0) & np.isnan(value))
    known.put(none, "no_students", n=0.0, n_low=0.0, n_high=0.0, p=NAN)
    return columns(known, average.index)
