"""The workbench's parts without a browser: filters, stories, thresholds, decisions, samples, money, and what is masked."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from fundaudit import workbench
from fundaudit.catalogue import Catalogue, CheckError, load_catalogue
from fundaudit.county import open_run
from fundaudit.exact_yaml import ParameterError
from fundaudit.judge import judge
from fundaudit.parameters import Parameters
from fundaudit.register import history
from fundaudit.register.casework import Decision, decide, shown
from fundaudit.register.viewings import recorded_viewings
from fundaudit.run import kernel
from fundaudit.sampling import SamplingError
from fundaudit.workbench import field_samples, flow, trail
from fundaudit.workbench.bench import Workbench
from fundaudit.workbench.desk import EMPTY, SORTS, Desk, Wanted, open_desk
from fundaudit.workbench.field_samples import Plan
from fundaudit.workbench.story import story
from fundaudit.workbench.thresholds_tab import exact, slider

AT = "2023-01-05T09:00:00+08:00"


@pytest.fixture
def home(sample_home: Path, sample_run: Path, tmp_path: Path) -> Path:
    """A workplace of its own: a county's run, its parameters and the register."""
    shutil.copytree(sample_home / "parameters", tmp_path / "parameters")
    shutil.copytree(sample_home / "data", tmp_path / "data")
    shutil.copytree(sample_run.parents[1], tmp_path / "outputs")
    return tmp_path


@pytest.fixture
def bench(home: Path) -> Iterator[Workbench]:
    own = Workbench(str(home / "outputs"))
    own.author.value = "张三"
    yield own


@pytest.fixture
def desk(home: Path) -> Desk:
    return open_desk("653129", outputs=home / "outputs")


def numbers(county: Any) -> set[str]:
    """Every identity number of the county's household lines, registers and lists."""
    tables = [county.tables[name] for name in ("household_payments", "beneficiaries", "registers")]
    return {n for table in tables for n in pc.unique(table["id_number"]).to_pylist() if n and len(n) == 18}


# ---- findings


def test_filters_take_what_they_say(desk: Desk) -> None:
    every = desk.county.every_finding
    towns = {f["township"] for f in every if f["township"]}
    for which, holds in (
        (Wanted(), lambda f: True),
        (Wanted(family="到人到户", severity="高"), lambda f: f["family"] == "到人到户" and f["severity"] == "高"),
        (Wanted(check="LP01"), lambda f: f["check"] == "LP01"),
        (Wanted(township=min(towns)), lambda f: f["township"] == min(towns)),
        (Wanted(unit=EMPTY), lambda f: f["unit"] is None),
        (Wanted(least=Decimal("2000.00")), lambda f: f["amount"] is not None and f["amount"] >= 2000),
        (Wanted(text=" ｈp04 "), lambda f: "HP04" in f["case_no"]),
        (Wanted(state="核实中"), lambda f: False),
    ):
        found = desk.select(which)
        wanted = [f for f in every if holds(f)]
        assert {r["case_no"] for r in found.rows} == {f["case_no"] for f in wanted}, which
        assert (found.count, found.amount) == (len(wanted), sum((f["amount"] or 0 for f in wanted), Decimal(0)))


def test_masked_nobody_is_guessed_by_looking_for_parts(desk: Desk) -> None:
    """A person is found by the whole name or number, or by what may be seen of it; unmasked by any part."""
    own = next(r for r in desk.select(Wanted(check="HP04")).rows)
    number, name = own["subject"], own["name"]
    for text, found in ((number, True), (name, True), (number[:12], False), (number[-6:], False), (name[:2], len(name) == 2)):
        assert bool(desk.select(Wanted(text=text)).rows) is found, text
    people = [(number, True), (name, True), (number[:6], True), (number[-2:], True), (number[:7], False), (number[-3:], False)]
    for text, found in people:
        assert (len(trail.people_named(desk, text)) > 0) is found, text
    desk.masked = False
    assert desk.select(Wanted(text=number[:12])).rows and desk.select(Wanted(text="到户产业")).rows
    assert number in {key for _, key in trail.people_named(desk, number[:12])}


def test_sorting_is_the_engines_and_has_no_chance_in_it(desk: Desk) -> None:
    for sort in SORTS:
        rows = desk.select(Wanted(), sort).rows
        assert [r["case_no"] for r in rows] == [r["case_no"] for r in desk.select(Wanted(), sort).rows]
    amounts = [r["amount"] for r in desk.select(Wanted(), "金额从大到小").rows if r["amount"] is not None]
    assert amounts == sorted(amounts, reverse=True)
    severities = ["高中低".index(r["severity"]) for r in desk.select(Wanted()).rows]
    assert severities == sorted(severities)


