"""Each committed table against the publisher's file: a masked cell's row says what the text says to a literal reader.

The reader here knows the texts and no rule that no publisher prints: of "<27.3%" that less than 27.3 percent of
ten or more students are counted, of "N<10" that there are one to nine. It shares the parsing of texts with the loaders,
and nothing of how bounds are made.
"""

from collections import defaultdict

import numpy as np
import pandas as pd
import proofs
import pytest

from sesec_analysis import schema
from sesec_analysis.loaders import build
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.tidy import surveys, tidy

SIDES = ("numerator", "denominator", "value")


def kinds(cells: pd.DataFrame, *names: str) -> np.ndarray:
    return cells["kind"].isin(names).to_numpy()


def exact(cells: pd.DataFrame) -> np.ndarray:
    return np.where(cells["kind"] == "exact", cells["number"], np.nan).astype(float)


def figures(index: pd.Index, reported: np.ndarray, **columns: np.ndarray) -> pd.DataFrame:
    """The figure columns of OBSERVATIONS, all that is not exact unknown."""
    table = pd.DataFrame(columns, index=index)
    for name in SIDES[:2]:
        for end in ("low", "high"):
            table[f"{name}_{end}"] = (
                table[f"{name}_{end}"].where(np.isfinite, np.nan).astype("Int64")
            )
        table[name] = table[f"{name}_low"].where(reported)
    table["value"] = table["value_low"].where(reported)
    status = np.where(reported, "reported", "bounded")
    return table.assign(status=status, coverage=0.0, cells=1, cells_reported=0)


def literal_rates(parsed) -> pd.DataFrame:
    """What the texts of a rate say to a reader who works nothing out."""
    k, n, p = exact(parsed.numerator), exact(parsed.denominator), exact(parsed.percent)
    own = kinds(parsed.percent, "below", "above")
    flagged = kinds(parsed.flag, "below", "above")
    small = np.logical_or.reduce(
        [
            kinds(part, "small_n")
            for part in (parsed.percent, parsed.flag, parsed.numerator, parsed.denominator)
        ]
    )
    printed = np.where(np.isnan(parsed.printed), n, parsed.printed)
    small |= (printed > 0) & (printed < 10)
    open_row = ~np.isnan(k) & ~np.isnan(n) & ~own & ~kinds(parsed.flag, "small_n") & ~small
    silent = kinds(parsed.flag, "none", "blank") & ~own
    ten = np.where(silent, 1.0, 10.0) * bool(parsed.flag_bounds)
    n_low = np.where(np.isnan(printed), ten, printed)
    n_high = np.where(np.isnan(printed), np.inf, printed)
    n_low = np.where(small, float(parsed.flag_bounds), n_low)
    n_high = np.where(small, np.where(parsed.earlier_passers, np.inf, 9.0), n_high)
    k_low, k_high = np.zeros(len(k)), n_high
    p_low, p_high = np.zeros(len(k)), np.ones(len(k))
    empty = kinds(parsed.percent, "blank", "range", "masked")
    named = own | (flagged & empty & parsed.flag_bounds)
    label = {
        name: np.where(own, parsed.percent[name], parsed.flag[name]) for name in ("kind", "number")
    }
    share = label["number"].astype(float)
    p_high = np.where(named & (label["kind"] == "below"), share, p_high)
    p_low = np.where(named & (label["kind"] == "above"), share, p_low)
    half = 10.0 ** (-parsed.percent["decimals"].to_numpy(float) - 2) * parsed.half_unit
    shown = ~np.isnan(p) & ~small
    p_low = np.where(shown, np.maximum(p - half, 0), p_low)
    p_high = np.where(shown, np.minimum(p + half, 1), p_high)
    with np.errstate(invalid="ignore", divide="ignore"):
        k_low = np.where(shown, np.floor(p_low * n_low), k_low)
        k_high = np.where(shown, np.ceil(p_high * n_high), k_high)
        rate = k / n
    for low, high, value in ((k_low, k_high, k), (n_low, n_high, n), (p_low, p_high, rate)):
        low[open_row], high[open_row] = value[open_row], value[open_row]
    nobody = kinds(parsed.percent, "no_students") | kinds(parsed.flag, "no_students")
    open_row |= nobody
    for bound in (k_low, k_high, n_low, n_high, p_low, p_high):
        bound[nobody] = 0.0
    bounds = {
        "numerator": (k_low, k_high),
        "denominator": (n_low, n_high),
        "value": (p_low, p_high),
    }
    columns = {
        f"{name}_{end}": pair[at]
        for name, pair in bounds.items()
        for at, end in enumerate(("low", "high"))
    }
    return figures(parsed.numerator.index, open_row, **columns)


