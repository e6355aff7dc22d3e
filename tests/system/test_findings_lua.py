"""The pandoc filter inserts a finding's text into a user's own document, and stops at an id it does not know."""

import json
import subprocess
from importlib.resources import files

import pypandoc
import pytest

FILTER = files("sesec_analysis.evidence") / "findings.lua"
RECORD = {
    "id": "sesec:rate.disciplined.2023.all.southeast_seattle.black",
    "sentence": "In 2022–23, between 5.1 and 5.7 percent of Black students were disciplined.",
    "value": "5.1–5.7%",
    "interval": "",
    "n": 3024,
    "cite_apa": "Southeast Seattle Education Coalition. (2026).",
    "source": "The state",
    "publish": "range",
}
WITHHELD = {
    **RECORD,
    "id": "sesec:rate.x.2023.all.here.all",
    "value": "not shown",
    "n": None,
    "publish": "nothing",
}


def converted(tmp_path, text, *, findings=None, to="plain"):
    path = tmp_path / "findings.json"
    path.write_text(json.dumps([RECORD, WITHHELD] if findings is None else findings))
    command = [pypandoc.get_pandoc_path(), "--lua-filter", str(FILTER), "-t", to, "--wrap=none"]
    return subprocess.run(
        [*command, "-M", f"findings={path}"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("sentence", RECORD["sentence"]),
        ("number", "5.1–5.7%"),
        ("n", "3,024"),
        ("interval", "not available"),
    ],
)
def test_filter__inserts_what_is_named(tmp_path, what, words):
    done = converted(tmp_path, f'[{what}]{{finding="{RECORD["id"]}"}}')
    assert (done.returncode, done.stdout.strip()) == (0, words)


def test_filter__reads_the_file_of_a_published_edition(tmp_path):
    columns = ["id", "sentence", "n", "publish"]
    published = {"columns": columns, "rows": [[RECORD[name] for name in columns]]}
    text = " ".join(
        f'[{what}]{{finding="{RECORD["id"]}"}}' for what in ("sentence", "n", "citation")
    )
    done = converted(tmp_path, text, findings=published)
    assert done.stdout.strip() == f"{RECORD['sentence']} 3,024 not available", done.stderr


def test_filter__says_of_a_withheld_number_that_it_is_not_shown(tmp_path):
    done = converted(
        tmp_path, f'[number]{{finding="{WITHHELD["id"]}"}}, n [n]{{finding="{WITHHELD["id"]}"}}'
    )
    assert done.stdout.strip() == "not shown, n not published"


@pytest.mark.parametrize(
    ("text", "findings", "words"),
    [
        (
            '[number]{finding="sesec:rate.disciplined.2023.all.southeast_seattle.white"}',
            None,
            "such as sesec:rate.disc",
        ),
        (f'[percent]{{finding="{RECORD["id"]}"}}', None, "none of sentence, number"),
        ("Text.", {"no": "list"}, "is not the findings.json"),
    ],
)
def test_filter__refuses_in_a_sentence(tmp_path, text, findings, words):
    done = converted(tmp_path, text, findings=findings)
    assert done.returncode != 0
    assert words in done.stderr