def test_at_most_500_rows_are_sent(desk: Desk) -> None:
    """Twelve hundred findings more of the first."""
    desk.con.execute(
        "INSERT INTO found SELECT f.* REPLACE ('653129-XX01-' || lpad(CAST(n AS VARCHAR), 6, '0') AS case_no)"
        " FROM (FROM found ORDER BY case_no LIMIT 1) f, range(1200) r(n)"
    )
    own = desk.select(Wanted())
    assert len(own.rows) == 500 and own.count == 1200 + len(desk.county.every_finding)


def test_a_choice_is_by_the_cases_number(bench: Workbench) -> None:
    tab = bench.findings
    assert f"<b>{len(bench.desk.county.every_finding):,}</b>" in tab.count.value
    tab.filters["family"].value = "资金闲置"
    assert set(tab.rows.df["疑点"]) == {f["title"] for f in titled(bench) if f["family"] == "资金闲置"}
    tab.rows.selected_rows = [2]
    assert tab.chosen == tab.rows.df["疑点编号"].iloc[2] and tab.chosen in tab.story.value
    tab.least.value = "不是数"
    assert "不是数，没有用来筛选" in tab.count.value
    tab._clear(None)
    assert f"<b>{len(bench.desk.county.every_finding):,}</b>" in tab.count.value and tab.least.value == ""
    assert tab.rows.selected_rows == [tab.keys.index(tab.chosen)] and tab.below.layout.display is None, "what was chosen stays so"
    tab.text.value = "没有这样的字"
    assert tab.below.layout.display == "none" and not tab.keys


def titled(bench: Workbench) -> list[dict[str, Any]]:
    checks = bench.desk.county.catalogue.checks
    return [f | {"title": checks[f["check"]].title} for f in bench.desk.county.every_finding]


def test_the_story_of_every_check_says_what_it_must(desk: Desk) -> None:
    for outcome in desk.county.about.outcomes:
        if not outcome.flagged:
            continue
        own = desk.select(Wanted(check=outcome.check)).rows[0]
        check = desk.county.catalogue.checks[outcome.check]
        text = story(desk, own["case_no"]).text
        for said in (own["case_no"], check.title, check.innocent[0], check.advice, "还没有人办理", "判定用的 SQL", "依据"):
            assert said.replace("<", "&lt;").replace(">", "&gt;") in text, (outcome.check, said)
    with pytest.raises(KeyError, match="没有疑点编号"):
        story(desk, "653129-HP04-999999")


def test_a_story_shows_the_other_findings_on_the_same_lines(desk: Desk) -> None:
    """What is paid twice is also above the standard: other checks flag the same lines, of other subjects. The equal line stands beside."""
    own = desk.select(Wanted(check="HP04")).rows[0]
    text = story(desk, own["case_no"]).text
    keys = {row["paid_key"] for row in desk.behind(own["case_no"])}
    subjects = {
        (code, row["subject"])
        for code, table in desk.county.every_evidence.items()
        if "paid_key" in table.column_names
        for row in table.select(["subject", "flag", "paid_key"]).to_pylist()
        if row["flag"] and row["paid_key"] in keys
    }
    others = {f["case_no"] for f in desk.county.every_finding if (f["check"], f["subject"]) in subjects} - {own["case_no"]}
    assert others and all(number in text for number in others)
    assert "对照" in text


def test_both_records_of_a_near_match(desk: Desk) -> None:
    desk.masked = False
    own = desk.select(Wanted(check="HP03")).rows[0]
    text = story(desk, own["case_no"]).text
    (row,) = [r for r in desk.behind(own["case_no"]) if r["flag"]][:1]
    assert "两边的记录" in text and row["名单证件号码"] in text and row["证件号码"] in text


# ---- personal data


