"""Give the documentation site its pages from outside docs/: the tutorials, where people run them."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the tutorials of ``notebooks/`` to the pages."""
    notebooks = Path(config.config_file_path).parent / "notebooks"
    for path in sorted((notebooks / "tutorials").glob("*.ipynb")):
        name = path.relative_to(notebooks).as_posix()
        files.append(File(name, str(notebooks), config.site_dir, config.use_directory_urls))
    return files
