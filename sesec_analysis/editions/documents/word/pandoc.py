"""Write trees as DOCX with pandoc: one process as long as this one lasts, and one call for several documents.

Whatever stands in a document, pandoc takes a hundredth of a second to begin one. So those that have no part of their
own but their words (the front of a sheet in other languages) are written behind another, and cut off again: each is,
byte by byte, what it is when it is written alone.
"""

import io
import json
import os
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

import pypandoc

from sesec_analysis.errors import EditionError

__all__ = ["THEME", "Parts", "Tree", "parts_of", "written", "zipped"]


Tree = dict[str, Any]
"""A document, or a piece of one, as pandoc's JSON has it."""

Parts = dict[str, bytes]
"""The parts of a DOCX by name."""

Pictured = tuple[Tree, Mapping[str, bytes]]
"""A document with the pictures (PNG) that it shows, by name."""

THEME = "word/theme/theme1.xml"
_DOCUMENT, _CORE, _CUSTOM = "word/document.xml", "docProps/core.xml", "docProps/custom.xml"
_RELATIONS = "word/_rels/document.xml.rels", "word/_rels/footnotes.xml.rels"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""What a zip file says where there is no date."""


def written(asked: Sequence[Pictured]) -> tuple[list[Parts], bytes]:
    """Return documents as the parts of a DOCX without styles, and their theme; the picture NAME is its NAME.png.

    Raises
    ------
    EditionError
        If pandoc cannot write a document, or warns.
    """
    try:
        pandoc = _pandoc()
        return _in_few_calls(pandoc, asked), pandoc.theme
    except (OSError, subprocess.CalledProcessError) as failure:
        told = getattr(failure, "stderr", b"").decode("utf-8", "replace").strip() or failure
        mend = "this is a fault of the package: pass it to whoever keeps it"
        raise EditionError(f"the DOCX cannot be written: {told}", mend=mend) from failure


def _in_few_calls(pandoc: "_Pandoc", asked: Sequence[Pictured]) -> list[Parts]:
    told = [_as_json(tree["blocks"]) for tree, _ in asked]
    behind = _behind(asked, told)
    joined, made = [asked[at][0] for at in behind], dict[int, Parts]()
    if joined:
        (tree, pictures), blocks = asked[0], [told[at] for at in behind]
        whole = _one(pandoc, tree, _joined(told[0], joined, blocks), pictures)
        # What a pandoc of another version writes may not come apart: then each is written alone.
        with suppress(KeyError, ValueError):
            made = dict(zip([0, *behind], _apart(whole, joined), strict=True))
    return [
        made.get(at) or _one(pandoc, tree, told[at], pictures)
        for at, (tree, pictures) in enumerate(asked)
    ]


def _as_json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False)


def _one(pandoc: "_Pandoc", tree: Tree, blocks: str, pictures: Mapping[str, bytes]) -> Parts:
    """Return what pandoc makes of a document, whose blocks are given as JSON: to write them takes long."""
    head = _as_json({name: part for name, part in tree.items() if name != "blocks"})
    with tempfile.TemporaryDirectory(prefix="sesec-") as place:
        Path(place, "tree.json").write_text(f'{head[:-1]}, "blocks": {blocks}}}', "utf-8")
        for name, png in pictures.items():
            Path(place, f"{name}.png").write_bytes(png)
        pandoc.write(Path(place))
        return parts_of(Path(place, "report.docx").read_bytes())


# --- Several documents in one ---------------------------------------------------------------------------------------

_CUT = "⁂"
"""A heading that no document has: one behind it begins there, and no section goes on beyond it."""
_TITLES = {"title": "Title", "subtitle": "Subtitle", "author": "Author"}
_KEPT_APART = frozenset({"Image", "Note", "BulletList", "OrderedList"})
"""Nodes that a file keeps something for beside its text, which is not cut: pictures, notes, numbering."""
_OWN = _KEPT_APART | {"Link", "RawInline"}
"""With those of which a document behind another could have something that is the other's."""


def _behind(asked: Sequence[Pictured], told: Sequence[str]) -> list[int]:
    """Return which documents can be written behind the first: with titles, and nothing of their own but their words.

    Their blocks are given as JSON too.
    """
    titled = [{*tree["meta"]} == {*_TITLES, "lang"} and not pictures for tree, pictures in asked]
    if not titled[0] or _has(told[0], _KEPT_APART):
        return []
    every = [at for at in range(1, len(asked)) if titled[at] and not _has(told[at], _OWN)]
    # Of a plain paragraph under titles pandoc knows whether it is the first: one with a style goes before it.
    return [at for at in every if asked[at][0]["blocks"][0]["t"] == "Div"]