def test_nothing_personal_is_shown_until_somebody_says_why(bench: Workbench) -> None:
    """Each tab, a story of every check, the page of a person: no identity number; after a reason, they are there, and written down."""
    desk = bench.desk
    secret = numbers(desk.county)
    assert len(secret) > 300

    def every_text() -> str:
        texts = []
        for outcome in desk.county.about.outcomes:
            if outcome.flagged:
                bench.findings.open(desk.select(Wanted(check=outcome.check)).rows[0]["case_no"])
                texts += [bench.findings.story.value, str(bench.findings.rows.df.to_dict())]
        person = desk.select(Wanted(check="HP04")).rows[0]["subject"]
        bench._open_page("个人", person)
        texts += [bench.trail.page.value, bench.trail.text.value, str([label for label, _ in bench.trail.found.options])]
        bench.thresholds.check.value = "HP03"
        bench.thresholds.sliders["grace_days"].value = 360
        for population in ("findings", "lines"):
            bench.sampling.population.value = population
            bench.sampling._draw(None)
            texts += [bench.sampling.result.value]
        return "\n".join([*texts, bench.thresholds.result.value])

    masked = every_text()
    assert not [n for n in secret if n in masked]
    whole = bench.switch
    whole.switch.value = True
    whole.button.click()
    assert desk.masked and "要写明查看人和理由" in whole.message.value
    whole.reason.value = "入户核实前核对号码"
    whole.button.click()
    shown_whole = every_text()
    assert not desk.masked and sum(n in shown_whole for n in secret) > 20
    with desk.register() as engine:
        (viewing,) = recorded_viewings(engine)
    assert (viewing["author"], viewing["reason"], viewing["county"]) == ("张三", "入户核实前核对号码", "653129")
    whole.switch.value = False
    masked = every_text()
    assert desk.masked and not [n for n in secret if n in masked]


def test_whoever_does_not_say_who_he_is_sees_nothing(bench: Workbench) -> None:
    bench.author.value = " "
    bench.switch.switch.value = True
    bench.switch.reason.value = "看看"
    bench.switch.button.click()
    assert bench.desk.masked and "请先填写检查人" in bench.switch.message.value


def with_rows(home: Path, table: str, *rows: dict[str, Any]) -> Desk:
    """The desk over a run to whose table rows like its first one are added."""
    path = home / "outputs" / "653129" / "2022-12-31" / "restricted" / "tables" / f"{table}.parquet"
    own = pq.ParquetFile(path).read()
    first = own.slice(0, 1).to_pylist()[0]
    more = pa.Table.from_pylist([first | row for row in rows], schema=own.schema)
    pq.write_table(pa.concat_tables([own, more]), path)
    return open_desk("653129", outputs=home / "outputs")


def test_names_that_stand_where_no_name_is_expected_are_hidden(home: Path) -> None:
    """A household line after the audit date, a contractor that is a person, a project that is called after one."""
    line = {
        "line_id": "LATE",
        "name": "欧阳晚到",
        "id_number": "110101196001010010",
        "card_no": "123456789012",
        "paid_on": date(2023, 3, 1),
    }
    desk = with_rows(home, "household_payments", line)
    assert desk.text("付欧阳晚到劳务费") == "付欧***劳务费"
    assert "123456789012" not in desk.text("账号123456789012")
    finding = dict.fromkeys(("name", "unit", "township", "village", "department", "responsible", "detail", "deadline"), "")
    kinds = {"contractor": "欧阳晚到", "project_id": "XM1"}
    for kind, subject in kinds.items():
        own = desk.shown(
            {
                **finding,
                "subject_kind": kind,
                "subject": subject,
                "name": "欧阳晚到家庭院建设" if kind == "project_id" else subject,
            }
        )
        assert "晚到" not in str(own), own


def test_what_was_looked_up_whole_is_hidden_again(bench: Workbench) -> None:
    desk = bench.desk
    own = desk.select(Wanted(check="HP04")).rows[0]
    desk.masked = False
    bench.trail.text.value = own["name"]
    assert own["subject"] in str(bench.trail.found.options[0][0])
    desk.masked = True
    bench._redraw()
    assert (
        own["name"]
        not in str([label for label, _ in bench.trail.found.options]) + bench.trail.page.value + bench.trail.text.value
    )


# ---- deciding


def form(bench: Workbench, case_no: str, reason: str = "入户核实") -> Any:
    bench.findings.open(case_no)
    own = bench.findings.deciding
    own.reason.value, own.deadline.value = reason, date(2099, 12, 1)
    return own


