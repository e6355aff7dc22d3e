"""Words that no sentence of ours may hold."""

import re

BANNED = re.compile(
    r"underperform|at[- ]risk|achievement gap|\bminorit|non-?white|\bfail|subgroup|disadvantag|low-perform"
    r"|\bworse\b|\bpoor\b|\bNone\b|\bnan\b|[{}]|  |\.\.",
    re.IGNORECASE,
)
