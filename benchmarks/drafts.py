"""The draft checker and the search against drafts and questions whose answers are known: precision and recall.

Half of the drafts and of the questions were not looked at while the checker and the search were built.
"""

import re
import sys
from collections import Counter
from pathlib import Path

import yaml

from sesec_analysis.archive.drafts.check import Judged, judge
from sesec_analysis.archive.drafts.known_findings import FindingIndex
from sesec_analysis.archive.drafts.reading import Passage, passages
from sesec_analysis.archive.frozen import published_dir
from sesec_analysis.editions import built_editions
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.search import search

HERE = Path(__file__).parent
RIGHT = ("matches", "rounds right")
WRONG = ("rounds wrong", "outdated", "another thing", "contradicts", "range")
NAMES = {
    "cited to the wrong thing": "another thing",
    "contradicts ours": "contradicts",
    "print the range": "range",
}
NOTHING = "passed over"

Pair = tuple[str, str, str, str]
"""What is true of a claim, what was said of it, its words, and the sentence."""


def editions() -> list[tuple[str, list[Record]]]:
    """Return the published editions, the newest first."""
    folders = sorted((path for path in published_dir().iterdir() if path.is_dir()), reverse=True)
    return [(folder.name, built_editions.read(folder)) for folder in folders]


def located(text: str, judged: list[Judged]) -> list[tuple[int, int, Judged]]:
    """Return where each number that was judged begins and ends in a draft."""
    out, start = list[tuple[int, int, Judged]](), 0
    for one in judged:
        begins = text.find(one.sentence, start)
        start = begins if begins >= 0 else start
        after = max([end for _, end, _ in out if end > start], default=start)
        at = text.find(one.text, after)
        at = at if at >= 0 else text.find(one.text, start)
        out.append((at, at + len(one.text), one))
    return out


def pairs(text: str, claims: list[list[str]], judged: list[Judged]) -> list[Pair]:
    """Return what is true of each number of a draft beside what was said of it."""
    found, out, at, used = located(text, judged), list[Pair](), 0, set[int]()
    for words, truth in claims:
        pattern = rf"(?<![\w.,]){re.escape(words)}(?!\w)"
        match = re.compile(pattern).search(text, at)
        assert match, words
        at = match.end()
        met = [n for n, (a, b, _) in enumerate(found) if a < match.end() and b > match.start()]
        used |= set(met)
        said = [NAMES.get(found[n][2].verdict, found[n][2].verdict) for n in met]
        worst = next((one for one in said if one in WRONG), said[0] if said else NOTHING)
        out.append((truth, worst, words, text[max(0, match.start() - 90) : match.end() + 60]))
    for n, (a, b, one) in enumerate(found):
        if n not in used:  # a date, a telephone number: nothing is to be said of it
            said_of_it = NAMES.get(one.verdict, one.verdict)
            out.append(("not ours", said_of_it, one.text, text[max(0, a - 90) : b + 60]))
    return out


def table(found: list[Pair]) -> None:
    """Print precision and recall by verdict, and what the whole comes to."""
    truth, said = Counter(p[0] for p in found), Counter(p[1] for p in found)
    both = Counter(p[0] for p in found if p[0] == p[1])
    print(f"  {'verdict':16}{'true':>6}{'said':>6}{'precision':>11}{'recall':>8}")
    for name in (*RIGHT, *WRONG, "not ours", "could not judge", NOTHING):
        precision = f"{both[name] / said[name]:.2f}" if said[name] else "–"
        recall = f"{both[name] / truth[name]:.2f}" if truth[name] else "–"
        print(f"  {name:16}{truth[name]:6}{said[name]:6}{precision:>11}{recall:>8}")
    right = [p for p in found if p[1] in RIGHT]
    wrong = [p for p in found if p[0] in WRONG]
    apart = [p for p in found if p[0] in ("not ours", "could not judge")]
    called_right = sum(p[0] in RIGHT for p in right)
    is_right = sum(p[0] in RIGHT for p in found)
    print(f"  said to be right and is:       {called_right} of {len(right)}")
    print(f"  right and said to be:          {called_right} of {is_right}")
    print(f"  wrong and said to be:          {sum(p[1] in WRONG for p in wrong)} of {len(wrong)}")
    print(f"  unrelated and said to be wrong: {sum(p[1] in WRONG for p in apart)} of {len(apart)}")


def one_by_one(half: str, said: dict[str, list[str]], index: FindingIndex) -> None:
    """Print how many single sentences, right or wrong in one thing, are passed and told to be wrong."""
    count = Counter[tuple[str, str]]()
    for truth, texts in said.items():
        for text in texts:
            verdicts = [NAMES.get(j.verdict, j.verdict) for j in judge([Passage("", text)], index)]
            is_passed = all(verdict in (*RIGHT, "outdated") for verdict in verdicts)
            is_told = any(v in WRONG and v != "outdated" for v in verdicts)
            count[truth, "passed" if is_passed else "told" if is_told else "open"] += 1
            if half in sys.argv[1:] and is_passed != (truth == "right"):
                print(f"    {truth} | {verdicts} | {text}")
    passed = count["right", "passed"], count["wrong", "passed"]
    print(f"sentences, {half}: {passed[0]} of {len(said['right'])} right ones passed", end="; ")
    print(f"{passed[1]} of {len(said['wrong'])} wrong ones", end="; ")
    print(f"said to be wrong: {count['right', 'told']} and {count['wrong', 'told']}")


def main() -> None:
    """Print the scores; with the name of a half, each claim of it that was judged otherwise, too."""
    known = editions()
    index = FindingIndex(known)
    verdicts = yaml.safe_load((HERE / "drafts" / "verdicts.yml").read_text("utf-8"))
    for half, drafts in verdicts.items():
        found: list[Pair] = []
        for name, claims in drafts.items():
            path = HERE / "drafts" / f"{name}.md"
            text = " ".join(path.read_text("utf-8").replace("'", "’").split())
            found += pairs(text, claims, judge(passages(path), index))
        print(f"drafts, {half}")
        table(found)
        if half in sys.argv[1:]:
            for true, said, words, around in found:
                if true != said:
                    print(f"    {true} | {said} | {words} | {around}")
    said = yaml.safe_load((HERE / "drafts" / "sentences.yml").read_text("utf-8"))
    for half, texts in said.items():
        one_by_one(half, texts, index)
    questions = yaml.safe_load((HERE / "questions.yml").read_text("utf-8"))
    records = [record for _, held in known for record in held]
    for half, asked in questions.items():
        places = []
        for question, wanted in asked:
            ids = [str(match.record["id"]) for match in search(question, records)[0]]
            places.append(ids.index(wanted) if wanted in ids else len(ids) + 99)
            if half in sys.argv[1:] and places[-1]:
                print(f"    {question} | {places[-1]} | {ids[:3]}")
        first, three = sum(p == 0 for p in places), sum(p < 3 for p in places)
        print(f"questions, {half}: {first} of {len(places)} first, {three} in the first three")


if __name__ == "__main__":
    main()
