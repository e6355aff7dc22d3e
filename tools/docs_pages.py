"""Give the documentation site its pages from outside docs/: the tutorials, run in a folder of their own."""

import shutil
import tempfile
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files

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


def on_post_build(config: MkDocsConfig) -> None:
    """Clear the copies away."""
    while _COPIES:
        shutil.rmtree(_COPIES.pop())