def test_a_decision_goes_to_the_register_and_is_seen_everywhere(bench: Workbench) -> None:
    case_no = bench.desk.county.every_finding[0]["case_no"]
    own = form(bench, case_no)
    assert tuple(own.to.options) == ("核实中",)
    own.button.click()
    assert "已登记：疑点 → 核实中" in own.message.value
    with bench.desk.register() as engine:
        case = shown(engine, case_no)
    assert case["state"] == "核实中"
    (event,) = case["history"]
    assert (event["author"], event["reason"], event["deadline"]) == ("张三", "入户核实", "2099-12-01")
    assert tuple(own.to.options) == ("认定正常", "认定属实") and own.reason.value == ""
    assert "张三：疑点 → 核实中" in bench.findings.story.value
    bench.findings.filters["state"].value = "核实中"
    assert list(bench.findings.rows.df["疑点编号"]) == [case_no]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda b, f: setattr(b.author, "value", ""), "请先填写检查人；没有登记"),
        (lambda b, f: setattr(f.reason, "value", " "), "请先填写理由；没有登记"),
        (lambda b, f: setattr(f.deadline, "value", date(2020, 1, 1)), "期限 2020-01-01 已经过去"),
        (lambda b, f: setattr(f.recovered, "value", "-5"), "追回金额 -5 小于零"),
        (lambda b, f: setattr(f.deadline, "value", None), "还要写明：期限；没有登记"),
        (lambda b, f: setattr(f.recovered, "value", "三千"), "“追回”不是金额"),
    ],
)
def test_what_lacks_something_is_not_registered(bench: Workbench, change: Any, told: str) -> None:
    case_no = bench.desk.county.every_finding[0]["case_no"]
    own = form(bench, case_no)
    change(bench, own)
    own.button.click()
    assert told in own.message.value and "--" not in own.message.value
    with bench.desk.register() as engine:
        assert shown(engine, case_no)["state"] == "疑点"


def test_a_second_click_is_no_second_decision(bench: Workbench) -> None:
    case_no = bench.desk.county.every_finding[0]["case_no"]
    own = form(bench, case_no)
    own.button.click()
    own.button.click()
    assert "已登记：疑点 → 核实中" in own.message.value
    own.reason.value = "再看"
    own.button.click()
    assert "请先选择改为哪种状态" in own.message.value


def test_of_two_inspectors_one_wins_and_the_other_is_told(home: Path, bench: Workbench) -> None:
    other = Workbench(str(home / "outputs"))
    other.author.value = "李四"
    case_no = bench.desk.county.every_finding[0]["case_no"]
    first, second = form(bench, case_no), form(other, case_no, "电话核实")
    first.button.click()
    second.button.click()
    assert "现在已是“核实中”，有人改过，请重新查看" in second.message.value
    assert "张三：疑点 → 核实中，入户核实" in other.findings.story.value, "what the other did is shown"
    assert tuple(second.to.options) == ("认定正常", "认定属实")
    second.reason.value = "再核实"
    second.button.click()
    assert second.to.value is None and "请先选择改为哪种状态" in second.message.value
    with bench.desk.register() as engine:
        assert [e["author"] for e in shown(engine, case_no)["history"]] == ["张三"]


KILLED = """
import os, signal, sys
from fundaudit.register import casework, history
from fundaudit.workbench.bench import Workbench

def killed(connection, event):
    number = history.append(connection, event)
    os.kill(os.getpid(), signal.SIGKILL)  # the event is written, the transaction is not ended

casework.append = killed
bench = Workbench(sys.argv[1])
bench.author.value = "张三"
bench.findings.open(sys.argv[2])
form = bench.findings.deciding
import datetime
form.reason.value, form.deadline.value = "入户核实", datetime.date(2099, 12, 1)
form.button.click()
"""


