"""A year of two counties: cases appear, are decided, put right, closed, come back with new evidence, expire, go out of sight; what each run's
report and papers say of it, and how the history reads afterwards. On SQLite and on a real PostgreSQL server.

Two sample counties, six audit dates, the checks of households and idle money; every run ends with the summary over both. Who plays, in
653129 (all planted in the sample; in 640422 nobody decides anything):
guo (HP03, paid in April after her death) is referred and comes back with the receipt; zulhumar (HP01, paid in August) is closed in
September and paid once more on 10 October; xu (HP01) is found normal until 15 November; zhang (HP01, 200 yuan) pays back on 5 November;
an account (IB01) lies idle in September and October.
"""

from __future__ import annotations

import csv
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from postgres import needs_postgres, postgres_server
from typer.testing import CliRunner

from fundaudit import cases_cli
from fundaudit.cli import app

pytestmark = pytest.mark.full
DATES = ("2022-04-30", "2022-08-31", "2022-09-30", "2022-10-31", "2022-11-30", "2022-12-31")
GUO = ("HP03", "653129194803025413")
ZULHUMAR = ("HP01", "65312919871215535X")
XU = ("HP01", "653129199702185373")
ZHANG = ("HP01", "653129195409165367")
ACCOUNT = ("IB01", "30653129040000005")
OTHER = "640422"
SETTLED = ("认定正常", "销号")
Key = tuple[str, str]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server("k0uling-9X") as place:
        yield place


class Workplace:
    """The county's folder as its inspectors see it, and the commands that they type."""

    def __init__(self, home: Path, sample_home: Path) -> None:
        self.home = home
        (home / "parameters").mkdir()
        shutil.copy(sample_home / "parameters" / "defaults.yaml", home / "parameters")
        for code in ("653129", OTHER):
            shutil.copytree(sample_home / "data" / code, home / "data" / code)
            own = (sample_home / "parameters" / f"{code}.yaml").read_text(encoding="utf-8")
            own = own.replace("report: annual", "report: special\nfamilies: [HP, IB]")
            (home / "parameters" / f"{code}.yaml").write_text(own, encoding="utf-8")
        for path in (home / "data" / OTHER).iterdir():  # of the other county its money alone: it is there to be counted
            if path.stem not in ("指标台账", "指标分配", "支付明细", "账户台账", "账户余额"):
                path.unlink()

    def type(self, *words: str) -> str:
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == 0, done.output
        return done.stdout

    def run(self, day: str) -> Path:
        self.type("run", "--as-of", day)
        return self.home / "outputs" / "653129" / day

    def decide(self, key: Key, *states: str, **more: str) -> None:
        number = self.numbers()[key]
        for state in states:
            extra = [word for name, value in more.items() for word in (f"--{name}", value)]
            self.type("cases", "decide", number, "--to", state, "--author", "张三", "--reason", f"{state}的理由", *extra)

    def numbers(self) -> dict[Key, str]:
        found = csv.DictReader(self.type("cases", "list", "653129", "--format", "csv", "--unmasked").splitlines())
        return {(row["疑点编号"].split("-")[1], row["对象"]): row["疑点编号"] for row in found}

    def more_payments(self, *rows: tuple[str, str, str, str, str]) -> None:
        """Lines that a township hands in later: line, number, name, yuan, day."""
        with (self.home / "data" / "653129" / "到人到户补助资金发放表（补报）.csv").open(
            "w", encoding="utf-8", newline=""
        ) as stream:
            writer = csv.writer(stream)
            writer.writerow(["发放序号", "证件号码", "姓名", "补助项目", "发放月份", "按户或按人补助", "金额", "发放日期"])
            for line, number, name, amount, day in rows:
                writer.writerow([line, number, name, "到户产业发展补助", "2022-08", "到户", amount, day])


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path, sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cases_cli.console, "width", 200)
    if request.param == "postgresql":
        url = f"postgresql+psycopg://auditor:k0uling-9X@{request.getfixturevalue('server')}"
        name = f"r{uuid.uuid4().hex[:12]}"
        with sa.create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        monkeypatch.setenv("FUNDAUDIT_REGISTER", url.replace("/postgres", f"/{name}"))
    return Workplace(tmp_path, sample_home)


def found(folder: Path) -> dict[Key, str]:
    """What a run found: key → state."""
    rows = pq.read_table(folder / "restricted" / "findings.parquet").to_pylist()
    return {(row["check"], row["subject"]): row["state"] for row in rows}


def text(path: Path) -> str:
    return re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8"))


