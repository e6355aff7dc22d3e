"""The faults that a schema finds in a table, told in lines a person can act on."""

import pandas as pd

__all__ = ["fault_lines"]


def fault_lines(table: pd.DataFrame, cases: pd.DataFrame, key: list[str]) -> list[str]:
    """One line per broken rule: column or rule, how many rows, and where the first of them stands."""
    whole_table = cases["schema_context"] == "DataFrameSchema"
    cases = cases.assign(place=cases["column"].astype("str").where(~whole_table, "table"))
    lines = []
    for (place, check), rows in cases.groupby(["place", "check"], dropna=False, sort=True):
        index = rows["index"].dropna().drop_duplicates()
        where = ""
        if len(index):
            first = table.loc[index.iloc[0]]
            where = ", first at " + " ".join(
                str(first[name]) for name in key if name in table.columns
            )
        found = "" if place == "table" else f" (found {rows['failure_case'].iloc[0]!r})"
        rule = "the key is not unique" if check == "multiple_fields_uniqueness" else check
        lines.append(f"{place}: {rule}{found}, {max(len(index), 1)} row(s){where}")
    return lines