def test_a_kernel_that_is_killed_in_a_decision_leaves_the_register_as_it_was(home: Path, desk: Desk) -> None:
    case_no = desk.county.every_finding[0]["case_no"]
    done = subprocess.run([sys.executable, "-c", KILLED, str(home / "outputs"), case_no], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with desk.register() as engine, engine.connect() as connection:
        assert shown(engine, case_no)["history"] == [] and history.problems(connection) == []
        decide(engine, [Decision(case_no, "核实中", "李四", "入户", date(2099, 12, 1), seen="疑点")], AT)
        assert shown(engine, case_no)["state"] == "核实中"


def test_the_figures_follow_a_decision(bench: Workbench) -> None:
    case_no, every = bench.desk.county.every_finding[0]["case_no"], len(bench.desk.county.finding_rows)
    assert f"{every:,} 个" in bench.head.value
    for to in ("核实中", "认定正常"):
        own = form(bench, case_no)
        own.to.value = to
        own.button.click()
        assert "已登记" in own.message.value
    assert f"{every - 1:,} 个" in bench.head.value


def test_an_address_of_a_register_that_is_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNDAUDIT_REGISTER", "not an address")
    assert "不是数据库地址" in Workbench(str(home / "outputs")).message.value


def test_without_a_register_nothing_is_decided(home: Path) -> None:
    (home / "outputs" / "register.sqlite").unlink()
    bench = Workbench(str(home / "outputs"))
    bench.author.value = "张三"
    own = form(bench, bench.desk.county.every_finding[0]["case_no"])
    own.button.click()
    assert "没有登记库，请先运行 fundaudit run；没有登记" in own.message.value
    assert not (home / "outputs" / "register.sqlite").exists()


# ---- thresholds


def test_a_moved_slider_shows_what_comes_and_goes(bench: Workbench) -> None:
    """IB02 flags what is unallocated after 30 days: after 365 days fewer, and those are named."""
    tab = bench.thresholds
    tab.check.value = "IB02"
    assert "移动滑块试算" in tab.result.value
    tab.sliders["days"].value = 360
    fewer = bench.desk.county.judged_again("IB02", days=360)
    own = [f for f in bench.desk.county.every_finding if f["check"] == "IB02"]
    assert 0 < len(fewer["消除"]) <= len(own)
    assert f"消除的疑点（{len(fewer['消除'])} 个）" in tab.result.value and "没有新增的疑点" in tab.result.value
    assert f"-{len(fewer['消除'])}" in tab.result.value
    tab._open()
    assert str(tab.values()["days"]) == bench.desk.county.about.thresholds["IB02"]["days"] and "移动滑块试算" in tab.result.value


def test_keeping_writes_the_countys_parameters(home: Path, bench: Workbench) -> None:
    path = home / "parameters" / "653129.yaml"
    before = path.read_text(encoding="utf-8")
    tab = bench.thresholds
    tab.check.value = "IB02"
    tab.keep.click()
    assert "没有改动" in tab.message.value and path.read_text(encoding="utf-8") == before
    tab.sliders["days"].value = 60
    tab.keep.click()
    assert "已写入 parameters/653129.yaml" in tab.message.value and "60 天" in tab.message.value
    after = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in after if "IB02" not in line] == before.splitlines() and "  IB02: {days: 60}" in after
    path.unlink()
    tab.sliders["days"].value = 90
    tab.keep.click()
    assert "没有县 653129 的参数文件" in tab.message.value


def test_sliders_stand_for_exact_thresholds(desk: Desk) -> None:
    """Over every limit of every check: the default, and steps from it, come back as they went in, of the kind of the default."""
    for check in desk.county.catalogue:
        for limit in (t for t in check.thresholds.values() if t.is_number):
            for value in (
                limit.default,
                limit.min,
                limit.default + limit.step if limit.default + limit.step <= limit.max else limit.max,
            ):
                got = exact(limit, slider(limit, value).value)
                assert got == value and isinstance(got, type(limit.default)), (check.code, limit)


def test_judging_again_with_what_cannot_be(desk: Desk) -> None:
    with pytest.raises(ParameterError, match="没有阈值 dayz"):
        desk.county.judged_again("IB02", dayz=1)


def test_a_slider_that_is_not_moved_stands_for_the_runs_own_value(home: Path) -> None:
    """A tolerance of 0.125 was set by hand: between two steps of the slider."""
    path = home / "outputs" / "653129" / "2022-12-31" / "restricted" / "run.json"
    about = json.loads(path.read_text(encoding="utf-8"))
    about["thresholds"]["LP01"]["tolerance"] = "0.125"
    path.write_text(json.dumps(about), encoding="utf-8")
    tab = Workbench(str(home / "outputs")).thresholds
    tab.check.value = "LP01"
    assert tab.values()["tolerance"] == Decimal("0.125")
    tab.keep.click()
    assert "没有改动" in tab.message.value


# ---- samples


@pytest.mark.parametrize("population", ["findings", "projects", "lines"])
@pytest.mark.parametrize("method", ["random", "money"])
def test_a_sample_goes_out_and_comes_back(desk: Desk, population: str, method: str) -> None:
    """Every second item 10 yuan too much: as many errors as were filled in, and an upper limit above them."""
    plan = Plan(population, method, seed="7")
    sample = field_samples.draw(desk, plan)
    path = field_samples.write(desk, plan, sample)
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(SamplingError, match=f"还有 {len(sample.drawn)} 个样本没有填写核实金额"):
        field_samples.judged(desk, path)
    book = openpyxl.load_workbook(path)
    wrong = 0
    for place, row in enumerate(book["样本"].iter_rows(min_row=3)):
        off = 10 if place % 2 and row[4].value and row[4].value > 10 else 0
        wrong += bool(off)
        row[5].value = (row[4].value or 0) - off
    book.save(path)
    again, drawn, estimate = field_samples.judged(desk, path)
    assert again == plan and [i.key for i in drawn.drawn] == [i.key for i in sample.drawn]
    assert (estimate.checked, estimate.errors) == (len(sample.drawn), wrong) and wrong
    assert estimate.high_yuan >= estimate.yuan >= 10 * wrong * (method == "random") and estimate.high_yuan <= sample.book


