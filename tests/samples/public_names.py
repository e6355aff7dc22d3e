"""Every public name with what it names: of `sesec_analysis` itself, `sa.stats` and `sa.report`."""

import inspect
from typing import Any

import sesec_analysis as sa

PUBLIC: dict[str, Any] = {
    name: getattr(group, name) for group in (sa, sa.stats, sa.report) for name in group.__all__
}
PUBLIC_MEASURES = {
    name: function
    for name, function in PUBLIC.items()
    if inspect.unwrap(function).__module__.startswith("sesec_analysis.metrics")
}
