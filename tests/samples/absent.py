"""What a test needs of the machine and does not find: in CI a failure, elsewhere a test left out, with the reason."""

import os
import shutil
from typing import NoReturn

import pytest

__all__ = ["absent", "program"]


def absent(what: str) -> NoReturn:
    """End a test for want of what it needs; people may work without it, CI may not."""
    if os.environ.get("CI") == "true":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


def program(name: str, package: str) -> str:
    """Return the path of a program of this machine that a test looks at our files with."""
    return shutil.which(name) or absent(
        f"{name} is not installed: install {package} to run this test"
    )
