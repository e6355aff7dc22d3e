"""Query the state's open-data portal (Socrata) and check its answers; the only door to the network.

A portal is busy, slow, broken or moved before it is wrong: each answer is checked to be whole and what was asked for,
and asked for again after a pause that grows. What comes out is right, or a refusal.
"""

import csv
import io
import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

from sesec_analysis.errors import DataError, FileError
from sesec_analysis.extras import needed

with needed():
    import requests

__all__ = [
    "BrokenError",
    "Dataset",
    "Portal",
    "PortalColumn",
    "UnreachableError",
    "parse_count",
    "parse_dataset",
    "parse_groups",
    "parse_rows",
]


class BrokenError(Exception):
    """An answer that is not whole, or not what was asked for; it may be better the next time."""


@dataclass(frozen=True)
class PortalColumn:
    """A column of a dataset: its name in the bulk file, its name in queries, and its type."""

    name: str
    field: str
    kind: str


@dataclass(frozen=True)
class Dataset:
    """What the portal says of a dataset."""

    id: str
    title: str
    columns: tuple[PortalColumn, ...]
    updated: int

    @property
    def header(self) -> list[str]:
        """Return the header of its bulk file."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> PortalColumn:
        """Return the column that the bulk file calls ``name``."""
        return next(column for column in self.columns if column.name == name)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as failure:
        raise BrokenError(
            "it answers with something other than data (a web page, say)"
        ) from failure


def parse_dataset(dataset_id: str, body: bytes) -> Dataset:
    """Read the metadata of a dataset; the portal's own columns (``:id``) are left out."""
    answer = _json(body)
    try:
        columns = tuple(
            PortalColumn(str(column["name"]), str(column["fieldName"]), str(column["dataTypeName"]))
            for column in answer["columns"]
            if not str(column["fieldName"]).startswith(":")
        )
        title, updated = str(answer["name"]), int(answer["rowsUpdatedAt"])
    except (KeyError, TypeError, ValueError) as failure:
        raise BrokenError("it describes the dataset in a way we do not know") from failure
    return Dataset(dataset_id, title.strip(), columns, updated)


def parse_count(body: bytes) -> int:
    """Read the answer to ``$select=count(*)``.

    Examples
    --------
    >>> parse_count(b'[{"count":"1234"}]')
    1234
    """
    answer = _json(body)
    try:
        [row] = answer
        return int(next(iter(row.values())))
    except (AttributeError, StopIteration, TypeError, ValueError) as failure:
        raise BrokenError("it does not say how many rows there are") from failure


def parse_groups(field: str, body: bytes) -> dict[str, int]:
    """Read the number of rows of each value of a column; rows without a value are left out.

    Examples
    --------
    >>> parse_groups("schoolyear", b'[{"schoolyear":"2022-23","rows_here":"7"},{"rows_here":"1"}]')
    {'2022-23': 7}
    """
    answer = _json(body)
    try:
        return {str(row[field]): int(row["rows_here"]) for row in map(dict, answer) if field in row}
    except (KeyError, TypeError, ValueError) as failure:
        raise BrokenError("it does not list the values of a column") from failure


def parse_rows(fields: list[str], expected: int, body: bytes) -> list[list[str]]:
    r"""Read a page of rows, which must be so many and have these columns.

    Examples
    --------
    >>> parse_rows(["code", "students"], 1, b'"code","students"\n"17001","7"\n')
    [['17001', '7']]
    """
    try:
        header, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
    except (UnicodeDecodeError, ValueError, csv.Error) as failure:
        raise BrokenError("its rows cannot be read as CSV") from failure
    if header != fields:
        raise BrokenError("it answers with other columns than asked for, or with a web page")
    if len(rows) != expected or any(len(row) != len(fields) for row in rows):
        raise BrokenError(f"it sends {len(rows)} rows in place of {expected}, or cuts them off")
    return rows


T = TypeVar("T")

TRIES = 5
TRIES_UNREACHED = 2  # nobody answers: a machine without a network should not be kept waiting
LONGEST_WAIT = 300.0  # seconds; a portal that asks for more is asked another day
BUSY = {202, 429, 500, 502, 503, 504}
TIMEOUT = (10.0, 60.0)  # to connect; between two pieces of an answer
PATIENCE = 60.0  # seconds after which an answer may be called too slow
SLOWEST = 1_000  # bytes a second
REDIRECTS = 5
LARGEST_SENT, LARGEST = (
    64 << 20,
    256 << 20,
)  # bytes of one answer: as sent, and unpacked; pages are some megabytes
ENDS = (b"\n", b'"', b"]", b"}")  # of a whole answer, where nothing says how long it should be


