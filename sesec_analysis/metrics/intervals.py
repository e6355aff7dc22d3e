"""Named confidence intervals for whole columns at once: the only module that calls statsmodels' proportions.

`wilson`, `difference_limits`, and `koopman_ratio` take exact counts; those named `outer_` take `KnownCounts`, counts
known only within bounds, and return limits that hold the interval of the truth, and are that interval at exact counts.
Counts may be fractional; where there are no students (n = 0) every limit is NaN.
"""

from collections.abc import Callable
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from sesec_analysis.bounds import Flags, Floats, KnownCounts
from sesec_analysis.errors import DataError, QuestionError, check_choice

__all__ = [
    "DIFFERENCES",
    "agresti_caffo_difference",
    "bisect_limits",
    "difference_limits",
    "koopman_ratio",
    "margin_of_product",
    "margin_of_ratio",
    "margin_of_share",
    "margin_of_sum",
    "miettinen_nurminen_difference",
    "newcombe_difference",
    "outer_difference",
    "outer_katz_ratio",
    "outer_rate",
    "outer_ratio",
    "wilson",
]


def wilson(k: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson's score interval of a rate k / n.

    Parameters
    ----------
    k, n
        Students counted, of how many.
    level
        Confidence level, 0-1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits.

    Notes
    -----
    Reading: the rates p for which a count as far from n * p as k is no surprise at this level.
    Reference: Wilson, E. B. (1927). Journal of the American Statistical Association, 22, 209-212.

    Examples
    --------
    >>> low, high = wilson(18, 20)
    >>> print(f"{low:.4f} {high:.4f}")
    0.6990 0.9721
    """
    k, n, empty = _counts(k, n)
    low, high = proportion_confint(k, n, alpha=1 - level, method="wilson")
    return _unless(empty, low, high)


def newcombe_difference(
    k: ArrayLike, n: ArrayLike, reference_k: ArrayLike, reference_n: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Newcombe's hybrid score interval of a difference of two independent rates.

    Parameters
    ----------
    k, n
        Students counted, of how many, in the group.
    reference_k, reference_n
        The same in the reference.
    level
        Confidence level, 0-1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits of ``k / n - reference_k / reference_n``.

    Notes
    -----
    The distances from each rate to its Wilson limits are squared and added, so that the interval is skewed as it
    should be for rates near 0 or 1, has width at zero counts, and never leaves -1 to 1.
    Reference: Newcombe, R. G. (1998). Statistics in Medicine, 17, 873-890, method 10.

    Examples
    --------
    >>> low, high = newcombe_difference(56, 70, 48, 80)
    >>> print(f"{low:.4f} {high:.4f}")
    0.0524 0.3339
    """
    return _difference_by("newcomb", k, n, reference_k, reference_n, level)


def agresti_caffo_difference(
    k: ArrayLike, n: ArrayLike, reference_k: ArrayLike, reference_n: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Agresti and Caffo's interval of a difference of two independent rates: Wald's, two students added to each side.

    Parameters
    ----------
    k, n
        Students counted, of how many, in the group.
    reference_k, reference_n
        The same in the reference.
    level
        Confidence level, 0-1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits of ``k / n - reference_k / reference_n``.

    Notes
    -----
    Reference: Agresti, A. and Caffo, B. (2000). The American Statistician, 54, 280-288.

    Examples
    --------
    >>> low, high = agresti_caffo_difference(56, 70, 48, 80)
    >>> print(f"{low:.4f} {high:.4f}")
    0.0525 0.3358
    """
    return _difference_by("agresti-caffo", k, n, reference_k, reference_n, level)


def _difference_by(
    method: str,
    k: ArrayLike,
    n: ArrayLike,
    reference_k: ArrayLike,
    reference_n: ArrayLike,
    level: float,
) -> tuple[Floats, Floats]:
    """Return the limits of ``k / n - reference_k / reference_n`` by a method of statsmodels."""
    k, n, empty = _counts(k, n)
    reference_k, reference_n, reference_empty = _counts(reference_k, reference_n)
    low, high = confint_proportions_2indep(
        k, n, reference_k, reference_n, compare="diff", method=method, alpha=1 - level
    )
    return _unless(empty | reference_empty, np.fmax(low, -1.0), np.fmin(high, 1.0))


_BISECTIONS = 100  # each halves the range, so that the last is below any rounding


def miettinen_nurminen_difference(
    k: ArrayLike, n: ArrayLike, reference_k: ArrayLike, reference_n: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Miettinen and Nurminen's score interval of a difference of two independent rates.

    Parameters
    ----------
    k, n
        Students counted, of how many, in the group.
    reference_k, reference_n
        The same in the reference.
    level
        Confidence level, 0-1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits of ``k / n - reference_k / reference_n``.

    Notes
    -----
    The differences for which the counts are no surprise, the rates being the likeliest with that difference, and their
    variance that of N / (N - 1) times N students. Solved here for whole columns: that of statsmodels takes no zero
    counts and stops early.
    Reference: Miettinen, O. and Nurminen, M. (1985). Statistics in Medicine, 4, 213-226.

    Examples
    --------
    >>> low, high = miettinen_nurminen_difference(56, 70, 48, 80)
    >>> print(f"{low:.4f} {high:.4f}")
    0.0528 0.3382
    """
    k, n, empty = _counts(k, n)
    other_k, other_n, other_empty = _counts(reference_k, reference_n)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    seen = k / n - other_k / other_n

    def is_inside(gap: Floats) -> Flags:
        return np.abs(seen - gap) <= z * _difference_error(gap, k, n, other_k, other_n)

    low, high = (
        bisect_limits(seen, np.full(np.shape(seen), end), is_inside) for end in (-1.0, 1.0)
    )
    return _unless(empty | other_empty, low, high)


def bisect_limits(near: Floats, far: Floats, is_near: Callable[[Floats], Flags]) -> Floats:
    """Halve the way from near to far until no rounding shows, towards where the answer turns from yes to no."""
    for _ in range(_BISECTIONS):
        middle = (near + far) / 2
        yes = is_near(middle)
        near, far = np.where(yes, middle, near), np.where(yes, far, middle)
    return np.asarray((near + far) / 2)


def _difference_error(
    gap: Floats, k: Floats, n: Floats, other_k: Floats, other_n: Floats
) -> Floats:
    """Standard error of a difference, were it ``gap``: of the likeliest two rates that lie so far apart."""
    # The root of the likelihood's cubic that lies between 0 and 1, in closed form.
    both, counted = n + other_n, k + other_k
    square = (n + 2 * other_n) * gap - both - counted
    linear = (other_n * gap - both - 2 * other_k) * gap + counted
    constant = other_k * gap * (1 - gap)
    third = square / (3 * both)
    q = third**3 - square * linear / (6 * both**2) + constant / (2 * both)
    p = np.copysign(np.sqrt(np.maximum(third**2 - linear / (3 * both), 0.0)), q)
    cosine = np.divide(q, p**3, out=np.ones(np.shape(q)), where=p != 0)
    angle = (np.pi + np.arccos(np.clip(cosine, -1.0, 1.0))) / 3
    other = np.clip(2 * p * np.cos(angle) - third, np.maximum(-gap, 0.0), np.minimum(1 - gap, 1.0))
    rate = np.clip(other + gap, 0.0, 1.0)
    variance = rate * (1 - rate) / n + other * (1 - other) / other_n
    return np.asarray(np.sqrt(variance * both / np.maximum(both - 1, 1.0)))


DIFFERENCES: dict[str, tuple[Callable[..., tuple[Floats, Floats]], str]] = {
    "newcombe": (newcombe_difference, "Newcombe hybrid score interval (statsmodels)"),
    "miettinen_nurminen": (
        miettinen_nurminen_difference,
        "Miettinen-Nurminen asymptotic score interval",
    ),
    "agresti_caffo": (agresti_caffo_difference, "Agresti-Caffo interval (statsmodels)"),
}
"""Intervals of a difference by name, and how `method` calls them."""


MOST = 1e15
"""More than there are people, dollars, or anything else that is counted here."""


def as_numbers(
    values: object, where: str, *, low: float = -MOST, high: float = MOST, whole: bool = False
) -> Floats:
    """Return numbers that a caller passed as an array; refuse text, uneven lists, and numbers that cannot be.

    What is not known (NaN) may be passed; ``whole`` refuses parts of a student.
    """
    try:
        if values is None or isinstance(values, str | bool):
            raise TypeError
        if np.asarray(values).dtype == bool:
            raise TypeError
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        kind = "None" if values is None else f"a {type(values).__name__}"
        raise QuestionError(
            f"a number or a list of numbers is wanted, not {kind}",
            where=where,
            fix="give numbers without quotation marks, and float('nan') for unknown ones",
        ) from None
    wrong = (numbers < low) | (numbers > high) | (whole & (np.floor(numbers) < numbers))
    if wrong.any():
        kind = "a whole number" if whole else "a number"
        raise QuestionError(
            f"{numbers[wrong].flat[0]:g} is not {kind} from {low:g} to {high:g}",
            where=where,
            fix="pass counts of students and rates from 0 to 1, and float('nan') for unknown numbers",
        )
    return numbers


def of_one_length(where: str, *numbers: Floats) -> tuple[Floats, ...]:
    """Return arrays of one shape, single numbers repeated; refuse lists of different lengths."""
    try:
        return np.broadcast_arrays(*numbers)
    except ValueError:
        raise QuestionError(
            f"the lists have {', '.join(str(each.size) for each in numbers)} numbers",
            where=where,
            fix="give lists of one length, or a single number for all",
        ) from None


def check_level(level: object) -> None:
    """Refuse a confidence level that is not a number between 0 and 1."""
    if not isinstance(level, int | float | np.number) or not 0 < level < 1:
        raise QuestionError(
            f"a confidence level of {level!r} is not a number between 0 and 1",
            where="level",
            fix="write 95 percent as level=0.95",
        )


def difference_limits(
    k: ArrayLike,
    n: ArrayLike,
    reference_k: ArrayLike,
    reference_n: ArrayLike,
    *,
    interval: str = "newcombe",
    level: float = 0.95,
) -> tuple[Floats, Floats]:
    """Confidence limits of a difference of two independent rates, by the interval that is named.

    Parameters
    ----------
    k, n
        Students counted, of how many, in the group.
    reference_k, reference_n
        The same in the reference.
    interval
        ``"newcombe"``, ``"miettinen_nurminen"`` or ``"agresti_caffo"``.
    level
        Confidence level, 0-1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits of ``k / n - reference_k / reference_n``; NaN where a side has no students.

    Raises
    ------
    QuestionError
        If there is no such interval.
    DataError
        If a count is below 0, or more are counted than there are.

    Notes
    -----
    Reference: Newcombe, R. G. (1998). Statistics in Medicine, 17, 873-890, method 10; Miettinen, O. and Nurminen, M.
    (1985). Statistics in Medicine, 4, 213-226; Agresti, A. and Caffo, B. (2000). The American Statistician, 54,
    280-288.

    Examples
    --------
    >>> low, high = difference_limits(9, 10, 3, 10, interval="miettinen_nurminen")
    >>> print(f"{low:.4f} {high:.4f}")
    0.1700 0.8406
    """
    check_choice(interval, DIFFERENCES, what="interval of a difference", where="interval")
    check_level(level)
    for counted, of in ((k, n), (reference_k, reference_n)):
        counted = as_numbers(counted, "difference_limits, counted", low=0)
        of = as_numbers(of, "difference_limits, of", low=0)
        if np.any((counted < 0) | (counted > of)):
            raise DataError(
                "a count is below 0, or more are counted than there are",
                where="difference_limits",
                fix="give the students counted, and of how many, of each side",
            )
    return DIFFERENCES[interval][0](k, n, reference_k, reference_n, level)


def margin_of_sum(margins: ArrayLike, estimates: ArrayLike | None = None) -> float:
    """Margin of error of a sum of census estimates.

    Parameters
    ----------
    margins
        Margin of error of each part, all of one level (the Census Bureau prints 90 percent).
    estimates
        The parts themselves. Of those that are 0 only the largest margin is counted; None: every margin is.

    Returns
    -------
    float
        The square root of the sum of squares, at the level of the parts.

    Notes
    -----
    Caution: it takes the parts for independent, and is the rougher the more parts there are.
    Reference: U.S. Census Bureau (2018). Understanding and Using American Community Survey Data, chapter 8.

    Examples
    --------
    >>> print(f"{margin_of_sum([3778, 3911]):.1f}")
    5437.8
    """
    margins = np.atleast_1d(as_numbers(margins, "margin_of_sum, margins", low=0))
    none = np.zeros(len(margins), dtype=bool)
    if estimates is not None:
        none = np.atleast_1d(as_numbers(estimates, "margin_of_sum, estimates")) == 0
    squares = margins**2
    return float(np.sqrt(squares[~none].sum() + squares[none].max(initial=0.0)))


def margin_of_share(
    part: ArrayLike, whole: ArrayLike, part_margin: ArrayLike, whole_margin: ArrayLike
) -> Floats:
    """Margin of error of a share whose part is counted in its whole.

    Parameters
    ----------
    part, whole
        The estimates.
    part_margin, whole_margin
        Their margins of error, of one level.

    Returns
    -------
    numpy.ndarray
        Margin of ``part / whole``. Where the margin of the whole is too large for the formula, that of a ratio, as the
        Census Bureau advises.

    Notes
    -----
    Reference: U.S. Census Bureau (2018). Understanding and Using American Community Survey Data, chapter 8.

    Examples
    --------
    >>> print(f"{margin_of_share(203119, 630498, 5070, 831):.4f}")
    0.0080
    """
    return _combine_margins(part, whole, part_margin, whole_margin, inside=True)


def margin_of_ratio(
    part: ArrayLike, other: ArrayLike, part_margin: ArrayLike, other_margin: ArrayLike
) -> Floats:
    """Margin of error of a ratio of two census estimates, neither counted in the other.

    Parameters
    ----------
    part, other
        The estimates.
    part_margin, other_margin
        Their margins of error, of one level.

    Returns
    -------
    numpy.ndarray
        Margin of ``part / other``.

    Notes
    -----
    Reference: U.S. Census Bureau (2018). Understanding and Using American Community Survey Data, chapter 8.

    Examples
    --------
    >>> print(f"{margin_of_ratio(4634, 6440, 989, 1328):.4f}")
    0.2135
    """
    return _combine_margins(part, other, part_margin, other_margin, inside=False)


def margin_of_product(
    one: ArrayLike, other: ArrayLike, one_margin: ArrayLike, other_margin: ArrayLike
) -> Floats:
    """Margin of error of a product of two census estimates.

    Parameters
    ----------
    one, other
        The estimates.
    one_margin, other_margin
        Their margins of error, of one level; 0 for a number that is no estimate.

    Returns
    -------
    numpy.ndarray
        Margin of ``one * other``.

    Notes
    -----
    Reference: U.S. Census Bureau (2018). Understanding and Using American Community Survey Data, chapter 8.

    Examples
    --------
    >>> print(f"{margin_of_product(74506512, 0.824, 228238, 0.001):.0f}")
    202289
    """
    one, other = (as_numbers(number, "margin_of_product, number") for number in (one, other))
    one_margin, other_margin = (
        as_numbers(margin, "margin_of_product, margin", low=0)
        for margin in (one_margin, other_margin)
    )
    return np.asarray(np.hypot(one * other_margin, other * one_margin))


def _combine_margins(
    part: ArrayLike,
    whole: ArrayLike,
    part_margin: ArrayLike,
    whole_margin: ArrayLike,
    *,
    inside: bool,
) -> Floats:
    part, whole, part_margin, whole_margin = of_one_length(
        "margin_of_share or margin_of_ratio",
        *(
            as_numbers(number, "margin_of_share or margin_of_ratio", low=0)
            for number in (part, whole, part_margin, whole_margin)
        ),
    )
    there = whole > 0
    share = np.divide(part, whole, out=np.full(part.shape, np.nan), where=there)
    moved = (share * whole_margin) ** 2
    square = part_margin**2 - moved if inside else part_margin**2 + moved
    square = np.where(square < 0, part_margin**2 + moved, square)
    return np.divide(np.sqrt(square), whole, out=np.full(part.shape, np.nan), where=there)


def koopman_ratio(
    k: ArrayLike, n: ArrayLike, reference_k: ArrayLike, reference_n: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Koopman's score interval of a ratio of two independent rates.

    Parameters
    ----------
    k, n
        Students counted, of how many, in the group.
    reference_k, reference_n
        The same in the reference; at least one student on each side.
    level
        Confidence level, 0-1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits; 0 where none was counted in the group, infinite where none in the reference.

    Notes
    -----
    The ratios for which the counts are no surprise, the rates being the likeliest with that ratio.
    Reference: Koopman, P. A. R. (1984). Biometrics, 40, 513-517.

    Examples
    --------
    >>> low, high = koopman_ratio(7, 34, 1, 34)
    >>> print(f"{low:.6f} {high:.6f}")
    1.220853 42.575718
    """
    a, m, b, n = (np.asarray(count, dtype=float) for count in (k, n, reference_k, reference_n))
    z = NormalDist().inv_cdf(0.5 + level / 2)

    def limit(sign: float) -> Floats:
        low, high = np.full(np.shape(a + m + b + n), -41.0), np.full(np.shape(a + m + b + n), 40.0)
        return np.exp(
            bisect_limits(low, high, lambda log: _surplus(np.exp(log), a, m, b, n, sign * z) > 0)
        )

    return np.where(a == 0, 0.0, limit(1.0)), np.where(b == 0, np.inf, limit(-1.0))


def _surplus(ratio: Floats, a: Floats, m: Floats, b: Floats, n: Floats, z: float) -> Floats:
    """How far the counts stand above a ratio, less z standard errors there; falls as the ratio rises."""
    linear = m * ratio + a + n + b * ratio
    root = np.sqrt(np.maximum(linear**2 - 4 * (m + n) * ratio * (a + b), 0.0))
    q = (
        2 * (a + b) / (linear + root)
    )  # the reference's likeliest rate if the group's is `ratio` times it
    p = ratio * q
    variance = p * (1 - p) / m + ratio**2 * q * (1 - q) / n
    return np.asarray(a / m - ratio * b / n - z * np.sqrt(np.maximum(variance, 0.0)))


def outer_rate(known: KnownCounts, level: float = 0.95) -> tuple[Floats, Floats]:
    """Limits that hold the Wilson interval of every rate within what is known."""
    # Wilson's lower limit L solves n * (p - L)^2 = z^2 * L * (1 - L). It rises with p, and with n it closes up on p
    # from below; so over the polygon it is lowest at the lowest rate of the fewest students. Upper: mirrored.
    n = _fewest(known)
    lowest, highest = _count_at(known.value_low, n, known), _count_at(known.value_high, n, known)
    return wilson(lowest, n, level)[0], wilson(highest, n, level)[1]


def outer_difference(
    known: KnownCounts, reference: KnownCounts, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Limits that hold the Newcombe interval of every difference within what is known."""
    # The lower limit is p - q - sqrt(a^2 + b^2), with a = p - L(p) and b = U(q) - q. Its slope in p is
    # 1 - a * a' / sqrt(a^2 + b^2), and a' = 1 - L' <= 1 because L rises with p: so the slope is never negative.
    # Likewise it never rises with q, and more students only shrink a and b. Hence it is lowest at the group's
    # lowest rate, the reference's highest, and the fewest students of both. Upper: mirrored.
    n, reference_n = _fewest(known), _fewest(reference)
    lowest, highest = _count_at(known.value_low, n, known), _count_at(known.value_high, n, known)
    reference_lowest = _count_at(reference.value_low, reference_n, reference)
    reference_highest = _count_at(reference.value_high, reference_n, reference)
    low, _ = newcombe_difference(lowest, n, reference_highest, reference_n, level)
    _, high = newcombe_difference(highest, n, reference_lowest, reference_n, level)
    return low, high


def outer_ratio(
    known: KnownCounts, reference: KnownCounts, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Limits that hold the log interval, one half added to every count, of every ratio within what is known.

    Notes
    -----
    Two limits are corrected, where the formula would claim what it cannot know. At k = 0 the lower limit is 0, and at
    reference_k = 0 the upper limit is infinite, as in Koopman's score interval: the half added there would
    otherwise shut out the observed ratio itself. Where both rates are 1 the formula has no width; the limits are then
    those of Zou and Donner from Wilson's, ``l`` and ``1 / l'``.

    References
    ----------
    Walter, S. D. (1975). Biometrika, 62, 371-374, studied in Fagerland, M. W., Lydersen, S. and Laake, P. (2015).
    Statistical Methods in Medical Research, 24, 224-254.

    Zou, G. Y. and Donner, A. (2008). Statistics in Medicine, 27, 1693-1702.
    """
    # The limits are log r - log s -+ z * sqrt(v + w), r and s the adjusted rates, v and w their variances. Taking the
    # least r, the most s and the most v and w, each over its whole polygon, can only reach too far, never too short.
    z = NormalDist().inv_cdf(0.5 + level / 2)
    least, most = _adjusted_rates(known)
    reference_least, reference_most = _adjusted_rates(reference)
    reach = np.exp(z * np.sqrt(_most_variance(known) + _most_variance(reference)))
    low = least / reference_most / reach
    high = most / np.where(reference_least > 0, reference_least, 1.0) * reach
    # The corrected limits of the interval itself, wherever the truth could be there.
    low, high = (
        np.where(known.value_low <= 0, 0.0, low),
        np.where(reference.value_low <= 0, np.inf, high),
    )
    everyone = (known.value_high >= 1) & (reference.value_high >= 1)
    own, others = (wilson(n, n, level)[0] for n in (_fewest(known), _fewest(reference)))
    low = np.where(everyone, np.minimum(low, own), low)
    return low, np.where(everyone, np.maximum(high, 1 / others), high)


def outer_katz_ratio(
    known: KnownCounts, reference: KnownCounts, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Limits that hold Katz's log interval, nothing added to the counts, of every ratio within what is known.

    Notes
    -----
    The limits are 0 and infinite where a count can be 0. Caution: at small counts the interval is too short, and where
    all are counted on both sides it has no width.
    Reference: Katz, D., Baptista, J., Azen, S. P. and Pike, M. C. (1978). Biometrics, 34, 469-474.
    """
    # The least rate over the most, and the most variance, which the fewest counted among the most students have.
    fewest, other_fewest = (
        np.maximum(side.k_low, side.value_low * side.n_low) for side in (known, reference)
    )
    none = ~((fewest > 0) & (other_fewest > 0))
    fewest, n, other_fewest, other_n = (
        np.where(none, 1.0, count)
        for count in (fewest, known.n_high, other_fewest, reference.n_high)
    )
    variance = np.maximum(1 / fewest - 1 / n + 1 / other_fewest - 1 / other_n, 0.0)
    reach = np.exp(NormalDist().inv_cdf(0.5 + level / 2) * np.sqrt(variance))
    low = known.value_low / np.where(none, 1.0, reference.value_high) / reach
    endless = none | ~(reference.value_low > 0)
    high = known.value_high / np.where(endless, 1.0, reference.value_low) * reach
    return np.where(none, 0.0, low), np.where(endless, np.inf, high)


def _counts(k: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats, Flags]:
    """Make counts floats and flag rows without students, there 0 of 1, so that nothing divides by zero."""
    k, n = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    empty = ~(n > 0) | np.isnan(k)
    return np.where(empty, 0.0, k), np.where(empty, 1.0, n), empty


def _unless(empty: Flags, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def _fewest(known: KnownCounts) -> Floats:
    """Fewest students for which a rate exists at all: one."""
    return np.maximum(known.n_low, 1.0)


def _count_at(value: Floats, n: Floats, known: KnownCounts) -> Floats:
    """Count that gives ``value`` among ``n``; where the count was published, that count to the last bit."""
    return np.where(known.exact, known.k_low, value * n)


def _adjusted_rates(known: KnownCounts) -> tuple[Floats, Floats]:
    """Least and most of (k + 1/2) / (n + 1/2)."""
    # Along k = constant and along k = p * n (p <= 1) it falls as n grows: least at the most students, most at the
    # fewest. Without a cap on n it tends to p.
    capped = np.isfinite(known.n_high)
    n = np.where(capped, known.n_high, 1.0)
    least = (np.maximum(known.k_low, known.value_low * n) + 0.5) / (n + 0.5)
    n = known.n_low
    most = (np.minimum(known.k_high, known.value_high * n) + 0.5) / (n + 0.5)
    return np.where(capped, least, known.value_low), most


def _most_variance(known: KnownCounts) -> Floats:
    """Most of 1 / (k + 1/2) - 1 / (n + 1/2): the fewest counted, among the most students."""
    k = np.maximum(known.k_low, known.value_low * known.n_low)
    return 1 / (k + 0.5) - 1 / (known.n_high + 0.5)
