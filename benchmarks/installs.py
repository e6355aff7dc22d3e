"""Measure what an installation weighs and how long it takes to start, beside the four libraries that it stands on.

    python benchmarks/installs.py FOLDER      # an empty folder; needs uv on the PATH, and the network

Each of four fresh environments: the four libraries alone, the core, the core with [report], and with [lab].
"""

import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
BARE = "import pandas, seaborn, statsmodels.api"
OURS = """
import sesec_analysis as sa
table = sa.load("disciplined", place="seattle", end_years=2019, grade_level="all")
sa.rates(table, by="race_ethnicity")
"""
ROUNDS = 3


def run(*words: object, cwd: Path) -> float:
    """Run a command in a folder and return the processor seconds it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(word) for word in words], cwd=cwd, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(folder: Path) -> None:
    """Make the environments, and print size and time of each."""
    run("uv", "build", "--wheel", "--out-dir", folder, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    wanted = {
        "pandas, statsmodels, seaborn, pyarrow": ["pandas", "statsmodels", "seaborn", "pyarrow"],
        "sesec-analysis": [wheel],
        "sesec-analysis[report]": [f"{wheel}[report]"],
        "sesec-analysis[lab]": [f"{wheel}[lab]"],
    }
    pythons = {}
    for number, (name, packages) in enumerate(wanted.items()):
        home = folder / f"environment-{number}"
        run("uv", "venv", "--python", sys.executable, home, cwd=folder)
        pythons[name] = home / "bin" / "python"
        run("uv", "pip", "install", "--python", pythons[name], *packages, cwd=folder)
    elsewhere = folder / "empty"
    elsewhere.mkdir()
    times: dict[str, list[float]] = {name: [] for name in pythons}
    for _ in range(ROUNDS):  # in turn: what else the machine does weighs on all alike
        for name, python in pythons.items():
            times[name].append(run(python, "-c", OURS if "sesec" in name else BARE, cwd=elsewhere))
    print("| installed | MB | CPU seconds | of the first |\n|---|---|---|---|")
    first = min(next(iter(times.values())))
    for name, python in pythons.items():
        files = (path for path in python.parents[1].rglob("*") if path.is_file())
        size = sum(path.stat().st_size for path in files) / 1e6
        print(f"| {name} | {size:,.0f} | {min(times[name]):.1f} | {min(times[name]) / first:.2f} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
