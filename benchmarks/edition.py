"""Measure a whole edition against stock papermill: products, their forms and the attack, against the notebooks alone.

They are run in turn, each from nothing, as many rounds as its argument says (three): stock papermill, ours in English
alone, and ours in all languages. Processor seconds count all processes that were started, those that outlive their
parents too. Stock papermill is run once more in this process, to split what it takes into cells and saving.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from processor import took

from sesec_analysis import checkout
from sesec_analysis.editions import build, editions, pool

EDITION = "annual-2024"
ROUNDS = 3
ENGLISH = """
import sys
from pathlib import Path
from sesec_analysis.cli.report import Wanted, build_one
from sesec_analysis.editions.documents import notebook
notebook.translated_languages = lambda: ()
build_one(Wanted(sys.argv[2], Path(sys.argv[1]), {}, strict=False, quiet=True, is_own=True))
"""
"""Builds an edition in English alone, whether it is up to date or not."""


def stock_words(plan: build.Plan, product: build.Product, out: Path) -> list[str]:
    """Return the command that has stock papermill run a notebook of an edition with its values."""
    words = [sys.executable, "-m", "papermill", "--no-progress-bar", "--log-level", "ERROR"]
    words += [str(product.path), str(out), "--cwd", str(product.path.parent)]
    for name, value in _values(plan, product).items():
        words += ["-y", json.dumps({name: value})]
    return words


def _values(plan: build.Plan, product: build.Product) -> dict[str, object]:
    return {name: plan.values[name] for name in product.declared}


def saving(plan: build.Plan, out: Path) -> tuple[float, int]:
    """Return the seconds that stock papermill saves in this process, and how often it does."""
    import papermill

    spent: list[float] = []
    write = papermill.engines.write_ipynb

    def timed(made: object, path: str) -> None:
        began = time.process_time()
        write(made, path)
        spent.append(time.process_time() - began)

    papermill.engines.write_ipynb = papermill.execute.write_ipynb = timed
    os.environ.update(pool.SURROUNDINGS)
    for product in plan.products:
        papermill.execute_notebook(
            product.path,
            out,
            _values(plan, product),
            cwd=product.path.parent,
            progress_bar=False,
            log_output=False,
        )
    return sum(spent), len(spent)


def main(rounds: int) -> None:
    """Print the ways' processor seconds, round by round, their ratios, and what stock papermill saves."""
    root = checkout.root()
    plan = build.plan_edition(EDITION, editions.editions()[EDITION])
    ours, english, stock = [], [], []
    with tempfile.TemporaryDirectory() as scratch:
        sesec = [str(Path(sys.executable).with_name("sesec")), "report", EDITION, "--quiet"]
        alone = [sys.executable, "-c", ENGLISH, scratch, EDITION]
        executed = Path(scratch, "stock.ipynb")
        for at in range(1, rounds + 1):
            words = [stock_words(plan, product, executed) for product in plan.products]
            stock.append(sum(took(command, root) for command in words))
            english.append(took(alone, root))
            ours.append(took([*sesec, "--force", "--out", scratch], root))
            print(
                f"round {at}: stock papermill {stock[-1]:.1f} s, ours with all forms and the attack in English "
                f"{english[-1]:.1f} s, in all languages {ours[-1]:.1f} s",
                flush=True,
            )
        size = executed.stat().st_size / 1e6
        saved, times = saving(plan, Path(scratch, "split.ipynb"))
    least = min(stock)
    print(
        f"stock papermill, {size:.0f} MB: {least:.1f} s, of them {saved:.1f} s in {times} savings"
    )
    for name, times in ((" in English", english), ("", ours)):
        print(
            f"sesec report {EDITION}{name}: {min(times):.1f} s, {min(times) / least:.2f} of stock papermill"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else ROUNDS)
