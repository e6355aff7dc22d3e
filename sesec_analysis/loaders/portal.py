"""The state's open-data portal (Socrata): what it says of a dataset, and rows of it by query; the one door to the network.

A portal is busy, slow, broken or moved before it is wrong: each answer is checked to be whole and what was asked for, and
asked for again after a pause that grows. What comes out is right, or a refusal.
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
from urllib.parse import urljoin, urlsplit

import requests

from sesec_analysis.errors import DataError

__all__ = ["Column", "Dataset", "Portal", "UnreachableError"]

TRIES = 5
TRIES_UNREACHED = 2  # nobody answers: a machine without a network should not be kept waiting
LONGEST_WAIT = 300.0  # seconds; a portal that asks for more is asked another day
BUSY = {202, 429, 500, 502, 503, 504}
TIMEOUT = (10.0, 60.0)  # to connect; between two pieces of an answer
PATIENCE = 60.0  # seconds after which an answer may be called too slow
SLOWEST = 1_000  # bytes a second
REDIRECTS = 5


class UnreachableError(DataError):
    """The portal cannot be reached at all: there is no use in asking for the next release."""


class _BrokenError(Exception):
    """An answer that is not whole, or not what was asked for; it may be better the next time."""


@dataclass(frozen=True)
class Column:
    """A column of a dataset: its name in the bulk file, its name in queries, and its type."""

    name: str
    field: str
    kind: str


@dataclass(frozen=True)
class Dataset:
    """What the portal says of a dataset."""

    id: str
    title: str
    columns: tuple[Column, ...]
    updated: int

    @property
    def header(self) -> list[str]:
        """The header of its bulk file."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """Return the column that the bulk file calls ``name``."""
        return next(column for column in self.columns if column.name == name)


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
    An application token in ``SESEC_APP_TOKEN`` raises the portal's limits. One that it refuses is said and left out, since
    reading needs none.
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
        self._token = os.environ.get("SESEC_APP_TOKEN")
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
        return self._ask(f"api/views/{dataset_id}.json", {}, lambda body: _dataset(dataset_id, body))

    def count(self, dataset_id: str, where: str) -> int:
        """Return how many rows fit a condition."""
        query = {"$select": "count(*)", "$where": where}
        return self._ask(f"resource/{dataset_id}.json", query, _count)

    def groups(self, dataset_id: str, field: str) -> dict[str, int]:
        """Return every value of a column with the number of its rows; rows without a value are left out."""
        query = {"$select": f"{field},count(*) as rows", "$group": field, "$limit": "1000"}
        return self._ask(f"resource/{dataset_id}.json", query, lambda body: _groups(field, body))

    def rows(
        self, dataset: Dataset, where: str, *, limit: int, offset: int, expected: int
    ) -> list[list[str]]:
        """Return one page of rows in a stable order, their cells in the order of the dataset's columns.

        A page that is not ``expected`` rows of these columns is asked for again, then refused.
        """
        fields = [column.field for column in dataset.columns]
        query = {
            "$select": ",".join(fields),
            "$where": where,
            "$order": ":id",
            "$limit": str(limit),
            "$offset": str(offset),
        }
        return self._ask(
            f"resource/{dataset.id}.csv", query, lambda body: _rows(fields, expected, body)
        )

    def _ask[T](self, path: str, query: dict[str, str], read: Callable[[bytes], T]) -> T:
        """Ask until the answer can be read, waiting longer each time."""
        what, unreached = "", 0
        for attempt in range(TRIES):
            wait = 2.0**attempt * random.uniform(0.5, 1.0)  # noqa: S311 - spreads requests, guards nothing
            try:
                answer, body = self._get(urljoin(self.url, path), query)
            except requests.RequestException as failure:
                reached = isinstance(failure, _ARRIVED)
                unreached += not reached
                what = "it breaks off in the middle of its answers" if reached else "it does not answer"
                if unreached >= TRIES_UNREACHED:
                    raise self._unreachable() from failure
            except _BrokenError as failure:
                what = str(failure)
            else:
                if answer.status_code in BUSY:
                    what = f"it is busy or out of order (HTTP {answer.status_code})"
                    wait = self._asked_wait(answer, wait)
                elif answer.status_code == 403 and self._token:
                    self._leave_token()
                    continue
                elif answer.status_code != 200:
                    raise self._refused(path, answer, body)
                else:
                    try:
                        return read(body)
                    except _BrokenError as failure:
                        what = str(failure)
            if attempt < TRIES - 1:
                self._sleep(wait)
        raise DataError(
            f"the portal was asked {TRIES} times and gave no usable answer: {what}",
            where=urljoin(self.url, path),
            mend="run the same again later; what has arrived is kept, and figures already here stay in use",
        )

    def _get(self, url: str, query: dict[str, str]) -> tuple[requests.Response, bytes]:
        """Ask once and follow the portal to where it sends us; the token stays with the portal."""
        parameters: dict[str, str] | None = query
        for _ in range(REDIRECTS):
            same = urlsplit(url).netloc == self.host
            headers = {"X-App-Token": self._token} if self._token and same else {}
            with self._session.get(
                url,
                params=parameters,
                headers=headers,
                timeout=TIMEOUT,
                stream=True,
                allow_redirects=False,
            ) as answer:
                if not answer.is_redirect:
                    return answer, self._body(answer)
                url, parameters = urljoin(url, answer.headers["location"]), None
        raise _BrokenError("it sends us from one address to the next")

    def _body(self, answer: requests.Response) -> bytes:
        start, pieces, size = self._clock(), [], 0
        for piece in answer.iter_content(1024):
            pieces.append(piece)
            size += len(piece)
            self._received(len(piece))
            passed = self._clock() - start
            if passed > PATIENCE and size < SLOWEST * passed:
                raise _BrokenError("it sends too slowly to ever finish")
        return b"".join(pieces)

    def _asked_wait(self, answer: requests.Response, usual: float) -> float:
        """How long to wait: what Retry-After says, in seconds or as a date, or the usual."""
        said = answer.headers.get("Retry-After", "").strip()
        try:
            wait = (
                float(said)
                if said.isdigit()
                else (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
            )
        except (TypeError, ValueError):
            return usual
        if wait > LONGEST_WAIT:
            raise DataError(
                f"the portal asks to be left alone for {wait / 60:.0f} minutes: too much was asked from this network",
                where=self.url,
                mend="run the same again after that; an application token in SESEC_APP_TOKEN raises the limit",
            )
        return max(wait, 0.0) + random.uniform(0.0, 0.5)  # noqa: S311 - spreads requests, guards nothing

    def _leave_token(self) -> None:
        self._token = None
        self._tell(
            "The portal refuses the application token in SESEC_APP_TOKEN (HTTP 403): it is wrong or has expired. "
            "Going on without it; the portal's limits are lower then."
        )

    def _unreachable(self) -> UnreachableError:
        return UnreachableError(
            f"the portal {self.host} cannot be reached; the figures that are here already stay in use",
            mend="check the network and run the same again; or download the CSV file elsewhere and give it with --from FILE",
        )

    def _refused(self, path: str, answer: requests.Response, body: bytes) -> DataError:
        where = urljoin(self.url, path)
        if answer.status_code == 404:
            return DataError(
                "the portal has no dataset of this id, or does not show it to the public",
                where=where,
                mend="look for the dataset on the portal and correct `dataset_id:` of the release",
            )
        try:
            said = str(json.loads(body)["message"])
        except (ValueError, KeyError, TypeError):
            said = "it gives no reason"
        return DataError(
            f"the portal refuses the question (HTTP {answer.status_code}): {said}",
            where=where,
            mend="check `dataset_id:` and `columns:` of the entry; or download the CSV file and give it with --from FILE",
        )


_ARRIVED = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    requests.exceptions.ReadTimeout,
)


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError as failure:
        raise _BrokenError("it answers with something other than data (a web page, say)") from failure


def _dataset(dataset_id: str, body: bytes) -> Dataset:
    said = _json(body)
    try:
        columns = tuple(
            Column(str(one["name"]), str(one["fieldName"]), str(one["dataTypeName"]))
            for one in said["columns"]  # type: ignore[index]  # KeyError and TypeError are the check
            if not str(one["fieldName"]).startswith(":")
        )
        title, updated = str(said["name"]), int(said["rowsUpdatedAt"])  # type: ignore[index]  # as above
    except (KeyError, TypeError, ValueError) as failure:
        raise _BrokenError("it describes the dataset in a way we do not know") from failure
    return Dataset(dataset_id, title.strip(), columns, updated)


def _count(body: bytes) -> int:
    said = _json(body)
    try:
        [row] = said  # type: ignore[misc]  # the errors below are the check
        return int(next(iter(row.values())))
    except (AttributeError, StopIteration, TypeError, ValueError) as failure:
        raise _BrokenError("it does not say how many rows there are") from failure


def _groups(field: str, body: bytes) -> dict[str, int]:
    said = _json(body)
    try:
        return {str(row[field]): int(row["rows"]) for row in said if field in row}  # type: ignore[union-attr]  # as above
    except (KeyError, TypeError, ValueError) as failure:
        raise _BrokenError("it does not list the values of a column") from failure


def _rows(fields: list[str], expected: int, body: bytes) -> list[list[str]]:
    try:
        [header, *rows] = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
    except (UnicodeDecodeError, ValueError, csv.Error) as failure:
        raise _BrokenError("its rows cannot be read as CSV") from failure
    if header != fields:
        raise _BrokenError("it answers with other columns than asked for, or with a web page")
    if len(rows) != expected or any(len(row) != len(fields) for row in rows):
        raise _BrokenError(f"it sends {len(rows)} rows in place of {expected}, or cuts them off")
    return rows
