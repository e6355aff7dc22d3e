"""Random tables, what the state would print of them, and the truth: bounds must hold the truth, whatever was masked."""

import numpy as np
import pandas as pd
from conftest import Cell, make_counts

from sesec_analysis import schema


def seen(k: int, n: int) -> Cell:
    """One cell as printed: exact, or masked by the state's rules."""
    if n == 0:
        return "No Students"
    if n < 10:
        return "N<10"
    if k < 3:
        known = {"numerator_low": 0, "numerator_high": 2, "value_high": 3 / n}
    elif n - k < 3:
        known = {"numerator_low": n - 2, "numerator_high": n, "value_low": 1 - 3 / n}
    else:
        return (k, n)
    return known | {"denominator_low": n, "denominator_high": n}


def random_places(
    seed: int, *, groups: int = 3, places: int = 300, most: int = 60
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """OBSERVATIONS of many places, and the true counts: places by groups, the last group ``"white"``."""
    draw = np.random.default_rng(seed)
    n = draw.integers(0, most, (places, groups))
    n[draw.random(n.shape) < 0.05] = 0
    k = draw.binomial(n, draw.choice([0.03, 0.2, 0.5, 0.96], n.shape))
    cells = zip(k.ravel().tolist(), n.ravel().tolist(), strict=True)
    obs = make_counts(**{f"g{number}": seen(*cell) for number, cell in enumerate(cells)})
    names = [*(f"group_{number}" for number in range(groups - 1)), "white"]
    obs["organization_id"] = np.repeat(np.arange(places), groups).astype(str)
    obs["student_group"] = names * places
    return schema.validate_observations(obs), k, n
