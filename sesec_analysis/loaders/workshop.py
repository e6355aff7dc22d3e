"""A copy of the data folder to try things out in: entries are added to the copy, and the package reads it."""

import os
import shutil
from pathlib import Path

from sesec_analysis import catalog
from sesec_analysis.errors import DataError

__all__ = ["workshop"]


def workshop(folder: str | Path) -> Path:
    """Copy catalog, reference tables and observations into a folder, and read them from there from now on.

    Parameters
    ----------
    folder
        A folder that does not exist yet, or is empty.

    Returns
    -------
    pathlib.Path
        The copy, with ``catalog/``, ``reference/``, ``observations/`` and an empty ``raw/``. ``SESEC_DATA`` names it
        until this Python ends.

    Raises
    ------
    DataError
        If the folder has something in it.

    Examples
    --------
    >>> import tempfile, sesec_analysis as sa
    >>> before = os.environ.get("SESEC_DATA")
    >>> with tempfile.TemporaryDirectory() as place:
    ...     copy = sa.workshop(Path(place) / "trial")
    ...     (copy / "catalog" / "indicators.yml").is_file(), copy == catalog.data_dir()
    (True, True)
    >>> os.environ.pop("SESEC_DATA") and before and os.environ.update(SESEC_DATA=before)
    """
    copy = Path(folder).expanduser().resolve()
    if copy.exists() and any(copy.iterdir()):
        raise DataError(
            "the folder has something in it, which a copy could overwrite",
            where=str(copy),
            mend="name a folder that does not exist yet",
        )
    here = catalog.data_dir()
    for part in ("catalog", "reference", "observations"):
        shutil.copytree(here / part, copy / part)
    (copy / "raw").mkdir()
    os.environ["SESEC_DATA"] = str(copy)
    return copy
