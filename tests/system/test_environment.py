"""pyproject.toml, uv.lock and environment.yml say the same."""

import ast
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, canonicalize_version
from rattler import MatchSpec

from sesec_analysis import extras

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))

# PyPI's name: conda-forge's. The -base packages are what PyPI's wheel holds, without Qt and without optional extras.
CONDA_NAMES = {
    "duckdb": "python-duckdb",
    "matplotlib": "matplotlib-base",
}

GROUPS = PYPROJECT["dependency-groups"]
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
CORE = [Requirement(line) for line in PYPROJECT["project"]["dependencies"]]
RUNTIME = [*CORE, *(Requirement(line) for lines in EXTRAS.values() for line in lines)]
DEVELOPMENT = [Requirement(line) for line in GROUPS["dev"]]
PUBLISHERS = cache(packages_distributions)  # it reads every package that is installed


def ranges(specifiers: str) -> set[tuple[str, str]]:
    """The range as a set of (operator, version), where 4, 4.0 and 4.0.0 are one."""
    return {(one.operator, canonicalize_version(one.version)) for one in SpecifierSet(specifiers)}


def on_pypi() -> list[Requirement]:
    """What environment.yml leaves to pip, but for the package itself."""
    (lines,) = [line["pip"] for line in CONDA["dependencies"] if isinstance(line, dict)]
    assert lines[-1] == "-e ."
    return [Requirement(line) for line in lines[:-1]]


def conda_specs() -> dict[str, set[tuple[str, str]]]:
    specs = [
        MatchSpec(line, strict=True) for line in CONDA["dependencies"] if isinstance(line, str)
    ]
    return {spec.name.normalized: ranges(str(spec.version or "")) for spec in specs}


def test_environment_yml__has_the_names_and_ranges_of_pyproject():
    expected = {CONDA_NAMES.get(one.name, one.name): ranges(str(one.specifier)) for one in RUNTIME}
    expected |= {"python": ranges(PYPROJECT["project"]["requires-python"]), "pip": set()}
    left_to_pip = {one.name: ranges(str(one.specifier)) for one in on_pypi()}
    assert conda_specs() | left_to_pip == expected


def test_lock__satisfies_every_requirement():
    locked: dict[str, list[str]] = {}
    for one in LOCK["package"]:
        locked.setdefault(one["name"], []).append(one.get("version", "0"))
    for wanted in (*RUNTIME, *DEVELOPMENT):
        versions = locked[canonicalize_name(wanted.name)]
        assert [one for one in versions if one not in wanted.specifier] == [], wanted.name


@pytest.mark.slow
def test_pyproject__declares_every_library_that_the_package_imports():
    trees = [ast.parse(path.read_text("utf-8")) for path in (ROOT / "sesec_analysis").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = {
        alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {
        node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level
    }
    libraries = {name.split(".")[0] for name in imported} - {
        "sesec_analysis",
        *sys.stdlib_module_names,
    }
    declared = {canonicalize_name(one.name) for one in RUNTIME}
    lacking = {
        name
        for name in libraries
        if not declared & {canonicalize_name(one) for one in PUBLISHERS().get(name, [])}
    }
    assert lacking == set()


def test_extras__names_what_each_of_them_brings():
    for extra, modules in extras.EXTRAS.items():
        wanted = {canonicalize_name(Requirement(line).name) for line in EXTRAS[extra]}
        brought = {canonicalize_name(name) for module in modules for name in PUBLISHERS()[module]}
        assert brought == wanted


def test_binder_requirements__pin_the_versions_of_the_lock():
    """As `uv export` of docs/howto/try_it.md writes them: the package itself, then each library once per condition."""
    first, *lines = (ROOT / "binder" / "requirements.txt").read_text("utf-8").splitlines()
    assert first == "-e ."
    pinned = [Requirement(line) for line in lines]
    locked = {(one["name"], one.get("version")) for one in LOCK["package"]}
    assert {(one.name, next(iter(one.specifier)).version) for one in pinned} <= locked
    named = {one.name for one in pinned}
    wanted = [*CORE, *(Requirement(line) for key in ("report", "lab") for line in EXTRAS[key])]
    assert {canonicalize_name(one.name) for one in wanted} <= named
    version = (ROOT / "binder" / "runtime.txt").read_text("utf-8").removeprefix("python-").strip()
    assert version in SpecifierSet(PYPROJECT["project"]["requires-python"])