def told(folder: Path) -> dict[str, int]:
    """The numbers of the report's sentence 与上次相比."""
    (sentence,) = re.findall(r"与上次相比（[^）]*）：(.*?)。", text(folder / "report.html")) or [""]
    patterns = {
        "新增": r"新增 ([\d,]+) 个", "持续": r"持续 ([\d,]+) 个", "再次": r"这次又列出 ([\d,]+) 个", "屡查屡犯": r"屡查屡犯）([\d,]+) 个",
        "消除": r"不再是疑点）([\d,]+) 个", "未再出现": r"检查对象中）([\d,]+) 个", "未定": r"断定是否消除 ([\d,]+) 个",
        "正常": r"认定正常而仍符合条件的 ([\d,]+) 个", "已处理": r"（销号）而仍符合条件的 ([\d,]+) 个",
    }  # fmt: skip
    numbers = {name: re.search(pattern, sentence) for name, pattern in patterns.items()}
    return {name: int(hit[1].replace(",", "")) for name, hit in numbers.items() if hit}


def numbers_agree(folder: Path, before: dict[Key, str], known: set[Key], states: dict[Key, str]) -> None:
    """The report's sentence against the runs' own files: which keys each of them has. `states`: as the register had them."""
    now, said = found(folder), told(folder)
    counted = {key for key, state in now.items() if state not in SETTLED}
    counts = {
        "新增": len(counted - known),
        "持续": len(counted & before.keys()),
        "再次": len((counted & known) - before.keys()),
        "屡查屡犯": sum(state == "疑点" and states.get(key) == "销号" for key, state in now.items()),
        "正常": list(now.values()).count("认定正常"),
        "已处理": list(now.values()).count("销号"),
    }
    assert {name: n for name, n in counts.items() if n} == {name: n for name, n in said.items() if name in counts}
    gone = [key for key in before.keys() - now.keys() if states.get(key) not in SETTLED]
    assert len(gone) == sum(said.get(name, 0) for name in ("消除", "未再出现", "未定"))
    assert f"发现疑点 {len(counted):,} 个" in text(folder / "report.html")


def summary_agrees(report: Path, counties: list[dict[Key, str]]) -> None:
    """The regional summary counts what both counties count."""
    counted = sum(state not in SETTLED for own in counties for state in own.values())
    assert f"汇总 {len(counties)} 个县" in text(report) and f"疑点 {counted:,} 个" in text(report)


def paper(folder: Path, name: str, restricted: bool = False) -> str:
    """A paper of a run; empty where it was not written."""
    place = folder / "restricted" / "documents" if restricted else folder / "documents"
    return "".join(text(path) for path in sorted(place.glob(f"{name}*.html")))


