"""Measure the draft checker and the search on sentences and questions whose answers are known.

Run ``python benchmarks/drafts.py``, with the names of groups to print what was missed.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import yaml

from sesec_analysis.archive.drafts.check import PASSED_OVER, QUIET, TO_CORRECT, judge
from sesec_analysis.archive.drafts.known_findings import FindingIndex
from sesec_analysis.archive.drafts.reading import Passage
from sesec_analysis.checkout import published_folder
from sesec_analysis.editions import built_editions
from sesec_analysis.evidence.search import SearchIndex

HERE = Path(__file__).parent


def measure(name: str, sentences: Iterable[str], index: FindingIndex) -> None:
    """Print how many sentences are judged right, how many are called wrong, and how many are not judged."""
    right = wrong = total = 0
    for sentence in sentences:
        judged = judge([Passage("", sentence)], index)
        verdicts = {one.verdict for one in judged}
        is_right = verdicts <= set(QUIET) and verdicts != {PASSED_OVER}
        total, right, wrong = total + 1, right + is_right, wrong + bool(verdicts & set(TO_CORRECT))
        if name in sys.argv[1:]:
            print(f"    {'right' if is_right else 'open'}: {sentence}")
    print(
        f"{name}: {right} of {total} right, {wrong} called wrong, {total - right - wrong} not judged"
    )


def main() -> None:
    """Print what the checker and the search make of the sentences and questions in this folder."""
    folders = sorted((path for path in published_folder().iterdir() if path.is_dir()), reverse=True)
    editions = [(folder.name, built_editions.read_findings(folder)) for folder in folders]
    index = FindingIndex(editions)
    sentences = yaml.safe_load((HERE / "drafts" / "sentences.yml").read_text("utf-8"))
    for half, kinds in sentences.items():
        for kind, texts in kinds.items():
            measure(f"{half} {kind}", texts, index)
    search = SearchIndex(record for _, held in editions for record in held)
    questions = yaml.safe_load((HERE / "questions.yml").read_text("utf-8"))
    for half, asked in questions.items():
        found = [(search.search(question)[0], wanted) for question, wanted in asked]
        first = sum(bool(best) and best[0].record["id"] == wanted for best, wanted in found)
        print(f"questions, {half}: {first} of {len(asked)} first")


if __name__ == "__main__":
    main()