def _has(told: str, kinds: Iterable[str]) -> bool:
    """Tell whether blocks, as JSON, have a node of one of these kinds."""
    return any(f'"t": "{kind}"' in told for kind in kinds)


def _joined(told: str, others: Sequence[Tree], blocks: Iterable[str]) -> str:
    """Return the blocks of a document as JSON, with those of others behind them, the titles of these as paragraphs."""
    every = [told]
    for other, of_other in zip(others, blocks, strict=True):
        titles: list[Tree] = [{"t": "Header", "c": [1, ["", [], []], [{"t": "Str", "c": _CUT}]]}]
        for name, style in _TITLES.items():
            words = {"t": "Para", "c": other["meta"][name]["c"]}
            titles.append({"t": "Div", "c": [["", [], [["custom-style", style]]], [words]]})
        every += [_as_json(titles), of_other]
    return f"[{', '.join(one[1:-1] for one in every if one != '[]')}]"


_CUT_OFF = re.compile(
    rf"<w:p><w:pPr><w:pStyle w:val=\"Heading1\" ?/></w:pPr><w:r><w:t[^>]*>{_CUT}</w:t></w:r></w:p>\s*"
)
_TITLE = re.compile(
    r'<w:p><w:pPr><w:pStyle w:val="(Title|Subtitle|Author)" /></w:pPr>(<w:r><w:t[^>]*>(.*?)</w:t></w:r>)</w:p>'
)
_BOOKMARK = re.compile(r'(<w:bookmark(?:Start|End) w:id=")(\d+)"')


def _apart(parts: Parts, others: Sequence[Tree]) -> Iterator[Parts]:
    """Yield the first of joined documents, and each of the others, as files of their own; else it is a ValueError."""
    whole = parts[_DOCUMENT].decode("utf-8")
    own, *behind = _CUT_OFF.split(whole)
    titles = [{found[1]: found[3] for found in _TITLE.finditer(text)} for text in behind]
    if [{*each} for each in titles] != [{*_TITLES.values()}] * len(others):
        raise ValueError(f"it does not fall into the {len(others) + 1} documents that it is of")
    start, end = whole.partition("<w:body>"), whole[whole.rindex("<w:sectPr") :]
    yield {**parts, _DOCUMENT: (own + end).encode("utf-8")}
    parts = {**parts}
    for name in _RELATIONS:  # to pages that the first one links to
        left = re.sub(rb'<Relationship [^>]*TargetMode="External"[^>]*>', b"", parts[name])
        parts[name] = re.sub(rb"(<Relationships [^>]*)></Relationships>", rb"\1 />", left)
    last = max(map(int, re.findall(rb'Id="rId(\d+)"', parts[_RELATIONS[0]])))
    for text, tree, of in zip(behind, others, titles, strict=True):
        body = _TITLE.sub(_as_of_a_document, _numbered(text.removesuffix(end), last), len(of))
        core = _filled(parts[_CORE], {"dc:title": of["Title"], "dc:language": _language(tree)})
        custom = _filled(parts[_CUSTOM], {"vt:lpwstr": of["Subtitle"]})
        document = f"{start[0]}{start[1]}\n    {body}{end}".encode()
        yield {**parts, _DOCUMENT: document, _CORE: core, _CUSTOM: custom}


def _as_of_a_document(found: re.Match[str]) -> str:
    """Return a title as pandoc's template for documents sets it."""
    lines = ("<w:p>", "  <w:pPr>", f'    <w:pStyle w:val="{found[1]}" />', "  </w:pPr>")
    return "\n    ".join((*lines, f"  {found[2]}", "</w:p>"))


def _numbered(text: str, last: int) -> str:
    """Return a document with its bookmarks numbered on from its relations, as pandoc does."""
    least = min((int(one[2]) for one in _BOOKMARK.finditer(text)), default=0)
    return _BOOKMARK.sub(lambda found: f'{found[1]}{int(found[2]) - least + last + 1}"', text)


def _filled(part: bytes, words: Mapping[str, str]) -> bytes:
    """Return a list of properties with other words in elements that it has."""
    text = part.decode("utf-8")
    for name, said in words.items():
        start, _, rest = text.partition(f"<{name}>")
        text = f"{start}<{name}>{said}{rest[rest.index(f'</{name}>') :]}"
    return text.encode("utf-8")


def _language(tree: Tree) -> str:
    return "".join(node["c"] for node in tree["meta"]["lang"]["c"])


