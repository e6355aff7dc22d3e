"""A program that is missing leaves a test out, with the reason, however it is missing; in CI it is a failure."""

from pathlib import Path

import absent
import browser
import pytest

LEFT_OUT, FAILED = pytest.skip.Exception, pytest.fail.Exception

VERSION = """\
#!/bin/sh
case "$*" in *--version*) echo 'LibreOffice 7.4'; exit 0 ;; esac
"""
# As LibreOffice ends without Calc: nothing is written, and the exit code is that of a success.
WRITER_ONLY = (
    VERSION
    + """\
out= ; last= ; kind=
while [ $# -gt 0 ]; do
    case $1 in --outdir) out=$2; shift ;; --convert-to) kind=$2; shift ;; *) last=$1 ;; esac
    shift
done
case $kind in
    docx) name=$(basename "$last"); : >"$out/${name%.*}.docx" ;;
    *) echo "Error: no export filter for $last found, aborting." >&2 ;;
esac
"""
)
FAILS = "#!/bin/sh\necho 'This is a stub: install the real one' >&2\nexit 127\n"
BREAKS = VERSION + "exit 81\n"  # a part that is missing can end it too


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the path, beside those of the system's own tools."""
    folder = tmp_path / "bin"
    folder.mkdir()
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "basename"):
        (tools / name).symlink_to(f"/bin/{name}" if name == "sh" else f"/usr/bin/{name}")
    monkeypatch.setenv("PATH", f"{folder}:{tools}")
    monkeypatch.delenv("CI", raising=False)
    return folder


def put(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(script, "utf-8")
    (folder / name).chmod(0o755)


def test_office__that_is_not_there_leaves_the_test_out(programs):
    with pytest.raises(LEFT_OUT, match="soffice is not installed: install libreoffice-writer"):
        absent.office("writer")
    with pytest.raises(LEFT_OUT, match="soffice is not installed: install libreoffice-calc"):
        absent.office("calc")


def test_office__with_writer_only_opens_documents_and_no_sheets(programs):
    put(programs, "soffice", WRITER_ONLY)
    assert absent.office("writer") == str(programs / "soffice")
    with pytest.raises(
        LEFT_OUT, match="LibreOffice is there without Calc: install libreoffice-cal"
    ):
        absent.office("calc")


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (FAILS, "soffice is there and does not start"),
        (BREAKS, "LibreOffice is there without Writer"),
    ],
    ids=["a stub", "a part that ends it"],
)
def test_office__that_does_not_work_leaves_the_test_out(programs, script, told):
    put(programs, "soffice", script)
    with pytest.raises(LEFT_OUT, match=told):
        absent.office("writer")


@pytest.mark.parametrize(
    "script", [None, FAILS, WRITER_ONLY], ids=["none", "a stub", "Writer only"]
)
def test_office__that_is_missing_in_any_way_fails_in_ci(programs, monkeypatch, script):
    monkeypatch.setenv("CI", "true")
    if script:
        put(programs, "soffice", script)
    with pytest.raises(FAILED, match="install libreoffice-calc"):
        absent.office("calc")


def test_program__that_is_a_stub_is_missing(programs):
    put(programs, "pdftotext", FAILS)
    with pytest.raises(
        LEFT_OUT, match="pdftotext is there and does not start: install poppler-utils"
    ):
        absent.program("pdftotext", "poppler-utils", "-v")


class Page:
    def evaluate(self, script: str) -> float:
        return 0.0

    def close(self) -> None: ...


class WithoutFonts:
    """Chromium as it is on a machine without a font: every letter has no width."""

    closed = False

    def launch(self, **options: object) -> "WithoutFonts":
        return self

    def new_page(self) -> Page:
        return Page()

    def close(self) -> None:
        self.closed = True


class NotStarting:
    def launch(self, **options: object) -> None:
        raise browser.Error("Target page, context or browser has been closed")


def test_browser__that_does_not_start_or_has_no_font_leaves_the_test_out(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(LEFT_OUT, match="Chromium is there and does not start"):
        next(browser.opened(NotStarting(), "chromium"))
    bare = WithoutFonts()
    with pytest.raises(LEFT_OUT, match="no font to show a page in: install fonts-dejavu-core"):
        next(browser.opened(bare, "chromium"))
    assert bare.closed


def test_browser__that_does_not_work_fails_in_ci(monkeypatch):
    monkeypatch.setenv("CI", "true")
    for chromium in (NotStarting(), WithoutFonts()):
        with pytest.raises(FAILED, match="to run the browser tests"):
            next(browser.opened(chromium, "chromium"))
