"""`sesec serve` through the SDK's own client: findings as printed, refusals by name, drafts checked, nothing else."""

import csv
import re
import socket
import sys
from pathlib import Path
from typing import Any

import anyio
import proofs
import pytest
import yaml
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from sesec_analysis.archive import assistant

pytestmark = pytest.mark.slow  # all editions are read

ROOT = Path(__file__).parents[2]
MATH = "sesec:rate.math_met.2025.all.southeast_seattle.all"
QUESTIONS = (ROOT / "tests/archive/questions.csv").read_text("utf-8")
TRUTH = [*csv.DictReader(QUESTIONS.splitlines())]
"""Written by someone who did not write the code; `expected` is an id, or kinds of refusal, apart by a bar."""


MIDDLES = yaml.safe_load((ROOT / "tests/archive/drafts/sentences.yml").read_text("utf-8"))[
    "middles_and_differences"
]


SERVER = assistant.server()


def call(*calls: tuple[str, dict[str, Any]], server: Any = SERVER) -> list[dict[str, Any]]:
    """Return what the tools answer, in order."""

    async def run() -> list[dict[str, Any]]:
        async with Client(server) as client:
            return [
                (await client.call_tool(name, given)).structured_content for name, given in calls
            ]

    return anyio.run(run)


def test_find_numbers__answers_the_questions_of_someone_else():
    tried = [TRUTH[at] for at in proofs.sample(range(len(TRUTH)), 15, seed=47)]
    answers = call(*(("find_numbers", {"question": row["question"]}) for row in tried))
    first = three = named = 0
    for row, answer in zip(tried, answers, strict=True):
        expected, refused = row["expected"].split("|"), answer["refused"]
        ids = [finding["id"] for finding in answer["findings"]]
        if row["kind"] == "trap":
            named += bool(refused and refused["kind"] in expected and refused["say"])
        elif not refused:
            first += ids[0] in expected
            three += any(name in expected for name in ids)
    assert [row["kind"] for row in TRUTH].count("answer") == 70
    answered = [row["kind"] for row in tried].count("answer")
    refused_by_name = len(tried) - answered
    # Of all, 66 of 70 are answered first, and 29 of 30 refused by the right name.
    assert (first >= answered - 4, three == answered) == (True, True), (first, three)
    assert named >= refused_by_name - 1, named


def test_tools__answer_with_printed_fields_alone():
    fields = {*assistant.Quote.model_fields}
    assert not fields & {"estimate", "midpoint", "numerator", "bound_low", "ci_low", "records"}
    found, compared = call(
        ("number", {"id": MATH}),
        ("compare", {"id": MATH, "other_id": MATH.replace("southeast_seattle", "rest_of_seattle_regular")}),
    )  # fmt: skip
    (quote,) = found["findings"]
    assert quote["sentence"].startswith("In 2024–25, ")
    assert quote["value"] in quote["sentence"].replace(" percent", "%")
    assert re.fullmatch(r"[\d,]+ students", quote["n"])
    assert MATH in quote["citation"]
    assert quote["page"].endswith("series/rate.math_met.all.southeast_seattle.all.html#2025")
    (gap,) = compared["findings"]
    assert gap["range"] == gap["value"]
    assert gap["caution"].endswith("Quote both ends of the range.")


def test_cite__gives_the_citation_or_refuses():
    withheld = "sesec:change.math_met_tested.2025-2018.all.rest_of_seattle_regular.all"
    good, bad, unknown = call(
        ("cite", {"id": f"({MATH}).", "style": "mla"}),
        ("cite", {"id": withheld}),
        ("cite", {"id": "sesec:rate.math"}),
    )
    assert MATH in good["text"]
    assert good["refused"] is None
    assert (bad["text"], bad["refused"]["kind"]) == ("", "withheld")
    assert (unknown["text"], unknown["refused"]["kind"]) == ("", "unknown_id")


def test_check_text__takes_no_middle_and_no_difference_of_ranges_for_right():
    tried = proofs.sample(MIDDLES, 4, seed=47)
    (checked,) = call(("check_text", {"text": "\n".join(tried)}))
    right = [n for n in checked["numbers"] if n["verdict"] in ("matches", "rounds right")]
    assert right == []
    assert len({number["sentence"] for number in checked["numbers"]}) == len(tried)
    assert not checked["is_right"]


def test_server__writes_nothing_and_opens_no_connection(monkeypatch, tmp_path):
    def refuse(*given: object) -> None:
        raise AssertionError(given)

    written: list[str] = []

    def watch(event: str, given: tuple[Any, ...]) -> None:
        if event == "open" and watching and isinstance(given[1], str) and {*"wax+"} & {*given[1]}:
            written.append(str(given[0]))

    watching = True
    sys.addaudithook(watch)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.chdir(tmp_path)
    question = {"question": "attendance in Southeast Seattle"}
    call(("find_numbers", question), ("cite", {"id": MATH}), server=assistant.server())
    watching = False
    assert written == []
    assert [*tmp_path.iterdir()] == []


def test_serve__speaks_on_standard_input_and_output():
    async def run() -> tuple[str, list[str], dict[str, Any]]:
        given = StdioServerParameters(command=str(Path(sys.executable).with_name("sesec")), args=["serve"])  # fmt: skip
        async with Client(stdio_client(given)) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            found = await client.call_tool("number", {"id": MATH})
            return str(client.instructions), tools, found.structured_content

    instructions, tools, found = anyio.run(run)
    assert instructions == assistant.INSTRUCTIONS
    assert tools == ["find_numbers", "number", "compare", "check_text", "cite"]
    assert found["findings"][0]["id"] == MATH


PAGE = (ROOT / "docs/howto/assistant.md").read_text("utf-8")


EXAMPLES = re.findall(r"^(\w+)\((.*)\)\n  → (\S+)", PAGE, re.MULTILINE)


def test_page__shows_ten_questions_with_their_answers():
    assert len(EXAMPLES) >= 10
    calls = [(name, eval(f"dict({given})")) for name, given, _ in EXAMPLES]
    for (name, _, shown), answer in zip(EXAMPLES, call(*calls), strict=True):
        if name == "check_text":
            assert answer["numbers"][0]["verdict"].replace(" ", "_") == shown
        else:
            kind = answer["refused"] and f"refused:{answer['refused']['kind']}"
            assert shown == (kind or answer["findings"][0]["id"]), shown
