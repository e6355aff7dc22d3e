"""What stands behind a finding, in one line for people who read it: interval, students, and what to mind."""

from sesec_analysis.publishing.blocks import Record
from sesec_analysis.publishing.wording import level_words
from sesec_analysis.words import say

__all__ = ["facts"]


def facts(record: Record) -> str:
    """Return what a record tells besides its sentence, or an empty text.

    Examples
    --------
    >>> facts({"interval": "32–71%", "ci_level": 0.95, "n": 1216})
    '95% interval 32–71%; 1,216 students'
    """
    found = []
    if interval := record.get("interval"):
        level = record.get("ci_level")
        if record.get("publish") == "range":
            found.append(say("with chance on top of it, {interval}", interval=interval))
        else:
            found.append(f"{level_words(level) if level else say('interval')} {interval}")
    if (n := record.get("n")) is not None:
        found.append(f"{_count(n)} {say(str(record.get('counted', 'students')))}")
    if (n := record.get("reference_n")) is not None:
        found.append(say("compared with {reference}", reference=_count(n)))
    if record.get("reason") and record.get("publish") != "nothing":
        found.append(str(record["reason"]))
    text = "; ".join(found)
    return text[:1].upper() + text[1:]


def _count(n: int | str) -> str:
    return f"{n:,}" if isinstance(n, int) else n
