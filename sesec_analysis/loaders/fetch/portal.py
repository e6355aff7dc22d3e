"""Query the state's open-data portal (Socrata) and check its answers; the only module that uses the network.

Each answer must be complete and have the columns that were requested. A portal that is busy or breaks off is asked
again after a growing pause. The result is a complete answer, or a refusal.
"""

import csv
import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from sesec_analysis.errors import DataError, FileError
from sesec_analysis.extras import require_extra

with require_extra():
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.exceptions import InvalidHeader
    from urllib3.response import BaseHTTPResponse
    from urllib3.util import Retry

__all__ = ["BrokenError", "Dataset", "Portal", "PortalColumn", "UnreachableError"]


class BrokenError(Exception):
    """An answer that is incomplete or not what was requested; the next one may be better."""


class UnreachableError(DataError):
    """The portal cannot be reached at all: there is no use in asking for the next release."""


@dataclass(frozen=True)
class PortalColumn:
    """A column of a dataset: its name in the bulk file, its name in queries, and its type."""

    name: str
    field: str
    kind: str


@dataclass(frozen=True)
class Dataset:
    """A dataset's metadata on the portal."""

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


def _parse_dataset(dataset_id: str, body: bytes) -> Dataset:
    """Parse the metadata of a dataset; the portal's own columns (``:id``) are left out."""
    answer = json.loads(body)
    columns = tuple(
        PortalColumn(str(column["name"]), str(column["fieldName"]), str(column["dataTypeName"]))
        for column in answer["columns"]
        if not str(column["fieldName"]).startswith(":")
    )
    title, updated = str(answer["name"]), int(answer["rowsUpdatedAt"])
    return Dataset(dataset_id, title.strip(), columns, updated)


def _parse_count(body: bytes) -> int:
    [row] = json.loads(body)
    [count] = row.values()
    return int(count)


def _parse_groups(field: str, body: bytes) -> dict[str, int]:
    answer = json.loads(body)
    return {str(row[field]): int(row["rows_here"]) for row in map(dict, answer) if field in row}


def _parse_rows(fields: list[str], expected: int, body: bytes) -> list[list[str]]:
    """Parse a CSV table, which must have this many rows and these columns."""
    header, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
    if header != fields:
        raise BrokenError("it answers with other columns than requested, or with a web page")
    if len(rows) != expected or any(len(row) != len(fields) for row in rows):
        raise BrokenError(f"it sends {len(rows)} rows instead of {expected}, or cuts them off")
    return rows


_UNPARSABLE = (AttributeError, KeyError, TypeError, ValueError, csv.Error)  # of JSON, UTF-8, CSV
T = TypeVar("T")

TRIES = 3  # of an answer that arrives, but is broken
RETRIES = 4  # of a request that the portal is too busy for, or drops
RETRIES_CONNECTING = 1  # without a network, nobody should have to wait
LONGEST_WAIT = 300  # seconds; if the portal asks for more, the fetch ends
BUSY = frozenset({202, 429, 500, 502, 503, 504})
TIMEOUT = (10.0, 60.0)  # seconds to connect; between two pieces of an answer
REDIRECTS = 5
LARGEST = 256 << 20  # bytes of one answer, unpacked; the rows of a release are some megabytes
ENDS = (b"\n", b'"', b"]", b"}")  # of a complete answer, if no length is announced


class _Retry(Retry):
    """Retry with pauses, and refuse to wait if the portal asks for a long pause."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        try:
            wait = super().get_retry_after(response)
        except InvalidHeader:
            return None
        if wait and wait > LONGEST_WAIT:
            raise FileError(
                f"the portal asks to wait {wait / 60:.0f} minutes: this network sent too many requests",
                fix="run the same again later; an application token in SESEC_APP_TOKEN raises the limit",
            )
        return wait


class _Session(requests.Session):
    """A session that follows redirects within the portal's host, and never to another host or off https."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._home = urlsplit(url)
        self.max_redirects = REDIRECTS
        self.headers["User-Agent"] = "sesec-analysis (school equity reports)"
        retry = _Retry(
            RETRIES,
            connect=RETRIES_CONNECTING,
            status_forcelist=BUSY,
            raise_on_status=False,
            backoff_factor=1,
            backoff_jitter=0.5,
        )
        for scheme in ("https://", "http://"):
            self.mount(scheme, HTTPAdapter(max_retries=retry))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is None:
            return None
        there = urlsplit(urljoin(resp.url, target))
        if (there.scheme, there.netloc) != (self._home.scheme, self._home.netloc):
            raise FileError(
                f"the portal redirects to another host, {there.scheme}://{there.hostname or ''}; "
                "nothing was downloaded from there",
                where=resp.url.split("?")[0],
                fix="open the address in a browser; if the portal has moved, set SESEC_PORTAL to its new address",
            )
        return target