def test_a_workbook_that_cannot_be_read_or_fits_no_more(desk: Desk) -> None:
    plan = Plan("findings", "random")
    path = field_samples.write(desk, plan, field_samples.draw(desk, plan))
    book = openpyxl.load_workbook(path)
    for row in book["样本"].iter_rows(min_row=3):
        row[5].value = 1
    book["样本"]["F5"].value = "约三千"
    book.save(path)
    with pytest.raises(SamplingError, match="“样本”第 5 行的核实金额 约三千 不能用"):
        field_samples.judged(desk, path)
    book["样本"]["F5"].value = 1
    book["样本"]["A4"].value = "653129-HP01-999999"
    book.save(path)
    with pytest.raises(SamplingError, match="样本与现在的数据抽出的不同"):
        field_samples.judged(desk, path)
    path.write_bytes(b"PK nothing")
    with pytest.raises(SamplingError, match="不能读取"):
        field_samples.judged(desk, path)


@pytest.mark.parametrize("seed", ["=1+1", "007", "1e5", "种子 一"])
def test_a_seed_comes_back_as_it_was(desk: Desk, seed: str) -> None:
    plan = Plan("projects", "random", seed=seed)
    sample = field_samples.draw(desk, plan)
    path = field_samples.write(desk, plan, sample)
    book = openpyxl.load_workbook(path)
    for row in book["样本"].iter_rows(min_row=3):
        row[5].value = row[4].value
    book.save(path)
    assert field_samples.judged(desk, path)[0].seed == seed


def test_a_second_workbook_does_not_write_over_the_first(desk: Desk) -> None:
    plan = Plan("projects", "random")
    sample = field_samples.draw(desk, plan)
    first, second = (field_samples.write(desk, plan, sample) for _ in range(2))
    assert first != second and second.name.endswith("-2.xlsx") and set(field_samples.filled(desk)) == {first, second}


# ---- the money


def test_every_indicators_money_adds_up(desk: Desk) -> None:
    """Each step's boxes come to what the ledger's tables say, and what went on with what was lost to what came."""
    rows = desk.county.tables["indicators"].to_pylist()
    amounts = {r["indicator_id"]: r["amount"] for r in rows if r["received_on"] is None or r["received_on"] <= desk.county.as_of}
    paid = {
        r["i"]: r["a"]
        for r in desk.money.query("SELECT traced_indicator_id AS i, sum(amount) AS a FROM traced_payments GROUP BY 1").to_pylist()
    }
    for _, number in flow.indicators(desk):
        own = flow.flow(desk, number)
        (first,), projects, payments, ends = (list(step.values()) for step in own.steps)
        assert first.amount == amounts[number]
        assert first.amount - first.left == sum(box.amount for box in projects)
        assert sum(box.amount for box in payments) == paid.get(number, 0)
        assert sum(box.amount - box.left for box in payments) == sum(box.amount for box in ends)
        assert len(projects) <= flow.SHOWN_BOXES + 1
    with pytest.raises(KeyError, match="没有指标"):
        flow.flow(desk, "ZB9999")


def test_a_voucher_of_several_lines_leads_each_to_its_share(home: Path) -> None:
    """A voucher of 60 for one indicator and 40 for another, 100 in household lines: 60 and 40 reach households, nothing twice."""
    first, second = [number for _, number in flow.indicators(open_desk("653129", outputs=home / "outputs"))][:2]
    desk = open_desk("653129", outputs=home / "outputs")
    of = {
        n: desk.money.query("SELECT min(allocation_id) AS a FROM allocations WHERE indicator_id = $i", {"i": n}).to_pylist()[0][
            "a"
        ]
        for n in (first, second)
    }
    before = {n: [dict(step) for step in flow.flow(desk, n).steps] for n in (first, second)}
    lines = [
        {
            "payment_id": "SHARED",
            "line_no": k + 1,
            "allocation_id": of[n],
            "amount": Decimal(amount),
            "doc_no": None,
            "paid_on": date(2022, 6, 1),
        }
        for k, (n, amount) in enumerate(((first, 60), (second, 40)))
    ]
    with_rows(home, "payments", *lines)
    desk = with_rows(
        home,
        "household_payments",
        {
            "line_id": "SHARED1",
            "payment_id": "SHARED",
            "amount": Decimal(100),
            "paid_on": date(2022, 6, 1),
            "subsidy": "共用补助",
        },
    )
    for number, amount in ((first, 60), (second, 40)):
        sums = [sum(box.amount for box in step.values()) for step in flow.flow(desk, number).steps]
        earlier = [sum(box.amount for box in step.values()) for step in before[number]]
        assert [now - then for now, then in zip(sums, earlier, strict=True)] == [0, 0, amount, amount]


