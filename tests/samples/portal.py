"""A portal that answers as Socrata does, in place of the network (by `responses`), and fails on request.

What it knows of the real one is from https://dev.socrata.com/docs: queries, response codes, application tokens.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import duckdb
import pandas as pd
import requests
import responses

Row = list[str]
Answer = tuple[int, dict[str, str], bytes]
Fault = Callable[[Answer], Answer]
URL = "https://portal.test/"
TOKEN = "good-token"  # the only application token that has not expired
MISSING = b'{"code":"dataset.missing","error":true,"message":"Not found"}'


@dataclass
class Table:
    """A published dataset: its names in the bulk file, its names in queries, its rows; all are texts."""

    title: str
    header: list[str]
    rows: list[Row]
    updated: int = 1_700_000_000

    @property
    def fields(self) -> list[str]:
        """As Socrata makes them: lower case, every other sign an underscore."""
        return [re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") for name in self.header]

    def where(self, condition: str) -> list[Row]:
        """Return the rows that satisfy ``$where``: a part of SQL, evaluated by DuckDB."""
        frame = pd.DataFrame(self.rows, columns=self.fields, dtype=object)
        with duckdb.connect() as connection:
            connection.register("dataset", frame.reset_index(names="row_at"))
            places = connection.sql(f"select row_at from dataset where {condition}").fetchall()
        return [self.rows[place] for place in sorted(place for (place,) in places)]


class Portal:
    """The state of the portal: its tables, the failures to come, and what was requested."""

    url = URL

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self.faults: list[tuple[str, Fault]] = []
        self.requested: list[str] = []
        self.rows_sent = 0
        self.tokens_seen: list[str | None] = []

    def fail(self, kind: str, fault: Fault, times: int = 1) -> None:
        """Change the next answers to a kind of request: metadata, count, groups, rows."""
        self.faults += [(kind, fault)] * times

    def answer(self, request: requests.PreparedRequest) -> Answer:
        address = urlsplit(str(request.url))
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        self.tokens_seen.append(request.headers.get("X-App-Token"))
        if self.tokens_seen[-1] not in (None, TOKEN):
            return 403, {}, b'{"error":true,"message":"Invalid app_token specified"}'
        if address.path == "/circle":
            return redirect(f"{URL}circle")((0, {}, b""))
        found = re.search(r"/(views|resource)/([a-z0-9]{4}-[a-z0-9]{4})\.(json|csv)$", address.path)
        if not found or found[2] not in self.tables:
            return 404, {}, MISSING
        kind, body = self._content(found[1], self.tables[found[2]], query)
        self.requested.append(kind)
        answer: Answer = (200, {"Content-Length": str(len(body))}, body)
        for number, (wanted, fault) in enumerate(self.faults):
            if wanted == kind:
                self.faults.pop(number)
                return fault(answer)
        return answer

    def _content(self, door: str, table: Table, query: dict[str, str]) -> tuple[str, bytes]:
        if door == "views":
            return "metadata", json.dumps(metadata(table)).encode()
        rows = table.where(query["$where"]) if "$where" in query else table.rows
        if query["$select"] == "count(*)":
            return "count", json.dumps([{"count": str(len(rows))}]).encode()
        if "$group" in query:
            name = query["$group"]
            counts = Counter(row[table.fields.index(name)] for row in rows)
            groups = [
                ({name: value} if value else {}) | {"rows_here": str(n)}
                for value, n in counts.items()
            ]
            return "groups", json.dumps(groups).encode()
        names = query["$select"].split(",")
        places = [table.fields.index(name) for name in names]
        if query.get("$order") != ":id":
            rows = rows[1:] + rows[:1]  # without an order, the portal's own may be any
        sent = [[row[place] for place in places] for row in rows[: int(query["$limit"])]]
        self.rows_sent += len(sent)
        return "rows", csv_text(names, sent)


def metadata(table: Table) -> dict[str, object]:
    columns = [
        {"name": name, "fieldName": key, "dataTypeName": "text"}
        for name, key in zip(table.header, table.fields, strict=True)
    ]
    system = {"name": ":id", "fieldName": ":id", "dataTypeName": "meta_data"}
    return {"name": table.title, "columns": [system, *columns], "rowsUpdatedAt": table.updated}


def csv_text(header: list[str], rows: list[Row]) -> bytes:
    """CSV as Socrata writes it: text in quotation marks, nothing for what is empty."""
    lines = [",".join(_cell(cell) for cell in row) for row in [header, *rows]]
    return ("\n".join(lines) + "\n").encode()


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if text else ""


# What can go wrong with one answer


def status(code: int) -> Fault:
    return lambda answer: (code, {}, b'{"error":true,"message":"injected"}')


def changed(change: Callable[[bytes], bytes]) -> Fault:
    """Another content, its length announced."""
    return lambda answer: (
        200,
        {"Content-Length": str(len(change(answer[2])))},
        change(answer[2]),
    )


def cut(answer: Answer) -> Answer:
    """Fewer bytes than announced."""
    return 200, answer[1], answer[2][: len(answer[2]) * 2 // 3]


def cut_without_length(answer: Answer) -> Answer:
    """A digit less of the last number, and nothing that announces the length."""
    before, _, last = answer[2].rpartition(b',"')
    return 200, {}, before + b"," + last.rstrip(b'"\n')[:-1]


def drop(answer: Answer) -> Answer:
    raise requests.ConnectionError("Connection aborted.")


def redirect(location: str) -> Fault:
    return lambda answer: (302, {"Location": location}, b"")


def meanwhile(change: Callable[[], None]) -> Fault:
    """Answer correctly, then change what is published."""

    def answer_first(answer: Answer) -> Answer:
        change()
        return answer

    return answer_first


@contextmanager
def portal() -> Iterator[Portal]:
    """A portal at `URL` that answers inside the ``with`` block; every other address cannot be reached."""
    running = Portal()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback(responses.GET, re.compile(re.escape(URL)), callback=running.answer)
        yield running