class UnreachableError(DataError):
    """The portal cannot be reached at all: there is no use in asking for the next release."""


class Portal:
    """A Socrata portal, asked politely.

    Parameters
    ----------
    url
        Its address, ``https://data.wa.gov/``; ``SESEC_PORTAL`` names another.
    tell
        Called with a sentence when something is worth saying.
    received
        Called with the number of bytes of each piece that arrives.
    sleep
        Waits a number of seconds.

    Notes
    -----
    An application token in ``SESEC_APP_TOKEN`` raises the portal's limits. One that it refuses is said and left out,
    since reading needs none. The portal may send us on within its own host, never to another one or off https, and an
    answer is read up to a bound, as sent and unpacked.
    Reference: https://dev.socrata.com/docs/response-codes, https://dev.socrata.com/docs/app-tokens
    """

    def __init__(
        self,
        url: str,
        *,
        tell: Callable[[str], None] = lambda sentence: None,
        received: Callable[[int], None] = lambda size: None,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = (os.environ.get("SESEC_PORTAL") or url).rstrip("/") + "/"
        self.host = urlsplit(self.url).netloc
        self._tell, self._received, self._sleep, self._clock = tell, received, sleep, clock
        self._token: str | None = os.environ.get("SESEC_APP_TOKEN", "").strip() or None
        if self._token and not (self._token.isascii() and self._token.isprintable()):
            self._leave_token("holds signs that no token has")
        self._reached = False
        self._session = requests.Session()
        self._session.headers["User-Agent"] = "sesec-analysis (school equity reports)"

    def page_of(self, dataset_id: str) -> str:
        """Return where people read about a dataset."""
        return urljoin(self.url, f"d/{dataset_id}")

    def dataset(self, dataset_id: str) -> Dataset:
        """Return what the portal says of a dataset.

        Raises
        ------
        DataError
            If there is no such dataset, or the portal cannot answer.
        """
        return self._ask(
            f"api/views/{dataset_id}.json", {}, lambda body: parse_dataset(dataset_id, body)
        )

    def count(self, dataset_id: str, where: str) -> int:
        """Return how many rows fit a condition."""
        query = {"$select": "count(*)", "$where": where}
        return self._ask(f"resource/{dataset_id}.json", query, parse_count)

    def groups(self, dataset_id: str, field: str) -> dict[str, int]:
        """Return every value of a column with the number of its rows; rows without a value are left out."""
        query = {"$select": f"{field},count(*) as rows_here", "$group": field, "$limit": "1000"}
        return self._ask(
            f"resource/{dataset_id}.json", query, lambda body: parse_groups(field, body)
        )

    def rows(self, dataset: Dataset, where: str, *, limit: int, offset: int) -> list[list[str]]:
        """Return ``limit`` rows in a stable order: the portal's own name of the row, then the cells of all columns.

        A page of fewer rows, or of other columns, is asked for again, then refused.
        """
        fields = [":id", *(column.field for column in dataset.columns)]
        query = {
            "$select": ",".join(fields),
            "$where": where,
            "$order": ":id",
            "$limit": str(limit),
            "$offset": str(offset),
        }
        return self._ask(
            f"resource/{dataset.id}.csv", query, lambda body: parse_rows(fields, limit, body)
        )

    def _ask(self, path: str, query: dict[str, str], read: Callable[[bytes], T]) -> T:
        """Ask until the answer can be read, waiting longer each time."""
        url = urljoin(self.url, path)
        for attempt in range(TRIES):
            wait = 2.0**attempt * random.uniform(0.5, 1.0)
            try:
                answer, body = self._get(url, query)
                if answer.status_code in BUSY:
                    what = f"it is busy or out of order (HTTP {answer.status_code})"
                    wait = self._asked_wait(answer, wait)
                elif answer.status_code == 403 and self._token:
                    what, wait = "it refuses the application token", 0.0
                    self._leave_token("is refused by the portal (HTTP 403)")
                elif answer.status_code != 200:
                    raise self._refused(url, answer, body)
                else:
                    return read(body)
            except BrokenError as failure:
                what = str(failure)
            except requests.RequestException as failure:
                what = "it does not answer"
                if not self._reached and attempt + 1 >= TRIES_UNREACHED:
                    raise self._unreachable() from failure
            if attempt + 1 < TRIES:
                self._sleep(wait)
        raise FileError(
            f"the portal was asked {TRIES} times and gave no usable answer: {what}",
            where=url,
            mend="run the same again later; what has arrived is kept, and figures already here stay in use",
        )

    def _get(self, url: str, query: dict[str, str]) -> tuple[requests.Response, bytes]:
        """Ask once and follow the portal to where it sends us, as long as that is itself."""
        parameters: dict[str, str] | None = query
        headers = {"X-App-Token": self._token} if self._token else {}
        for _ in range(REDIRECTS):
            with self._session.get(
                url,
                params=parameters,
                headers=headers,
                timeout=TIMEOUT,
                stream=True,
                allow_redirects=False,
            ) as answer:
                self._reached = True
                if not answer.is_redirect:
                    return answer, self._body(answer)
                url, parameters = self._onward(url, answer.headers["location"]), None
        raise BrokenError("it sends us from one address to the next")

    def _onward(self, url: str, location: str) -> str:
        """Return where a redirect leads, or refuse one that leads away from the portal."""
        there, home = urlsplit(urljoin(url, location)), urlsplit(self.url)
        if (there.scheme, there.netloc) != (home.scheme, home.netloc):
            raise FileError(
                f"the portal sends us to another place, {there.scheme}://{there.hostname or ''}: "
                "nothing was taken from there",
                where=url,
                mend="open the address in a browser; if the portal has moved, name the new one in SESEC_PORTAL",
            )
        return there.geturl()

    def _body(self, answer: requests.Response) -> bytes:
        """Read an answer to its end; `iter_content` refuses one that is shorter than announced."""
        start, pieces, size = self._clock(), [], 0
        try:
            for piece in answer.iter_content(1024):
                pieces.append(piece)
                size += len(piece)
                self._received(len(piece))
                if size > LARGEST or answer.raw.tell() > LARGEST_SENT:
                    raise self._too_large(answer.url)
                passed = self._clock() - start
                if passed > PATIENCE and size < SLOWEST * passed:
                    raise BrokenError("it sends too slowly to ever finish")
        except requests.RequestException as failure:
            raise BrokenError("it breaks off in the middle of its answers") from failure
        body = b"".join(pieces)
        announced = {"content-length", "transfer-encoding"} & {*map(str.lower, answer.headers)}
        if not announced and not body.endswith(ENDS):  # a number of the last row may be cut
            raise BrokenError("it breaks off in the middle of its answers")
        return body

    def _asked_wait(self, answer: requests.Response, usual: float) -> float:
        """Return how long to wait: what Retry-After says, in seconds or as a date, or the usual."""
        retry_after = answer.headers.get("Retry-After", "").strip()
        try:
            wait = (
                float(retry_after)
                if retry_after.isdigit()
                else (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
            )
        except (TypeError, ValueError):
            return usual
        if wait > LONGEST_WAIT:
            raise FileError(
                f"the portal asks to be left alone for {wait / 60:.0f} minutes: too much was asked from this network",
                where=self.url,
                mend="run the same again after that; an application token in SESEC_APP_TOKEN raises the limit",
            )
        return max(wait, 0.0) + random.uniform(0.0, 0.5)

    def _leave_token(self, why: str) -> None:
        self._token = None
        self._tell(
            f"The application token in SESEC_APP_TOKEN {why}: it is wrong or has expired. "
            "Going on without it; the portal's limits are lower then."
        )

    def _too_large(self, url: str) -> FileError:
        return FileError(
            f"the portal sends more than {LARGEST >> 20} MB in one answer, or {LARGEST_SENT >> 20} MB packed: "
            "that is no page of a table",
            where=url.split("?")[0],
            mend="check the dataset on the portal; or download its CSV file by hand and give it with --from FILE",
        )

    def _unreachable(self) -> UnreachableError:
        return UnreachableError(
            f"the portal {self.host} cannot be reached; the figures that are here already stay in use",
            mend="check the network and run the same again; or get the CSV file elsewhere and give it with --from FILE",
        )

    def _refused(self, where: str, answer: requests.Response, body: bytes) -> DataError:
        if answer.status_code == 404:
            return FileError(
                "the portal has no dataset of this id, or does not show it to the public",
                where=where,
                mend="look for the dataset on the portal and correct `dataset_id:` of the release",
            )
        try:
            reason = str(json.loads(body)["message"])
        except (ValueError, KeyError, TypeError):
            reason = "it gives no reason"
        return FileError(
            f"the portal refuses the question (HTTP {answer.status_code}): {reason}",
            where=where,
            mend="check `dataset_id:` and `columns:` of the entry; or give a CSV file with --from FILE",
        )
