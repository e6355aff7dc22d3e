"""Which functions are measures: public in a room of metrics, and said to return ESTIMATES."""

import importlib
import inspect
import pkgutil

from sesec_analysis import metrics


def public_measures() -> set[str]:
    """Name every measure, so that a test over measures can say which one it forgets."""
    rooms = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(metrics.__path__, f"{metrics.__name__}.")
        if not found.ispkg
    ]
    return {name for room in rooms for name in room.__all__ if _is_measure(getattr(room, name))}


def _is_measure(thing: object) -> bool:
    if not inspect.isfunction(thing):
        return False
    doc = inspect.getdoc(thing) or ""
    table = "DataFrame" in str(inspect.signature(thing).return_annotation)
    return table and "Returns\n-------" in doc and "ESTIMATES" in doc
