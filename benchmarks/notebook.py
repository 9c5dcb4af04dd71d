"""What a county costs beside a notebook that reads nothing: papermill and nbconvert over one that only imports pandas and
matplotlib and draws as many figures.

python benchmarks/notebook.py [--quick]

Marginal times: eight less two, by six, one kernel at work at a time, in one process; the counties are copies of one sample county.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

CODES = ["110101", "110102", "110105", "110106", "110107", "110108", "110109", "110111"]
IMPORTS = "import pandas as pd\nimport matplotlib.pyplot as plt"
FIGURE = "fig, ax = plt.subplots(figsize=(9, 3.4))\nax.plot(range(12), range(12))\nplt.show()"


def county_copies(home: Path) -> None:
    """Eight counties with the sample county's files."""
    subprocess.run([sys.executable, "-m", "fundaudit", "sample"], cwd=home, check=True, capture_output=True)
    text = (home / "parameters" / "653129.yaml").read_text(encoding="utf-8")
    for code in CODES:
        shutil.copytree(home / "data" / "653129", home / "data" / code)
        (home / "parameters" / f"{code}.yaml").write_text(text.replace("653129", code), encoding="utf-8")


PLAIN = """
import sys, papermill, nbconvert
for k in range(int(sys.argv[1])):
    notebook = papermill.execute_notebook("plain.ipynb", f"out{k}.ipynb", progress_bar=False)
    html, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
    open(f"out{k}.html", "w", encoding="utf-8").write(html)
"""


def figures(home: Path) -> int:
    """How many figures the reports of a county have, that of its audit and the periodic one."""
    (folder,) = (home / "outputs" / CODES[0]).glob("????-??-??")
    return sum(
        path.read_text(encoding="utf-8").count("<svg") for path in (folder / "report.html", *folder.glob("reports/*.html"))
    )


def plain(home: Path, times: int) -> float:
    """Seconds of papermill and nbconvert to HTML over a notebook that imports and draws as many figures as a county's reports have, so
    many times in one process."""
    cells = [nbformat.v4.new_code_cell(source) for source in (IMPORTS, *[FIGURE] * figures(home))]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), home / "plain.ipynb")
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", PLAIN, str(times)], cwd=home, check=True, capture_output=True)
    return time.perf_counter() - start


def run(home: Path, codes: list[str]) -> float:
    call = [sys.executable, "-m", "fundaudit", "run", *codes, "--jobs", "1", "--force"]
    start = time.perf_counter()
    subprocess.run(call, cwd=home, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Prints every round and the median of the ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="one round")
    rounds = 1 if parser.parse_args().quick else 5
    with tempfile.TemporaryDirectory() as place:
        home, ratios = Path(place), []
        county_copies(home)
        for _ in range(rounds):
            county = (run(home, CODES) - run(home, CODES[:2])) / 6
            one_more = (plain(home, 8) - plain(home, 2)) / 6
            ratios.append(county / one_more)
            print(
                f"one more notebook that only draws {figures(home)} figures {one_more:.2f} s, one more county {county:.2f} s, {ratios[-1]:.2f} times"
            )
        print(f"median of {rounds}: one more county costs {statistics.median(ratios):.2f} times as much, at most 1.5 asked for")


if __name__ == "__main__":
    main()
