"""Files that nobody would write: parameters, text tables and workbooks changed at random. Nothing but the project's own error.

python tests/fuzz.py --parameters 20000 --csv 20000 --workbooks 3000 --minutes 60 --seed 1
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from fundaudit.catalogue import load_catalogue
from fundaudit.exact_yaml import ParameterError
from fundaudit.intake import IntakeError, read_county
from fundaudit.parameters import Parameters, read_parameters

TESTS = Path(__file__).parent
WORDS = (
    "county name data as_of report thresholds sources checks settings bureau limits file sheet headers values skip from_sheet unit url query "
    '"*" * & ! [ ] { } : - # | > ~ null true 是 2022-12-31 2022.13.45 1e999 .inf .nan 0x1F 1_000 -0 9999999999999999999999999 '
    "LP01 HP01 tolerance 到人到户补助资金发放表 支付明细 ../.. /etc/passwd \t <<: !!python/object:os.system \x00 \ufeff \ud7ff 一二三"
).split(" ")
PARAMETERS = """county: "610327"
name: 陇县
data: data
as_of: 2022-12-31
report: annual
thresholds:
  LP01: {tolerance: 0.05, grace: 30}
  TP01: {}
settings:
  pace: nodes
  nodes: {2022-06-30: 0.4, 2022-12-31: 1}
  targeted_subsidies: [产业奖补]
  limits: {seconds: 30, memory: 2GB, columns: 500}
bureau: {name: 某局, issued_on: 2023.1.5}
sources:
  支付明细:
    - {file: a.csv, headers: {日子: 支付日期}, unit: 万元}
  到人到户补助资金发放表:
    file: b.xlsx
    sheet: "*"
    values: {补助项目: 产业奖补}
    from_sheet: 乡镇
    skip: [封面]
  skip: [说明.csv]
"""


def mutated(content: bytes, chance: random.Random) -> bytes:
    """A few changes of a kind that editors, disks and people make."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(data) + 1)
        end = min(len(data), place + chance.randint(1, 40))
        kind = chance.randrange(6)
        if kind == 0:
            del data[place:end]
        elif kind == 1:
            data[place:place] = chance.choice(WORDS).encode("utf-8", "surrogatepass")
        elif kind == 2:
            data[place:place] = data[place:end]
        elif kind == 3 and place < len(data):
            data[place] = chance.randrange(256)
        elif kind == 4:
            data[place:place] = chance.choice([b"\n", b"  ", b"\r", b",", b'"', b":", b"\t", b"\x00"]) * chance.randint(1, 4)
        else:
            data[place:end] = bytes(reversed(data[place:end]))
    return bytes(data)


def one_of_parameters(chance: random.Random, folder: Path) -> None:
    (folder / "data").mkdir(exist_ok=True)
    own = folder / "parameters"
    own.mkdir(exist_ok=True)
    (own / "610327.yaml").write_bytes(mutated(PARAMETERS.encode(), chance))
    try:
        for parameters in read_parameters(own):
            load_catalogue(verified=True).thresholds(parameters)
    except ParameterError as error:
        assert str(error) and "610327" in str(error)


def _read(folder: Path) -> None:
    try:
        read_county(Parameters(county="610327", name="陇县", data=folder))
    except IntakeError as error:
        assert str(error)


def one_of_csv(chance: random.Random, folder: Path) -> None:
    path = chance.choice(CSV)
    (folder / path.name).write_bytes(mutated(path.read_bytes(), chance))
    _read(folder)


def one_of_workbooks(chance: random.Random, folder: Path) -> None:
    path = chance.choice(WORKBOOKS)
    content = path.read_bytes()
    if path.suffix == ".xlsx" and chance.random() < 0.8:
        content = _parts_mutated(content, chance)
    else:
        content = mutated(content, chance)
    (folder / path.name).write_bytes(content)
    _read(folder)


def _parts_mutated(content: bytes, chance: random.Random) -> bytes:
    """A workbook that still is an archive, with one of its parts changed."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        chosen = chance.choice(names)
        for name in names:
            part = old.read(name)
            new.writestr(name, mutated(part, chance) if name == chosen else part)
    return out.getvalue()


CORPORA = [p for corpus in ("dirt", "intake_cases") for p in sorted((TESTS / corpus).rglob("*")) if p.is_file()]
CSV = [p for p in CORPORA if p.suffix == ".csv" and p.name != "index.csv"]
WORKBOOKS = [p for p in CORPORA if p.suffix in (".xlsx", ".xls")]
KINDS: dict[str, Callable[[random.Random, Path], None]] = {
    "parameters": one_of_parameters,
    "csv": one_of_csv,
    "workbooks": one_of_workbooks,
}


def fuzz(kind: str, times: int, seed: int, until: float) -> tuple[int, list[str]]:
    """How many files were tried, and what went wrong, each with the seed that makes it again."""
    wrong: list[str] = []
    done = 0
    for number in range(times):
        if time.monotonic() > until:
            break
        own = f"{kind}-{seed}-{number}"
        folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        try:
            KINDS[kind](random.Random(own), folder)
        except BaseException as error:
            wrong.append(f"{own}: {type(error).__name__} {error}\n{traceback.format_exc(limit=-4)}")
            if isinstance(error, KeyboardInterrupt):
                raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        done += 1
    return done, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for kind, default in (("parameters", 20_000), ("csv", 20_000), ("workbooks", 3_000)):
        parser.add_argument(f"--{kind}", type=int, default=default)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    bad = 0
    for kind in KINDS:
        until = time.monotonic() + chosen.minutes * 60 / len(KINDS)
        done, wrong = fuzz(kind, getattr(chosen, kind), chosen.seed, until)
        bad += len(wrong)
        print(f"{kind}: seed {chosen.seed}, {done} tried, {len(wrong)} wrong", flush=True)
        for text in wrong[:10]:
            print(text, flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