def test_a_dollar_in_a_name_is_drawn(desk: Desk) -> None:
    box = flow.Box("项目 $x_$ 乙", Decimal(5))
    assert "<svg" in flow.Flow("$x_$", [{"a": box}, {}, {}, {}], {}).html(desk).text


def test_the_picture_of_money_draws_and_says_what_was_lost(desk: Desk) -> None:
    lossy = next(n for _, n in flow.indicators(desk) if next(iter(flow.flow(desk, n).steps[0].values())).left > 0)
    text = flow.flow(desk, lossy).html(desk).text
    assert "<svg" in text and "未分配" in text


def test_a_persons_page_has_every_line(desk: Desk) -> None:
    desk.masked = False
    own = desk.select(Wanted(check="HP04")).rows[0]
    page = trail.person(desk, own["subject"])
    lines = [
        r
        for r in desk.county.tables["household_payments"].to_pylist()
        if r["id_number"] == own["subject"] and (r["paid_on"] is None or r["paid_on"] <= desk.county.as_of)
    ]
    (listed,) = [t for t in page.tables if t.caption == "领取的补助"]
    assert len(listed.rows) == len(lines) and listed.total == sum(r["amount"] for r in lines)
    (found,) = [t for t in page.tables if t.caption == "疑点"]
    assert {f["case_no"] for f in desk.county.every_finding if f["subject"] == own["subject"]} <= {row[0] for row in found.rows}
    assert trail.person(desk, "nobody").tables == []
    assert own["subject"] in {number for _, number in trail.people_named(desk, own["name"])}


def test_a_vouchers_and_a_payees_page(desk: Desk) -> None:
    own = desk.select(Wanted(check="HP04")).rows[0]
    page = trail.voucher(desk, own["voucher"])
    facts = dict(page.facts)
    lines = [r for r in desk.county.tables["household_payments"].to_pylist() if r["payment_id"] == own["voucher"]]
    assert f"{len(lines):,} 笔" in facts["到户明细"]
    assert own["case_no"] in {row[0] for t in page.tables if t.caption == "疑点" for row in t.rows}
    _, name = trail.payees_named(desk, "公司")[0]
    paid = [r["amount"] for r in desk.county.tables["payments"].to_pylist() if r["payee_name"] == name]
    (received,) = [t for t in trail.payee(desk, name).tables if t.caption == "收到的支付"]
    assert received.total == sum(paid) and len(received.rows) == len(paid)


def test_from_a_finding_to_its_voucher_and_person(bench: Workbench) -> None:
    own = bench.desk.select(Wanted(check="HP04")).rows[0]
    bench.findings.open(own["case_no"])
    bench.findings.page.click()
    assert bench.tabs.selected_index == 4 and bench.trail.kind.value == "个人" and "领取的补助" in bench.trail.page.value
    bench.findings.vouchers.value = own["voucher"]
    assert (
        bench.trail.kind.value == "支付凭证" and own["voucher"] in bench.trail.page.value and "付给各户" in bench.trail.page.value
    )


# ---- a check of one's own


PAYMENTS_WITHOUT = """
SELECT payment_id AS subject, payee_name AS name, amount, paid_on AS occurred_on, amount >= 10000000 AS flag, '大额' AS detail
FROM payments WHERE amount > 0
"""
MUCH = """
SELECT id_number AS subject, any_value(name) AS name, sum(amount) AS amount, min(paid_on) AS occurred_on, sum(amount) > 2000 AS flag, '较多' AS detail
FROM lines WHERE id_number IS NOT NULL GROUP BY id_number;
"""