class Portal:
    """A Socrata portal.

    Parameters
    ----------
    url
        Its address, ``https://data.wa.gov/``; ``SESEC_PORTAL`` overrides it.
    tell
        Called with a sentence when there is something to report.

    Notes
    -----
    An application token in ``SESEC_APP_TOKEN`` raises the portal's limits. If the portal refuses it, this is reported,
    and the fetch goes on without it: reading needs none.
    Reference: https://dev.socrata.com/docs/response-codes, https://dev.socrata.com/docs/app-tokens,
    https://dev.socrata.com/docs/queries/limit (no maximum from version 2.1 on)
    """

    def __init__(
        self,
        url: str,
        *,
        tell: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self.url = (os.environ.get("SESEC_PORTAL") or url).rstrip("/") + "/"
        self.host = urlsplit(self.url).netloc
        self._tell = tell
        self._session = _Session(self.url)
        self._reached = False
        token = os.environ.get("SESEC_APP_TOKEN", "").strip()
        if token.isascii() and token.isprintable():
            if token:
                self._session.headers["X-App-Token"] = token
        else:
            self._drop_token("has characters that no token has")

    def page_of(self, dataset_id: str) -> str:
        """Return the address where people read about a dataset."""
        return urljoin(self.url, f"d/{dataset_id}")

    def dataset(self, dataset_id: str) -> Dataset:
        """Return the metadata of a dataset.

        Raises
        ------
        DataError
            If there is no such dataset, or the portal cannot answer.
        """
        return self._get(
            f"api/views/{dataset_id}.json", {}, lambda body: _parse_dataset(dataset_id, body)
        )

    def count(self, dataset_id: str, where: str) -> int:
        """Return how many rows satisfy a condition."""
        query = {"$select": "count(*)", "$where": where}
        return self._get(f"resource/{dataset_id}.json", query, _parse_count)

    def groups(self, dataset_id: str, field: str) -> dict[str, int]:
        """Return every value of a column with the number of its rows; rows without a value are left out."""
        query = {"$select": f"{field},count(*) as rows_here", "$group": field, "$limit": "1000"}
        return self._get(
            f"resource/{dataset_id}.json", query, lambda body: _parse_groups(field, body)
        )

    def rows(self, dataset: Dataset, where: str, total: int) -> list[list[str]]:
        """Return the cells of all ``total`` rows that satisfy a condition, in the portal's stable order."""
        fields = [column.field for column in dataset.columns]
        query = {
            "$select": ",".join(fields),
            "$where": where,
            "$order": ":id",
            "$limit": str(total + 1),  # one more shows that rows were added since they were counted
        }
        return self._get(
            f"resource/{dataset.id}.csv", query, lambda body: _parse_rows(fields, total, body)
        )

    def _get(self, path: str, query: dict[str, str], parse: Callable[[bytes], T]) -> T:
        """Request until the answer can be parsed."""
        url, what = urljoin(self.url, path), ""
        for _ in range(TRIES):
            try:
                return parse(self._request(url, query))
            except BrokenError as failure:
                what = str(failure)
            except _UNPARSABLE:
                what = "it answers with a web page, or with data that cannot be read"
        raise _unusable(url, what)

    def _request(self, url: str, query: dict[str, str]) -> bytes:
        """Return the content of an answer; urllib3 waits and tries again if the portal is busy."""
        try:
            with self._session.get(url, params=query, timeout=TIMEOUT, stream=True) as answer:
                self._reached = True
                body = self._read(answer)
        except requests.TooManyRedirects as failure:
            raise BrokenError("it redirects from one address to the next") from failure
        except requests.RequestException as failure:
            if self._reached:
                raise _unusable(url, "it does not answer") from failure
            raise UnreachableError(
                f"the portal {self.host} cannot be reached; the figures that are here already stay in use",
                fix="check the network and run the same again; or get the CSV file elsewhere and use --from FILE",
            ) from failure
        if answer.status_code == 403 and "X-App-Token" in self._session.headers:
            self._drop_token("is refused by the portal (HTTP 403)")
            raise BrokenError("it refuses the application token")
        if answer.status_code in BUSY:
            raise _unusable(url, f"it is busy or out of order (HTTP {answer.status_code})")
        if answer.status_code != 200:
            raise _refusal(url, answer.status_code, body)
        return body

    def _read(self, answer: requests.Response) -> bytes:
        """Read an answer to its end; requests refuses one that is shorter than announced."""
        pieces, size = [], 0
        try:
            for piece in answer.iter_content(1 << 14):
                pieces.append(piece)
                size += len(piece)
                if size > LARGEST:
                    raise FileError(
                        f"the portal sends more than {LARGEST >> 20} MB in one answer",
                        where=answer.url.split("?")[0],
                        fix="check the dataset on the portal; or download its CSV file by hand and use --from FILE",
                    )
        except requests.RequestException as failure:
            raise BrokenError("it breaks off in the middle of its answers") from failure
        body = b"".join(pieces)
        announced = {"content-length", "transfer-encoding"} & {*map(str.lower, answer.headers)}
        if not announced and not body.endswith(ENDS):  # the last number may be cut
            raise BrokenError("it breaks off in the middle of its answers")
        return body

    def _drop_token(self, why: str) -> None:
        self._session.headers.pop("X-App-Token", None)
        self._tell(
            f"The application token in SESEC_APP_TOKEN {why}: it is wrong or has expired. "
            "Going on without it; the portal's limits are lower then."
        )


def _unusable(url: str, what: str) -> DataError:
    return FileError(
        f"the portal gave no usable answer, although it was asked several times: {what}",
        where=url,
        fix="run the same again later; figures already here stay in use",
    )


def _refusal(url: str, status: int, body: bytes) -> DataError:
    if status == 404:
        return FileError(
            "the portal has no dataset of this id, or does not show it to the public",
            where=url,
            fix="look for the dataset on the portal and correct `dataset_id:` of the release",
        )
    try:
        reason = str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        reason = "it gives no reason"
    return FileError(
        f"the portal refuses the query (HTTP {status}): {reason}",
        where=url,
        fix="check `dataset_id:` and `columns:` of the entry; or use a CSV file with --from FILE",
    )