def test_six_dates(place: Workplace) -> None:
    known: set[Key] = set()
    states: dict[Key, str] = {}
    before: dict[Key, str] = {}

    others: list[dict[Key, str]] = []  # what the other county's runs found

    def go(day: str) -> tuple[Path, dict[Key, str]]:
        nonlocal before
        folder = place.run(day)
        beside = place.home / "outputs" / OTHER / day
        if others:
            numbers_agree(beside, others[-1], {key for found_ in others for key in found_}, {})
        others.append(found(beside))
        summary_agrees(place.home / "outputs" / "region" / day / "report.html", [found(folder), found(beside)])
        if before:
            numbers_agree(folder, before, known, states)
        before = found(folder)
        known.update(before)
        states.update(before)
        return folder, before

    def decide(key: Key, *to: str, **more: str) -> None:
        place.decide(key, *to, **more)
        states[key] = to[-1]

    # April: guo appears; she is verified, found true and referred.
    folder, now = go("2022-04-30")
    assert now[GUO] == "疑点" and ZULHUMAR not in now
    assert not told(folder), "nothing to compare with"
    guo = place.numbers()[GUO]
    assert guo in paper(folder, "检查工作底稿", restricted=True)
    assert paper(folder, "移送清单", restricted=True) == ""
    decide(GUO, "核实中", deadline="2022-05-31")
    decide(GUO, "认定属实")
    decide(GUO, "移送", receiver="伽师县纪委监委")

    # August: the payments of August are there.
    folder, now = go("2022-08-31")
    assert (now[GUO], now[ZULHUMAR], now[XU], now[ZHANG]) == ("移送", "疑点", "疑点", "疑点")
    referred = paper(folder, "移送清单", restricted=True)
    assert guo in referred and "伽师县纪委监委" in referred and "郭月娥" in referred
    assert place.numbers()[ZULHUMAR] not in referred
    assert "郭月娥" not in paper(folder, "整改台账") and guo in paper(folder, "整改台账")
    decide(ZULHUMAR, "核实中", deadline="2022-09-10")
    decide(ZULHUMAR, "认定属实")
    decide(ZULHUMAR, "整改中", deadline="2022-09-30")
    between = place.type("cases", "export", "--documents", "--county", "653129")
    (papers,) = (place.home / "outputs" / "653129" / "documents").iterdir()
    assert str(papers.name) in between
    notice = "".join(text(p) for p in papers.glob("整改通知单-*.html"))
    assert place.numbers()[ZULHUMAR] in notice and "吐尔逊·祖丽胡玛尔" not in notice
    assert "吐尔逊·祖丽胡玛尔" in "".join(text(p) for p in papers.glob("restricted/整改通知单-*.html"))
    decide(ZULHUMAR, "已整改", recovered="2600.00")
    decide(ZULHUMAR, "销号")
    decide(XU, "核实中", deadline="2022-09-10")
    decide(XU, "认定正常", deadline="2022-11-15")

    # September: the same evidence again is dealt with; the account lies idle.
    folder, now = go("2022-09-30")
    assert (now[ZULHUMAR], now[XU], now[ACCOUNT]) == ("销号", "认定正常", "疑点")
    settled = text(folder / "report.html").split("已认定正常和已处理的疑点", 1)[1]
    assert place.numbers()[ZULHUMAR] in settled and "销号的理由" in settled
    assert place.numbers()[XU] in settled and "认定正常的理由" in settled and "2022-11-15" in settled
    assert place.numbers()[ZULHUMAR] not in paper(folder, "检查工作底稿", restricted=True)
    assert "领取人不在帮扶对象名册" in paper(folder, "警示案例") and "祖丽胡玛尔" not in paper(folder, "警示案例")
    decide(GUO, "销号")

    # October: zulhumar was paid once more, which she was not when her case was closed.
    place.more_payments(("BB001", ZULHUMAR[1], "吐尔逊·祖丽胡玛尔", "100.00", "2022-10-10"))
    folder, now = go("2022-10-31")
    assert (now[ZULHUMAR], now[XU], now[GUO]) == ("疑点", "认定正常", "销号")
    assert told(folder)["屡查屡犯"] == 1
    assert "销号 → 疑点" not in paper(folder, "检查工作底稿", restricted=True), "the run itself is not in the register yet"
    assert place.numbers()[ZULHUMAR] in paper(folder, "检查工作底稿", restricted=True)

    # November: xu's time is over, zhang paid back, the account is in use again.
    place.more_payments(
        ("BB001", ZULHUMAR[1], "吐尔逊·祖丽胡玛尔", "100.00", "2022-10-10"),
        ("BB002", ZHANG[1], "张彩霞", "-200.00", "2022-11-05"),
    )
    folder, now = go("2022-11-30")
    assert now[XU] == "疑点" and ZHANG not in now and ACCOUNT not in now
    assert told(folder)["未再出现"] >= 1 and told(folder)["消除"] >= 1

    # December: nothing new of them.
    folder, now = go("2022-12-31")
    assert (now[ZULHUMAR], now[XU], now[GUO]) == ("疑点", "疑点", "销号") and ZHANG not in now

    history_reads_as_it_happened(place.type)
    assert any(others), "the other county is counted with something"


def history_reads_as_it_happened(type_: Callable[..., str]) -> None:
    cases = {
        row["对象"]: row
        for row in csv.DictReader(type_("cases", "list", "--check", "HP01", "--format", "csv", "--unmasked").splitlines())
    }
    zulhumar = type_("cases", "show", cases[ZULHUMAR[1]]["疑点编号"])
    moves = re.findall(r"(\S+) → (\S+)　", zulhumar)
    assert moves == [
        ("疑点", "核实中"), ("核实中", "认定属实"), ("认定属实", "整改中"), ("整改中", "已整改"), ("已整改", "销号"), ("销号", "疑点"),
    ]  # fmt: skip
    assert "列出：2022-08-31 至 2022-12-31" in zulhumar and "追回 2,600.00 元" in zulhumar
    assert "认定正常的有效期到 2022-11-15，已过" in type_("cases", "show", cases[XU[1]]["疑点编号"])
    assert "列出：2022-08-31 至 2022-10-31" in type_("cases", "show", cases[ZHANG[1]]["疑点编号"])
    assert "办理记录完整" in type_("cases", "verify")
    rates = type_("cases", "rates")
    assert re.search(r"HP01.*\s2\s+1\s+1\s", rates), rates  # zulhumar true, xu normal
    assert re.search(r"HP03.*\s1\s+1\s+0\s", rates), rates
