"""Which finding of one edition answers which of another: by the same id, or by the same id of an earlier year."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sesec_analysis.publishing.blocks import Record

__all__ = ["Pair", "pairs", "stem", "year"]


@dataclass(frozen=True)
class Pair:
    """A finding before and after; one of the two may be missing.

    ``same`` says that both have one id. Otherwise ``after`` is the same question asked of a later year.
    """

    before: Record | None
    after: Record | None

    @property
    def same(self) -> bool:
        """Whether both sides are there and have the same id."""
        return (
            self.before is not None
            and self.after is not None
            and self.before["id"] == self.after["id"]
        )

    @property
    def record(self) -> Record:
        """The later one of what is there."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a pair has at least one side")
        return found


def stem(finding_id: str) -> str:
    """Return an id without its years: what stays the same from one edition to the next.

    Examples
    --------
    >>> stem("sesec:gap.ela_met.2017.03.southeast_seattle.black-white")
    'sesec:gap.ela_met.03.southeast_seattle.black-white'
    """
    parts = finding_id.split(".")
    return ".".join([*parts[:2], *parts[3:]])


def year(finding_id: str) -> int:
    """Return the school year of an id; 0 where it has none.

    Examples
    --------
    >>> year("sesec:change.ela_met.2024-2018.all.southeast_seattle.black")
    2024
    """
    first, *_ = _years(finding_id)
    return first


def _years(finding_id: str) -> list[int]:
    parts = finding_id.split(".")
    texts = parts[2].split("-") if len(parts) > 2 else []
    return [int(text) for text in texts if text.isdigit()] or [0]


def pairs(before: Mapping[str, Record], after: Mapping[str, Record]) -> Iterator[Pair]:
    """Yield every finding of two editions once, in the order of their ids.

    A finding that only the later edition has is held against the newest earlier year of the same stem. A finding that
    only the earlier edition has stands alone, unless it is what another one is held against.

    Parameters
    ----------
    before, after
        Findings by id.
    """
    stems: dict[str, list[str]] = {}
    for name in before:
        stems.setdefault(stem(name), []).append(name)
    earlier = {name: _earlier(name, stems.get(stem(name), ())) for name in after.keys() - before}
    used = {name for name in earlier.values() if name}
    for name in sorted(before.keys() | after):
        if name in after:
            mate = name if name in before else earlier[name]
            yield Pair(before[mate] if mate else None, after[name])
        elif name not in used:
            yield Pair(before[name], None)


def _earlier(name: str, candidates: Iterable[str]) -> str | None:
    """Return the newest earlier one; among several, what is compared with the same year, or one as far back."""
    first, *compared = _years(name)

    def nearness(other: str) -> tuple[int, bool, bool, str]:
        own, *others = _years(other)
        same_span = [first - one for one in compared] == [own - one for one in others]
        return own, compared == others, same_span, other

    return max((one for one in candidates if year(one) < first), key=nearness, default=None)
