"""Every piece of advice that `validate` and `run` print, followed to the letter: the next time gets further and does not say it again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from fundaudit.cli import app

HEAD = 'county: "610327"\nname: 陇县\ndata: data\nas_of: 2022-12-31\n'
PAID = "支付凭证号,支付日期,支付金额(元)\nP1,2022-01-05,3\nP2,2022-02-05,4\n"
LIST = "姓名,证件号码,金额(元)\n张三,653129198003150011,5\n李四,653129197507221026,6\n"
SOURCES = "sources:\n"


def write(home: Path, name: str, text: str, encoding: str = "utf-8") -> None:
    path = home / "data" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding=encoding)


def add(text: str) -> Callable[[Path, re.Match[str]], None]:
    """Lines for the parameters, with what the advice named at {1}, {2} …"""

    def follow(home: Path, said: re.Match[str]) -> None:
        with (home / "parameters" / "610327.yaml").open("a", encoding="utf-8") as stream:
            stream.write(text.replace("{1}", said.group(1) if said.re.groups else "") + "\n")

    return follow


def change(old: str, new: str) -> Callable[[Path, re.Match[str]], None]:
    """A change of the parameters, to what the advice named."""

    def follow(home: Path, said: re.Match[str]) -> None:
        path = home / "parameters" / "610327.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new.replace("{1}", said.group(1) if said.re.groups else "")), encoding="utf-8")

    return follow


def rewrite(name: str, text: str, encoding: str = "utf-8") -> Callable[[Path, re.Match[str]], None]:
    """A file handed in anew, as the advice says."""
    return lambda home, said: write(home, name, text, encoding)


def remove(name: str) -> Callable[[Path, re.Match[str]], None]:
    return lambda home, said: (home / "data" / name).unlink()


def workbook(home: Path, name: str, sheets: dict[str, list[list[str]]]) -> None:
    book = openpyxl.Workbook()
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    (home / "data").mkdir(exist_ok=True)
    book.save(home / "data" / name)


@dataclass(frozen=True)
class Advice:
    """What lies there, what is then said, and what a person does who takes it at its word."""

    files: dict[str, str]
    said: str
    follow: Callable[[Path, re.Match[str]], None]
    parameters: str = ""
    before: int = 1
    prepare: Callable[[Path], None] = field(default=lambda home: None)


ROWS = [row.split(",") for row in PAID.split()]
CASES = {
    "a required column under another header": Advice(
        {"支付明细.csv": PAID.replace("支付日期", "哪一天")},
        r"缺少必需的列 支付日期（paid_on）；读到的表头：支付凭证号、(哪一天)、.*用 headers 指明对应的表头",
        add(SOURCES + "  支付明细: {headers: {{1}: 支付日期}}"),
    ),
    "a required column with one value for all": Advice(
        {"到人到户补助资金发放表.csv": LIST},
        r"缺少必需的列 (补助项目)（subsidy）.*整张表只有一个值的，用 values 写明",
        add(SOURCES + "  到人到户补助资金发放表: {file: 到人到户补助资金发放表.csv, values: {{1}: 产业奖补}}"),
    ),
    "two headers for one column": Advice(
        {"支付明细.csv": PAID.replace("支付日期", "支付日期,支付时间").replace("-05", "-05,2022-03-01")},
        r"都对应 支付日期，无法确定用哪一列。请在参数的 sources 中用 headers 写明用哪一个（(支付日期: 支付日期)）",
        add(SOURCES + "  支付明细: {headers: {{1}}}"),
    ),
    "a sheet that is not there": Advice(
        {},
        r"没有名为 一月 的工作表；有：([^、\s]+)、",
        change("一月", "{1}"),
        SOURCES + "  支付明细: {file: 账.xlsx, sheet: 一月}\n",
        prepare=lambda home: workbook(home, "账.xlsx", {"明细": ROWS, "封面": [["说明"]]}),
    ),
    "a sheet to skip that is not there": Advice(
        {},
        r"参数 skip 中的工作表 说明页 不存在；有：明细、(\S+?)[；。\s]",
        change("说明页", "{1}"),
        SOURCES + '  支付明细: {file: 账.xlsx, sheet: "*", skip: [说明页]}\n',
        prepare=lambda home: workbook(home, "账.xlsx", {"明细": ROWS, "封面": [["说明", "页"]]}),
    ),
    "a file that is not there": Advice(
        {"支付明细.csv": PAID},
        r"指向的文件不存在，请核对文件名或补交文件；.*?(支付明细\.csv)",
        change("支付.csv", "{1}"),
        SOURCES + "  支付明细: {file: 支付.csv}\n",
    ),
    "no unit": Advice(
        {"支付明细.csv": PAID.replace("(元)", "")},
        r"支付明细没有写金额单位，按元读取；是万元的请在 sources 中写 (unit: 万元)",
        add(SOURCES + "  支付明细: {{1}}"),
        before=0,
    ),
    "a sheet that may be two tables, read": Advice(
        {"支付明细.csv": PAID, "导出2022.csv": PAID.replace("P", "Q")},
        r"(导出2022\.csv) 是不是支付明细或监控平台支付导出？写进 sources 相应的表；不用的写进 sources 的 skip",
        add(SOURCES + "  监控平台支付导出: {file: {1}}"),
        before=0,
    ),
    "a sheet that may be two tables, not used": Advice(
        {"支付明细.csv": PAID, "导出2022.csv": PAID.replace("P", "Q")},
        r"(导出2022\.csv) 是不是支付明细或监控平台支付导出？写进 sources 相应的表；不用的写进 sources 的 skip",
        add(SOURCES + "  skip: [{1}]"),
        before=0,
    ),
    "a file that looks like no table, not used": Advice(
        {"支付明细.csv": PAID, "杂项.csv": "单号,收款人,数额\n1,张三,100\n"},
        r"先做：1\. .*\n?.*(杂项\.csv) 认不出是哪张表，没有读；.*不用的写进 sources 的 skip",
        add(SOURCES + "  skip: [{1}]"),
        before=0,
    ),
    "a file that looks like no table, used": Advice(
        {"支付明细.csv": PAID, "杂项.csv": "单号,哪一天,数额(元)\n1,2022-03-01,100\n"},
        r"(杂项\.csv) 认不出是哪张表，没有读；是要用的写进 sources 相应的表（表头不同的用 headers 指明）",
        add(SOURCES + "  监控平台支付导出: {file: {1}, headers: {单号: 支付凭证号, 哪一天: 支付日期, 数额(元): 支付金额}}"),
        before=0,
    ),
    "the same rows twice, a copy": Advice(
        {"到人到户补助资金发放表.csv": "补助项目," + LIST.replace("\n张", "\n甲,张").replace("\n李", "\n甲,李")}
        | {"到人到户补助资金发放表_乙.csv": "补助项目," + LIST.replace("\n张", "\n甲,张").replace("\n李", "\n甲,李") + "\n"},
        r"(到人到户补助资金发放表_乙\.csv) 是不是.*是副本的写进 sources 的 skip，是另一份的在 sources 中写明",
        add(SOURCES + "  skip: [{1}]"),
        before=0,
    ),
    "the same rows twice, another list": Advice(
        {"到人到户补助资金发放表.csv": "补助项目," + LIST.replace("\n张", "\n甲,张").replace("\n李", "\n甲,李")}
        | {"到人到户补助资金发放表_乙.csv": "补助项目," + LIST.replace("\n张", "\n甲,张").replace("\n李", "\n甲,李") + "\n"},
        r"(到人到户补助资金发放表_乙\.csv) 是不是.*是副本的写进 sources 的 skip，是另一份的在 sources 中写明",
        add(SOURCES + "  到人到户补助资金发放表: {file: {1}}"),
        before=0,
    ),
    "two units": Advice(
        {"支付明细.csv": PAID},
        r"金额单位互相矛盾：表头写 (元)，参数 sources写 万元；请改成一致",
        change("万元", "{1}"),
        SOURCES + "  支付明细: {unit: 万元}\n",
    ),
    "an amount cut by its comma": Advice(
        {"支付明细.csv": PAID.replace(",3\n", ",1,234.50\n")},
        r"列数与表头不符，应为 3 列；内容中有分隔符（如 1,500.00 中的逗号）的单元格应加引号",
        rewrite("支付明细.csv", PAID.replace(",3\n", ',"1,234.50"\n')),
    ),
    "not UTF-8 and not GBK": Advice(
        {},
        r"支付明细\.csv：既不是完整的 UTF-8 也不是 GB18030 编码的文本.*请另存为“CSV UTF-8”后重新报送",
        rewrite("支付明细.csv", PAID, "utf-8-sig"),
        prepare=lambda home: (
            (home / "data").mkdir(exist_ok=True) or (home / "data" / "支付明细.csv").write_bytes(PAID.encode() + b"\xff\xfe\x81")
        ),
    ),
    "half a workbook, moved away": Advice(
        {"支付明细.csv": PAID},
        r"(合同台账\.xlsx)：无法作为 Excel 工作簿打开.*请重新另存后报送，或先移出该文件",
        remove("合同台账.xlsx"),
        prepare=lambda home: (
            (home / "data").mkdir(exist_ok=True) or (home / "data" / "合同台账.xlsx").write_bytes(b"PK\x03\x04 half a workbook")
        ),
    ),
    "an empty file, moved away": Advice(
        {"支付明细.csv": PAID, "合同台账.xlsx": ""},
        r"合同台账\.xlsx：文件是空的（0 字节），请重新报送，或先移出该文件",
        remove("合同台账.xlsx"),
    ),
    "a page that calls itself a workbook": Advice(
        {"支付明细.xls": "<html><table><tr><td>支付凭证号</td></tr></table></html>"},
        r"支付明细\.xls：名称是工作簿，内容是网页.*请用电子表格程序打开，另存为 \.xlsx 后重新报送",
        lambda home, said: (remove("支付明细.xls")(home, said), workbook(home, "支付明细.xlsx", {"Sheet1": ROWS}))[0],
    ),
    "a kind of file that is not read": Advice(
        {"账户余额.csv": "账号,余额日期,余额(元)\n1,2022-12-31,5\n", "支付明细.ods": "x"},
        r"支付明细\.ods 是不是支付明细？?这种格式不能读取，请另存为 xlsx 或 csv",
        lambda home, said: (remove("支付明细.ods")(home, said), write(home, "支付明细.csv", PAID))[0],
        before=0,
    ),
    "more columns than the limit": Advice(
        {"支付明细.csv": PAID.replace("\n", "," * 20 + "\n")},
        r"没有读取；可能是分隔符或引号有误。确有这么多列的，调高参数 settings\.limits\.columns",
        change("columns: 10", "columns: 40"),
        "settings:\n  limits:\n    columns: 10\n",
    ),
    "a date that cannot be read": Advice(
        {"支付明细.csv": PAID.replace("2022-01-05", "2022-13-05")},
        r"支付明细未采用 1 行（共 2 行），最多的原因是“支付日期无法读取：.*”，如 支付明细\.csv 第 2 行，请核对",
        rewrite("支付明细.csv", PAID),
    ),
    "a misspelt threshold": Advice(
        {"支付明细.csv": PAID},
        r"检查 LP01 没有阈值 tolerence；最接近的是 (\w+)",
        change("tolerence", "{1}"),
        "thresholds:\n  LP01: {tolerence: 0.1}\n",
    ),
    "an unknown key": Advice(
        {"支付明细.csv": PAID},
        r"不认识的键 treshold；最接近的是 (\w+)",
        change("treshold:", "{1}:"),
        "treshold: {}\n",
        before=2,
    ),
    "a table twice": Advice(
        {"支付明细.csv": PAID, "b.csv": PAID.replace("P", "Q")},
        r"写了两次（中文名和英文名是同一张表），请并成一个列表",
        change(
            "  支付明细: {file: 支付明细.csv}\n  payments: {file: b.csv}\n", "  支付明细: [{file: 支付明细.csv}, {file: b.csv}]\n"
        ),
        SOURCES + "  支付明细: {file: 支付明细.csv}\n  payments: {file: b.csv}\n",
        before=2,
    ),
    "a star without quotes": Advice(
        {"支付明细.csv": PAID},
        r"不支持 \* 引用；星号本身请加引号，如 (sheet: \"\*\")",
        change("sheet: *", "{1}"),
        SOURCES + "  支付明细:\n    file: 支付明细.csv\n    sheet: *\n",
        before=2,
    ),
    "a folder that is not there": Advice(
        {"支付明细.csv": PAID},
        r"键 data 指向的文件夹 \S+ 不存在；请核对文件夹名",
        change("data: dat\n", "data: data\n"),
        before=2,
        prepare=lambda home: change("data: data\n", "data: dat\n")(home, re.match("", "")),  # type: ignore[arg-type]
    ),
}


def typed(home: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    """What a command prints, on one line each, and how it ends."""
    monkeypatch.chdir(home)
    done = CliRunner().invoke(app, list(words), env={"COLUMNS": "400"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.mark.parametrize("own", CASES.values(), ids=CASES)
def test_advice_taken_at_its_word_gets_further(own: Advice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "parameters").mkdir()
    (tmp_path / "parameters" / "610327.yaml").write_text(HEAD + own.parameters, encoding="utf-8")
    for name, text in own.files.items():
        write(tmp_path, name, text)
    own.prepare(tmp_path)
    code, printed = typed(tmp_path, monkeypatch, "validate")
    said = re.search(own.said, printed)
    assert said, printed
    assert code == own.before, printed
    own.follow(tmp_path, said)
    code, printed = typed(tmp_path, monkeypatch, "validate")
    assert not re.search(own.said, printed), printed
    assert code == 0, printed
    assert "请" not in printed.replace(said.group(0), "") or "没有写金额单位" in printed, printed


def test_where_there_are_no_parameters_the_named_command_makes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "支付明细.csv", PAID)
    (tmp_path / "data").rename(tmp_path / "交来")
    code, printed = typed(tmp_path, monkeypatch, "validate")
    assert code == 2 and "请先运行 fundaudit init 县代码" in printed, printed
    code, printed = typed(tmp_path, monkeypatch, "init", "610327", "交来", "--yes")
    assert code == 0, printed
    next_step = re.search(r"fundaudit (validate 610327)", printed)
    assert next_step, printed
    code, printed = typed(tmp_path, monkeypatch, *next_step.group(1).split())
    assert code == 0, printed
