import json
import re

import pytest

from sesec_analysis.editions import landing
from sesec_analysis.files import sha256_of


def make_edition(made, name, headline, *, owned=True, sheets=0):
    folder = made / name
    folder.mkdir()
    shown = {"kind": "headline", "text": headline, "findings": ["sesec:a"] if owned else []}
    blocks = [{"kind": "prose"}, shown]
    (folder / "document.json").write_text(json.dumps({"sections": [{"blocks": blocks}]}))
    records = [{"id": "sesec:a", "headline": headline}]
    (folder / "findings.json").write_text(json.dumps(records))
    (folder / "index.html").write_text("<p>")
    (folder / "summary.html").write_text("<p>")
    files = {path.name: sha256_of(path) for path in folder.iterdir()}
    run = {"title": f"Report <{name}>", "files": files}
    (folder / "run.json").write_text(json.dumps(run))
    for at in range(sheets):
        (folder / str(at)).mkdir()
        (folder / str(at) / "run.json").write_text("{}")
    return folder


@pytest.fixture
def made(tmp_path):
    make_edition(tmp_path, "annual-2024", "Math is clearly lower")
    make_edition(tmp_path, "annual-2025", "Math is <about> the same")
    make_edition(tmp_path, "schools-2025", "", sheets=1)
    return tmp_path


def test_write__lists_the_newest_first_with_its_headline(made):
    page = landing.write(made).read_text("utf-8")
    links = re.findall(r'href="([^"#]+)"', page)
    assert links == [
        *("annual-2025/index.html", "annual-2025/summary.html"),
        "schools-2025/index.html",  # before the reports of other years
        *("annual-2024/index.html", "annual-2024/summary.html"),
    ]
    assert all((made / link).is_file() for link in links)
    assert "Math is &lt;about&gt; the same" in page
    assert "Report &lt;annual-2024&gt;" in page
    assert "</a>, 1 school<" in page


def test_editions__leaves_out_what_is_not_as_it_was_written(made):
    path = made / "annual-2025" / "document.json"
    path.write_text(path.read_text().replace("<about>", "50 percent"))
    (made / "annual-2023").mkdir()  # half made
    make_edition(made, "annual-2022-custom", "A trial")
    assert [edition.folder for edition in landing.editions(made)] == ["annual-2024"]
