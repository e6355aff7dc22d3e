"""Where schools stand: limits as the measure gives them at any level, and the line that the measure fitted."""

from dataclasses import replace

import numpy as np
import pytest
from school_plot_samples import ALIKE, EXPECTED, FAR, LOW_INCOME, SHARES, VARIED, compared, observed
from scipy import special

import sesec_analysis as sa
from sesec_analysis.evidence.finding import findings
from sesec_analysis.evidence.pictured.standing import Limits, Usual
from sesec_analysis.evidence.row import read_rows

AS_PRINTED = 0.005
"""How far limits may be moved by drawing them from printed numbers, which are rounded."""


@pytest.mark.slow
@pytest.mark.parametrize(("cells", "level"), [(ALIKE, 0.998), (VARIED, 0.8)])
def test_limits__of_one_level_give_those_of_another(cells, level):
    inner = limits_of(cells, 0.95)
    assert (inner.variance == 0) == (cells is ALIKE)
    table = sa.funnel(observed(cells), level=level).query("measure == 'funnel_target'")
    low, high = inner.at(table["n_low"].to_numpy(dtype=float), level)
    np.testing.assert_allclose(low, table["ci_low"], atol=AS_PRINTED)
    np.testing.assert_allclose(high, table["ci_high"], atol=AS_PRINTED)


def limits_of(cells, level):
    rows = read_rows(sa.funnel(observed(cells), level=level).query("measure == 'funnel_target'"))
    return Limits.from_rows(replace(row, publish="point") for row in rows)


def test_limits__with_a_variance_never_close():
    low, high = Limits(0.5, 0.01, 0.95).at(np.array([1e9]), 0.95)
    assert (low[0], high[0]) == pytest.approx(
        (0.5 - 1.959964 * 0.1, 0.5 + 1.959964 * 0.1), abs=1e-6
    )


@pytest.mark.slow
def test_usual__gives_the_line_that_the_measure_fitted():
    """Through the expected rates of the place, and of any other school: the line knows only the schools elsewhere."""
    line = Usual.from_findings(findings(compared())).line()
    shares, obs = observed(SHARES, **LOW_INCOME), observed(EXPECTED)
    far = obs["organization_id"].isin(FAR)
    rows = sa.expected_rates(obs[~far], obs[far], shares).query("measure == 'expected_rate'")
    for row in rows.itertuples():
        share = SHARES[row.organization_id][0] / 100
        if line.x[0] <= share <= line.x[-1]:
            # half a student is added to each share before the line is fitted
            at = (SHARES[row.organization_id][0] + 0.5) / 201
            assert np.interp(at, line.x, line.y) == pytest.approx(row.estimate, abs=1e-3)
    slopes = np.diff(special.logit(line.y)) / np.diff(special.logit(line.x))
    np.testing.assert_allclose(slopes, slopes[0], rtol=1e-6)
