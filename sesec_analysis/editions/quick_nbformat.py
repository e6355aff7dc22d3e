"""Import nbformat without a library that its checks of addresses would import for a second, and never use.

JupyterLab brings that library, ``rfc3987_syntax``. Whoever imports this module first has nbformat at hand after it.
"""

import sys

_SLOW = "rfc3987_syntax"

_is_absent = _SLOW not in sys.modules
if _is_absent:
    sys.modules[_SLOW] = None  # type: ignore[assignment]
try:
    import nbformat
    from nbformat import v4
finally:
    if _is_absent:
        del sys.modules[_SLOW]

__all__ = ["nbformat", "v4"]
