"""The documentation builds without a warning, opens from disk, and every block of code in it does what it says."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import barriers
import click
import matplotlib.pyplot as plt
import pytest
import yaml

from sesec_analysis.cli import main

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = ("index.html", "reference/findings.html")


def blocks(path: Path, *languages: str) -> list[str]:
    """The blocks of code of a page."""
    found = BLOCK.findall(path.read_text("utf-8"))
    return [code for language, code in found if language in languages]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def commands(code: str) -> list[list[str]]:
    """The `sesec` commands of a block, a line each, in words."""
    lines = (shlex.split(line, comments=True) for line in code.replace("\\\n", " ").splitlines())
    lines = (words[2:] if words[:2] == ["uv", "run"] else words for words in lines)
    return [words[1:] for words in lines if words[:1] == ["sesec"]]


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    """The site, without a broken link, and without what the tutorials show: tests of their own run them."""
    folder = tmp_path_factory.mktemp("docs")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env=os.environ | {"DOCS_EXECUTE": "false", "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_docs__have_every_tutorial_and_load_nothing_from_elsewhere(pages):
    known = [path for path in pages.rglob("*.html") if path.name != "404.html"]
    assert len(known) > 25
    tutorials = {path.stem for path in known if path.parent.name == "tutorials"}
    assert tutorials == {path.stem for path in (ROOT / "notebooks" / "tutorials").glob("*.ipynb")}
    for path in known:
        loaded = re.findall(
            r"<(?:img|script|iframe)\b[^>]* src=\"?([^\" >]+)", path.read_text("utf-8")
        )
        assert [one for one in loaded if re.match(r"https?:|//", one)] == [], path.name


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_docs__can_be_read_by_everybody(browser_page, pages, name):
    visit = browser_page(pages / name)
    assert barriers.found(visit.page) == []


def test_docs__have_every_page_in_their_menu():
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!ENV", lambda loader, node: loader.construct_sequence(node)[-1])
    menu = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), Loader)["nav"]
    listed = set(re.findall(r"[\w/]+\.(?:md|ipynb)", str(menu)))
    there = {path.relative_to(ROOT / "docs").as_posix() for path in SOURCES[1:]}
    there |= {f"tutorials/{path.name}" for path in (ROOT / "notebooks/tutorials").glob("*.ipynb")}
    assert listed == there


@pytest.mark.slow
@pytest.mark.parametrize("path", [one for one in SOURCES if blocks(one, "python")], ids=name_of)
def test_blocks__of_python_run_one_after_another(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for code in blocks(path, "python"):
        exec(compile(code, name_of(path), "exec"), names)
    plt.close("all")


@pytest.mark.parametrize("path", [one for one in SOURCES if blocks(one, "", "sh")], ids=name_of)
def test_blocks__name_commands_that_there_are(path):
    for words in (words for code in blocks(path, "", "sh") for words in commands(code)):
        command: click.Command = main
        context = click.Context(main, info_name="sesec")
        while True:
            options = {
                name: one for one in command.params for name in (*one.opts, *one.secondary_opts)
            }
            while words and words[0].startswith("-"):
                option = options.get(name := words.pop(0).partition("=")[0])
                assert option or name in ("-h", "--help", "--version"), name
                if option and not getattr(option, "is_flag", False) and words:
                    words.pop(0)
            if not (isinstance(command, click.Group) and words):
                break
            name = words.pop(0)
            assert name in command.list_commands(context), name
            command = command.get_command(context, name)
            context = click.Context(command, parent=context, info_name=name)
        assert {word.partition("=")[0] for word in words if word.startswith("-")} <= set(options)
