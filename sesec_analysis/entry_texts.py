"""The kinds of text in a catalog entry, each refused where it could do more than be read."""

import re
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, Field

from sesec_analysis import words

__all__ = [
    "Address",
    "Code",
    "DatasetId",
    "InsideFolder",
    "Said",
    "SaidAll",
    "SaidTemplate",
    "Template",
]


def _inside(path: str) -> str:
    parts = path.replace("\\", "/").split("/")
    if ".." in parts or not parts[0] or ":" in parts[0]:
        raise ValueError(f"{path!r} leads out of the folder of raw files")
    return path


def _template(text: str) -> str:
    for _, name, form, change in Formatter().parse(text):
        if name is not None and (form or change or not re.fullmatch(r"[a-z]+", name)):
            raise ValueError(f"a place in a sentence is a name in braces, not {{{name}}} with more")
    return text


Address = Annotated[str, Field(pattern=r"^https?://[^\s\"'<>\\]+$")]
"""A link that a reader may follow; nothing that runs."""

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$")]
"""A school or an edition: it becomes the name of a folder."""

DatasetId = Annotated[str, Field(pattern=r"^[a-z0-9]{4}-[a-z0-9]{4}$")]
"""A dataset of the state's portal: it becomes part of an address and of a file's name."""

InsideFolder = Annotated[str, AfterValidator(_inside)]
"""A file's path below the folder of raw files."""

Said = Annotated[str, AfterValidator(words.say)]
"""A text that readers see: read in the language of `words`."""

SaidAll = Annotated[list[str], AfterValidator(lambda texts: [*map(words.say, texts)])]
"""The same, of several texts."""

Template = Annotated[str, AfterValidator(_template)]
"""A sentence with places such as ``{value}``: names alone, so that it says nothing of what fills them but its text."""

SaidTemplate = Annotated[Template, AfterValidator(words.say)]
"""The same, read in the language of `words`."""