def test_a_query_becomes_a_check_with_cases_that_pass(sample_run: Path, tmp_path: Path) -> None:
    """The check runs over the county as the query did, and nobody of the county stands in its cases."""
    county = open_run(sample_run)
    told = workbench.new_check(
        county, "XX01", "大额支付", "payment_id", PAYMENTS_WITHOUT, {"payments": ["payment_id", "amount"]}, folder=tmp_path
    ).text
    assert "1 个例子，全部符合" in told
    more = workbench.new_check(
        county,
        "XX02",
        "一人领取较多",
        "id_number",
        MUCH,
        {"household_payments": ["id_number", "name", "amount"]},
        folder=tmp_path,
    )
    assert "1 个例子，全部符合" in more.text
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    assert not [n for n in numbers(county) if n in written]
    names = {n for n in county.tables["household_payments"]["name"].to_pylist() if n and len(n) > 2}
    assert not [n for n in names if n in written]
    flagged = {r["subject"] for r in county.sql(PAYMENTS_WITHOUT).to_dict("records") if r["flag"]}
    own = load_catalogue([tmp_path])
    parameters = Parameters(county="653129", name="伽师县", data=Path(), as_of=county.as_of)
    judgement = judge(county.ledger, Catalogue({"XX01": own.checks["XX01"]}), parameters)
    assert {f.subject for f in judgement.findings} == flagged != set()


def test_a_query_that_is_no_check(sample_run: Path, tmp_path: Path) -> None:
    county = open_run(sample_run)
    needs = {"payments": ["payment_id"]}
    for code, sql, told in (
        ("HP01", PAYMENTS_WITHOUT, "自带的检查"),
        ("XX01", "SELECT payment_id AS subject FROM payments", "查询没有 flag 列"),
        ("XX01", PAYMENTS_WITHOUT, "对象只能是"),
    ):
        with pytest.raises(CheckError, match=told):
            kind = "contractor" if "只能" in told else "payment_id"
            workbench.new_check(county, code, "试", kind, sql, needs, folder=tmp_path)
        assert not list(tmp_path.iterdir())
    workbench.new_check(county, "XX01", "大额支付", "payment_id", PAYMENTS_WITHOUT, needs, folder=tmp_path)
    with pytest.raises(CheckError, match="已经存在，没有改动"):
        workbench.new_check(county, "XX01", "大额支付", "payment_id", PAYMENTS_WITHOUT, needs, folder=tmp_path)


# ---- the whole


def test_a_place_without_runs_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "outputs").mkdir()
    assert "还没有结果，请先运行 fundaudit run" in Workbench(str(tmp_path / "outputs")).message.value


def test_a_damaged_run_does_not_take_the_lists_away(home: Path) -> None:
    (home / "outputs" / "653129" / "2022-12-31" / "restricted" / "run.json").write_text("{}", encoding="utf-8")
    bench = Workbench(str(home / "outputs"))
    assert "打不开这次运行" in bench.message.value and bench.county.value == "653129" and not bench.body.children


def test_the_figures_are_those_of_the_report(bench: Workbench) -> None:
    county = bench.desk.county
    for said in (f"{len(county.finding_rows):,} 个", f"{len(county.rejects):,} 行", "序时进度 100.00%", county.name):
        assert said in bench.head.value


@pytest.mark.parametrize("notebook", ["workbench.ipynb", "explore.ipynb"])
def test_the_notebooks_run(notebook: str, sample_run: Path, tmp_path: Path) -> None:
    parameters = {"county": "653129", "outputs": str(sample_run.parents[1])}
    done = kernel.execute_notebook(str(kernel.notebook_path(notebook)), parameters, tmp_path)
    outputs = [o for c in done.cells for o in c.get("outputs", ())]
    assert outputs and not [o for o in outputs if o["output_type"] == "error"]


def test_nothing_is_written_through_sql(sample_run: Path, tmp_path: Path) -> None:
    county = open_run(sample_run)
    shutil.copy(sample_run / "restricted" / "tables" / "payments.parquet", tmp_path / "before.parquet")
    with pytest.raises(Exception, match="read-only"):
        county.sql("WITH x AS (DELETE FROM payments RETURNING *) SELECT * FROM x")
    assert (sample_run / "restricted" / "tables" / "payments.parquet").read_bytes() == (tmp_path / "before.parquet").read_bytes()


def test_who_opens_a_county_that_was_not_run(home: Path) -> None:
    with pytest.raises(FileNotFoundError, match="请先运行 fundaudit run 110101"):
        open_desk("110101", outputs=home / "outputs")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", open_desk(653129, outputs=home / "outputs").folder.name)


def test_a_register_that_cannot_be_used_is_said(home: Path) -> None:
    (home / "outputs" / "register.sqlite").write_bytes(b"no database at all" * 100)
    bench = Workbench(str(home / "outputs"))
    assert "疑点的状态不是最新的" in bench.message.value and "不是可用的登记库" in bench.message.value
    bench.author.value = "张三"
    own = form(bench, bench.desk.county.every_finding[0]["case_no"])
    own.button.click()
    assert "不是可用的登记库" in own.message.value and "没有登记" in own.message.value
