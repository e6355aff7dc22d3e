"""A portal on loopback that answers as Socrata does, and misbehaves on demand.

What it knows of the real one is from https://dev.socrata.com/docs: queries, paging, response codes, application tokens.
"""

import csv
import gzip
import io
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Row = list[str]
TOKEN = "good-token"  # the only application token that has not expired


@dataclass
class Table:
    """A published dataset: its names in the bulk file, its names in queries, its types, its rows."""

    title: str
    header: list[str]
    rows: list[Row]
    numbers: set[str] = field(default_factory=set)
    updated: int = 1_700_000_000

    @property
    def fields(self) -> list[str]:
        """As Socrata makes them: lower case, every other sign an underscore."""
        return [re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") for name in self.header]

    @property
    def types(self) -> list[str]:
        return ["number" if name in self.numbers else "text" for name in self.header]


class BadQueryError(Exception):
    """What Socrata answers with status 400."""


_PIECES = re.compile(r"\s*('(?:[^']|'')*'|[(),=]|[^\s(),='][^\s(),=]*)")


class Where:
    """``$where``: =, in (…), AND, OR, parentheses; a text compared with a number is refused, as Socrata does."""

    def __init__(self, text: str, table: Table) -> None:
        self.pieces = _PIECES.findall(text)
        self.types = dict(zip(table.fields, table.types, strict=True))
        self.places = {name: place for place, name in enumerate(table.fields)}
        self.fits = self._either()
        if self.pieces:
            raise BadQueryError(f"Could not parse SoQL query at {self.pieces[0]!r}")

    def _next(self, *wanted: str) -> str:
        if not self.pieces or (wanted and self.pieces[0].lower() not in wanted):
            raise BadQueryError(f"Could not parse SoQL query: expected {wanted}")
        return self.pieces.pop(0)

    def _is(self, word: str) -> bool:
        return bool(self.pieces) and self.pieces[0].lower() == word

    def _either(self) -> Callable[[Row], bool]:
        tests = [self._both()]
        while self._is("or"):
            self._next()
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Callable[[Row], bool]:
        tests = [self._one()]
        while self._is("and"):
            self._next()
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Callable[[Row], bool]:
        if self._is("("):
            self._next()
            inside = self._either()
            self._next(")")
            return inside
        name = self._next()
        if name not in self.places:
            raise BadQueryError(f"No such column: {name}")
        if self._next("=", "in") == "=":
            values = {self._value(name)}
        else:
            self._next("(")
            values = {self._value(name)}
            while self._next(",", ")") == ",":
                values.add(self._value(name))
        place = self.places[name]
        return lambda row: row[place] in values

    def _value(self, name: str) -> str:
        piece = self._next()
        is_text = piece.startswith("'")
        if is_text != (self.types[name] == "text"):
            found = "text" if is_text else "number"
            raise BadQueryError(f"Type mismatch for #IN, is {found}; query.soql.type-mismatch")
        return piece[1:-1].replace("''", "'") if is_text else piece


Fault = Callable[["Handler", bytes, str], None]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.tables: dict[str, Table] = {}
        self.faults: list[tuple[str, Fault]] = []  # kind of request: what happens to the next one
        self.asked: list[str] = []
        self.bytes_sent = 0
        self.rows_sent = 0
        self.tokens_seen: list[str | None] = []
        self.guard = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def misbehave(self, kind: str, fault: Fault, times: int = 1) -> None:
        """At the next requests of a kind (metadata, count, groups, page, bulk), do this in place of answering."""
        self.faults += [(kind, fault)] * times

    def fault_for(self, kind: str) -> Fault | None:
        with self.guard:
            for number, (wanted, fault) in enumerate(self.faults):
                if wanted == kind:
                    self.faults.pop(number)
                    return fault
        return None


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or every answer waits 40 ms for nothing
    wbufsize = -1

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        token = self.headers.get("X-App-Token")
        self.server.tokens_seen.append(token)
        if token not in (None, TOKEN):
            said = {
                "code": "permission_denied",
                "error": True,
                "message": "Invalid app_token specified",
            }
            return self.send(403, json.dumps(said).encode(), "application/json")
        # moved/: where a redirect leads
        found = re.fullmatch(
            r"/(?:moved/)?(api/views|resource)/([a-z0-9]{4}-[a-z0-9]{4})(/rows)?\.(json|csv)",
            address.path,
        )
        if not found or found[2] not in self.server.tables:
            return self.send(
                404,
                b'{"code":"dataset.missing","error":true,"message":"Not found"}',
                "application/json",
            )
        table = self.server.tables[found[2]]
        try:
            kind, body, content = self.answer(found, table, query)
        except BadQueryError as failure:
            said = {"code": "query.soql", "error": True, "message": str(failure)}
            return self.send(400, json.dumps(said).encode(), "application/json")
        with self.server.guard:
            self.server.asked.append(kind)
        if fault := self.server.fault_for(kind):
            return fault(self, body, content)
        return self.send(200, body, content)

    def answer(
        self, found: "re.Match[str]", table: Table, query: dict[str, str]
    ) -> tuple[str, bytes, str]:
        if found[1] == "api/views":
            if found[3]:
                return "bulk", written(table.header, table.rows), "text/csv"
            return "metadata", json.dumps(metadata(found[2], table)).encode(), "application/json"
        rows = table.rows
        if "$where" in query:
            rows = list(filter(Where(query["$where"], table).fits, rows))
        select = query.get("$select", ",".join(table.fields))
        if select == "count(*)":
            return "count", json.dumps([{"count": str(len(rows))}]).encode(), "application/json"
        if "$group" in query:
            place = table.fields.index(query["$group"])
            counts = Counter(row[place] for row in rows)
            said: list[dict[str, str]] = [
                ({query["$group"]: value} if value else {}) | {"rows_here": str(n)}
                for value, n in counts.items()
            ]
            return "groups", json.dumps(said).encode(), "application/json"
        names = select.split(",")
        if unknown := set(names) - {":id", *table.fields}:
            raise BadQueryError(f"No such column: {', '.join(unknown)}")
        if query.get("$order") != ":id":
            rows = rows[1:] + rows[:1]  # the order of a query without one is anybody's guess
        start, limit = int(query.get("$offset", "0")), int(query.get("$limit", "1000"))
        if limit > 50_000:
            raise BadQueryError("Cannot return more than 50000 rows")
        places = {name: place for place, name in enumerate(table.fields)}
        page = [
            [f"row-{id(row):x}" if name == ":id" else row[places[name]] for name in names]
            for row in rows[start : start + limit]
        ]
        with self.server.guard:
            self.server.rows_sent += len(page)
        return "page", written(names, page), "text/csv; charset=utf-8"

    def send(
        self,
        status: int,
        body: bytes,
        content: str,
        *,
        headers: dict[str, str] | None = None,
        cut: int = 0,
    ) -> None:
        """Answer; with ``cut``, announce more bytes than are sent, and hang up."""
        self.send_response(status)
        self.send_header("Content-Type", content)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        sent = body[: len(body) - cut]
        self.wfile.write(sent)
        with self.server.guard:
            self.server.bytes_sent += len(sent)
        if cut:
            self.close_connection = True


def metadata(dataset_id: str, table: Table) -> dict[str, Any]:
    columns = [
        {"name": name, "fieldName": key, "dataTypeName": kind}
        for name, key, kind in zip(table.header, table.fields, table.types, strict=True)
    ]
    system = {"name": ":id", "fieldName": ":id", "dataTypeName": "meta_data"}
    return {
        "id": dataset_id,
        "name": table.title,
        "columns": [system, *columns],
        "rowsUpdatedAt": table.updated,
    }


def written(header: list[str], rows: list[Row]) -> bytes:
    """CSV as Socrata writes it: text in quotation marks, nothing for what is empty."""
    lines = [",".join(_cell(cell) for cell in row) for row in [header, *rows]]
    return ("\n".join(lines) + "\n").encode()


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if text else ""


# What can go wrong with one request.


def status(code: int, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, body, content: handler.send(
        code, b'{"error":true,"message":"injected"}', "application/json", headers=named
    )


def cut(handler: Handler, body: bytes, content: str) -> None:
    handler.send(200, body, content, cut=max(1, len(body) // 3))


def json_error(handler: Handler, body: bytes, content: str) -> None:
    said = {"code": "internal", "error": True, "message": "Something went wrong"}
    handler.send(200, json.dumps(said).encode(), "application/json")


def without_length(keep: Callable[[bytes], bytes]) -> Fault:
    """The answer, or a part of it, ended by hanging up: nothing says how long it should be."""

    def answer(handler: Handler, body: bytes, content: str) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", content)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(keep(body))
        handler.close_connection = True

    return answer


def chunks_without_an_end(handler: Handler, body: bytes, content: str) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", content)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")
    handler.close_connection = True


def zipped(handler: Handler, body: bytes, content: str) -> None:
    handler.send(200, gzip.compress(body), content, headers={"Content-Encoding": "gzip"})


def zipped_and_cut(handler: Handler, body: bytes, content: str) -> None:
    part = gzip.compress(body)[:-12]
    handler.send(200, part, content, headers={"Content-Encoding": "gzip"})


def changed(change: Callable[[bytes], bytes]) -> Fault:
    return lambda handler, body, content: handler.send(200, change(body), content)


def reordered(order: Callable[[Row], Row]) -> Fault:
    """A page with its columns in another order, or fewer of them; header and cells together."""

    def change(body: bytes) -> bytes:
        head, *rows = csv.reader(io.StringIO(body.decode()))
        return written(order(head), [order(row) for row in rows])

    return changed(change)


def hang_up(handler: Handler, body: bytes, content: str) -> None:
    handler.close_connection = True


def web_page(handler: Handler, body: bytes, content: str) -> None:
    page = b"<!DOCTYPE html><html><body><h1>We will be back soon</h1></body></html>"
    handler.send(200, page, "text/html")


def redirect(handler: Handler, body: bytes, content: str) -> None:
    """Send the client to another address, which answers."""
    if handler.path.startswith("/moved/"):
        return handler.send(200, body, content)
    return handler.send(302, b"", "text/html", headers={"Location": "/moved" + handler.path})


def redirect_to_another_host(handler: Handler, body: bytes, content: str) -> None:
    if handler.headers["Host"].startswith("localhost"):
        return handler.send(200, body, content)
    there = f"http://localhost:{handler.server.server_port}{handler.path}"
    return handler.send(302, b"", "text/html", headers={"Location": there})


def redirect_to_a_file(handler: Handler, body: bytes, content: str) -> None:
    handler.send(302, b"", "text/html", headers={"Location": "file:///etc/hostname"})


def bomb(handler: Handler, body: bytes, content: str) -> None:
    """A few hundred kilobytes that unpack to more than any page has."""
    handler.send(200, _bomb(), content, headers={"Content-Encoding": "gzip"})


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(300 << 20), compresslevel=1)


def redirect_in_a_circle(handler: Handler, body: bytes, content: str) -> None:
    handler.send(302, b"", "text/html", headers={"Location": handler.path})


def few_rows(handler: Handler, body: bytes, content: str) -> None:
    """A page with fewer rows than there are, well formed."""
    handler.send(200, b"\n".join(body.split(b"\n")[:-3]) + b"\n", content)


def other_columns(handler: Handler, body: bytes, content: str) -> None:
    head, _, rest = body.partition(b"\n")
    handler.send(200, head[::-1] + b"\n" + rest, content)


def not_text(handler: Handler, body: bytes, content: str) -> None:
    handler.send(200, body.replace(b"e", b"\xff", 50), content)


def trickle(handler: Handler, body: bytes, content: str) -> None:
    """The answer in small pieces, each on its own way."""
    handler.send_response(200)
    handler.send_header("Content-Type", content)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    for start in range(0, len(body), 700):
        handler.wfile.write(body[start : start + 700])
        handler.wfile.flush()


def meanwhile(change: Callable[[], None]) -> Fault:
    """Answer rightly, then change what is published."""

    def answer(handler: Handler, body: bytes, content: str) -> None:
        change()
        handler.send(200, body, content)

    return answer


@contextmanager
def portal() -> Iterator[Server]:
    """A portal that runs as long as the ``with`` block."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