def literal_shares(numerator: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    """What the texts of a make-up say: a count, "N<10", or nothing."""
    k, low, high = exact(numerator), sizes["low"].to_numpy(float), sizes["high"].to_numpy(float)
    small = kinds(numerator, "small_n")
    k_high = np.where(np.isnan(k), np.where(small, np.minimum(9.0, high), high), k)
    k_low = np.where(np.isnan(k), 0.0, k)
    with np.errstate(invalid="ignore", divide="ignore"):
        p_low, p_high = k_low / high, np.minimum(k_high / low, 1.0)
    columns = {"numerator_low": k_low, "numerator_high": k_high, "denominator_low": low}
    columns |= {"denominator_high": high, "value_low": p_low, "value_high": p_high}
    return figures(numerator.index, ~np.isnan(k) & (low == high), **columns)


@pytest.fixture
def read(raw, monkeypatch):
    """Read a release by the texts alone."""
    for module in (tidy, surveys):
        monkeypatch.setattr(module, "resolve_rates", literal_rates)
    monkeypatch.setattr(tidy, "resolve_shares", literal_shares)
    monkeypatch.setattr(tidy, "_consistent", lambda *_: None)
    monkeypatch.setattr(schema, "validate_observations", lambda table, **_: table)
    return lambda source_id: tidy.tidy(source_id, raw)


def narrower(table: pd.DataFrame, literal: pd.DataFrame) -> pd.DataFrame:
    """Rows of a table that say more of a masked cell than its text does."""
    both = table.merge(literal, on=schema.OBSERVATIONS_KEY, suffixes=("", "_text"), how="left")
    assert len(both) == len(table)
    assert both["status_text"].notna().all()
    masked = both["status_text"] != "reported"
    found = pd.Series(False, index=both.index)
    for name in SIDES:
        for end, unknown in (("low", 0.0), ("high", np.inf)):
            ours, text = (
                both[f"{name}_{end}{suffix}"].astype("Float64").fillna(unknown).to_numpy(float)
                for suffix in ("", "_text")
            )
            found |= (ours > text + 1e-9) if end == "low" else (ours < text - 1e-9)
        found |= (
            both[name].notna()
            & both[f"{name}_text"].isna()
            & (both[f"{name}_low_text"] != both[f"{name}_high_text"]).fillna(True)
            & (name != "value")
        )
    return both[masked & found]


SEED = 20261127
RELEASES = sorted({*build.observation_files()} & {*build.release_ids(carried=True)})


def tried() -> list[str]:
    """Return the releases to try: all under ``--prove``, else one of each of six sources."""
    own: dict[str, list[str]] = defaultdict(list)
    for source_id in RELEASES:
        own[source_id.partition("@")[0]].append(source_id)
    sources = proofs.sample(own, 6, seed=SEED)
    return [one for key in sources for one in proofs.sample(own[key], 1, seed=SEED)]


@pytest.mark.slow
@pytest.mark.proof(
    "A table says no more of a masked cell than the publisher's text",
    seed=SEED,
    tried="every release that comes with a file",
)
@pytest.mark.parametrize("source_id", tried())
def test_table__says_no_more_of_a_masked_cell_than_the_publishers_text(source_id, read):
    table = schema.conform_observations(store.read_parquet([build.observation_files()[source_id]]))
    shares = table[table["unit"].isin(schema.SHARES)]
    literal = read(source_id)
    more = narrower(shares, literal)
    assert more.empty, f"{len(more)} rows, first {more.iloc[0].to_dict()}"
    averages = table[~table["unit"].isin(schema.SHARES)]
    masked = averages["status"].isin(["small_n", "withheld"])
    assert averages.loc[masked, ["value", "value_low", "value_high"]].isna().all(axis=None)
