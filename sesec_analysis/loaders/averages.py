"""What is known of an average that a publisher prints: dollars a student, students a teacher, years."""

import numpy as np
import pandas as pd

from sesec_analysis.loaders.known import NAN, Known, columns, is_kind, number

__all__ = ["resolve_averages"]


def resolve_averages(average: pd.DataFrame, over: pd.DataFrame) -> pd.DataFrame:
    """Return the figure columns of OBSERVATIONS for an average: the figure, and what it is over.

    Parameters
    ----------
    average
        Parsed cells of the average (`cells.parse_numbers`).
    over
        Parsed counts of what it is an average over (students, teachers); blank where the file does not say.

    Returns
    -------
    `reported` where a figure is printed, `no_students` where it would be over nobody, otherwise `withheld`: nothing
    bounds an average. There is no numerator.

    Examples
    --------
    >>> from sesec_analysis.loaders import cells
    >>> printed, teachers = cells.parse_numbers(pd.Series(["14.94", ""])), cells.parse_counts(pd.Series(["50", "13"]))
    >>> resolve_averages(printed, teachers)[["value", "denominator", "status"]].values.tolist()
    [[14.94, 50, 'reported'], [nan, 13, 'withheld']]
    """
    known = Known.of(len(average))
    n, value = number(over), number(average)
    everything = np.ones(len(n), bool)
    known.put(everything, "withheld", n=n, n_low=n, n_high=n)
    known.put(~np.isnan(value), "reported", p=value, p_low=value, p_high=value)
    none = is_kind(average, "no_students") | ((n == 0) & np.isnan(value))
    known.put(none, "no_students", n=0.0, n_low=0.0, n_high=0.0, p=NAN)
    return columns(known, average.index)
