"""Give the documentation site its pages from outside docs/: the tutorials, run in a folder of their own."""

import re
import shutil
import tempfile
from itertools import count
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_COPIES: list[Path] = []


@event_priority(100)  # before the plugin that makes pages of notebooks
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add copies of the tutorials to the pages: what a tutorial writes while it runs stays out of the repository."""
    copies = Path(tempfile.mkdtemp())
    _COPIES.append(copies)
    notebooks = Path(config.config_file_path).parent / "notebooks"
    for path in sorted((notebooks / "tutorials").glob("*.ipynb")):
        name = path.relative_to(notebooks).as_posix()
        (copies / name).parent.mkdir(exist_ok=True)
        shutil.copy(path, copies / name)
        files.append(File(name, str(copies), config.site_dir, config.use_directory_urls))
    return files


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Mend what a screen reader stumbles over: pandas' headers without a word, and cards of one name."""
    numbers = count(1)
    mended = output.replace("<th></th>", "<td></td>")
    return re.sub('aria-label="Finding"', lambda _: f'aria-label="Finding {next(numbers)}"', mended)


def on_post_build(config: MkDocsConfig) -> None:
    """Clear the copies away."""
    while _COPIES:
        shutil.rmtree(_COPIES.pop())