def parts_of(file: bytes) -> Parts:
    """Return the parts of a DOCX by name."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return the parts of a DOCX as a file, the same bytes for the same parts."""
    target = io.BytesIO()
    # Not compressed: builds of zlib differ in the bytes they make, and the pictures, most of the file, are compressed.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as file:
        # The list of types stands first, where programs that only look at the start expect it.
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, _FIRST_DAY)
            info.create_system = 3  # the same on every system
            file.writestr(info, parts[name])
    return target.getvalue()


# --- The process ----------------------------------------------------------------------------------------------------

_SCRIPT = """\
local reference = arg[1]
local unsaid = { CouldNotLoadTranslations = true, NoTranslation = true } -- its own words, which are not printed
local function written(place)
  pandoc.system.with_working_directory(place, function ()
    local file = assert(io.open('tree.json'))
    local text = file:read('a')
    file:close()
    local heard, made = pandoc.log.silence(function ()
      return pandoc.write(pandoc.read(text, 'json'), 'docx', { reference_doc = reference })
    end)
    for _, message in ipairs(heard) do
      local told = pandoc.json.decode(pandoc.json.encode(message), false)
      if told.verbosity ~= 'INFO' and not unsaid[told.type] then error(told.pretty) end
    end
    file = assert(io.open('report.docx', 'wb'))
    file:write(made)
    file:close()
  end)
end
for place in io.lines() do
  if place == '' then break end
  local is_written, fault = pcall(written, place)
  io.stdout:write(is_written and '' or tostring(fault):gsub('\\n', ' '), '\\n')
  io.stdout:flush()
end
"""
"""Writes the document of each folder that it is told of; its answer is a line, empty or with what went wrong."""

_ROOM = ("+RTS", "-A128m", "-RTS")
"""What it may fill before it looks for what it needs no longer; by itself it looks amid the documents of one sheet."""

_STYLE = re.compile(r"<w:style .*</w:style>", re.DOTALL)


class _Pandoc:
    """A pandoc that writes documents for as long as this process lasts: to start takes as long as to write three.

    Its reference has no styles and no theme of its own, which it would read for each document: ours take their place.
    """

    def __init__(self, program: str) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="sesec-")
        script, reference = Path(self._place.name, "script.lua"), Path(self._place.name, "own.docx")
        script.write_text(_SCRIPT, "utf-8")
        asked = [program, "--print-default-data-file", "reference.docx"]
        told = subprocess.run(asked, check=True, capture_output=True).stdout
        parts = parts_of(told)
        self.theme = parts[THEME]
        styles = parts["word/styles.xml"].decode("utf-8")
        parts["word/styles.xml"] = _STYLE.sub("", styles).encode("utf-8")
        parts[THEME] = b'<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"/>'
        reference.write_bytes(zipped(parts))
        self._heard = Path(self._place.name, "heard")
        with self._heard.open("wb") as heard:
            self._process = subprocess.Popen(
                [program, *_ROOM, "lua", script, reference],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=heard,
                text=True,
                encoding="utf-8",
            )
        # Also called where a forked process ends, which leaves by another door than others.
        Finalize(self, _end, args=(self._process, self._place), exitpriority=10)

    @property
    def is_at_work(self) -> bool:
        """Tell whether it still runs."""
        return self._process.poll() is None

    def write(self, folder: Path) -> None:
        """Write report.docx in a folder, of its tree.json; what goes wrong is an OSError."""
        given, answers = self._process.stdin, self._process.stdout
        assert given is not None
        assert answers is not None
        given.write(f"{folder}\n")
        given.flush()
        answer = answers.readline()
        if answer != "\n":
            raise OSError(answer.strip() or self._heard.read_text("utf-8", "replace").strip())


def _end(process: "subprocess.Popen[str]", place: "tempfile.TemporaryDirectory[str]") -> None:
    try:
        process.communicate("\n", timeout=_PATIENCE)  # an empty line ends it
    except (OSError, subprocess.TimeoutExpired):
        process.kill()
        process.wait()
    place.cleanup()


_PATIENCE = 5.0
"""Seconds that pandoc has to end."""


_AT_WORK: dict[tuple[int, str], _Pandoc] = {}
"""By the process that started it, which a fork is not, and its program."""


def _pandoc() -> _Pandoc:
    key = os.getpid(), pypandoc.get_pandoc_path()
    if key not in _AT_WORK or not _AT_WORK[key].is_at_work:
        _AT_WORK[key] = _Pandoc(key[1])
    return _AT_WORK[key]
