"""Counties of a stranger: files as such offices write them, made up whole, with what is planted in them.

Amounts in yuan unless a file says 万元. What is planted is worked out in `planted`, by hand, from what is written here.
"""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from sample.people import identity_number

AS_OF = "2022-12-31"


@dataclass
class Stranger:
    """`style` changes how the same things are handed in; `townships` are the county's own."""

    code: str
    name: str
    townships: tuple[str, str]
    style: str  # workbook: a sheet per township; folders: a file per township; lists: registers together in one workbook
    reward: str  # the subsidy for the supported alone
    amount: int  # of the reward, per person
    files: list[Path] = field(default_factory=list)

    def person(self, k: int) -> tuple[str, str]:
        names = "王建国 李丽 张桂英 刘志强 陈秀兰 杨洋 赵铁柱 黄小梅 周大勇 吴美玲 徐文 孙立新 胡春花 朱明 高翔".split()
        return names[k % len(names)] + ("" if k < len(names) else "生宝贵华"[k // len(names) - 1]), identity_number(
            self.code, date(1960 + k, 1 + k % 12, 1 + k % 28), 11 + k
        )

    def voucher(self, k: int) -> str:
        """18 digits, a real day among them: like an identity number."""
        return f"{self.code}202203{10 + k % 20:02d}{1000 + k:04d}"


COUNTIES = (
    Stranger("610327", "陇县", ("东风镇", "天成镇"), "workbook", "产业奖补", 500),
    Stranger("640425", "彭阳县", ("王洼镇", "草庙乡"), "folders", "春耕补助", 300),
    Stranger("653130", "巴楚县", ("色力布亚镇", "多来提巴格乡"), "lists", "牲畜扶持补助", 800),
)


def _csv(own: Stranger, path: Path, rows: list[list[Any]], encoding: str = "gbk") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)
    own.files.append(path)


def _xlsx(own: Stranger, path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                sheet.write_number(i, j, value) if isinstance(value, int | float) else sheet.write_string(i, j, value)
    book.close()
    own.files.append(path)


def build(own: Stranger, folder: Path) -> None:
    """Writes the county's files."""
    own.files.clear()
    _money(own, folder)
    _people(own, folder)
    _payouts(own, folder)


def _money(own: Stranger, folder: Path) -> None:
    _xlsx(
        own,
        folder / f"附件1：{own.name}2022年指标台账（终稿）.xlsx",
        {
            "Sheet1": [
                [f"{own.name}2022年财政衔接资金到位情况"],
                ["填报单位：财政局", "", "", "", "", "单位：万元"],
                ["序号", "指标文号", "资金名称", "资金类型", "预算年度", "到位金额", "到位时间"],
                [1, "财农〔2022〕1号", "衔接资金第一批", "衔接资金", "2022", 100, "2022年1月20日"],
                [2, "财农〔2022〕2号", "衔接资金第二批", "衔接资金", "2022", 1, "2022.2.10"],
                ["合计", "", "", "", "", 101, ""],
            ]
        },
    )
    _xlsx(
        own,
        folder / f"{own.name}资金分配情况表.xlsx",
        {
            "分配": [
                ["指标文号", "项目编码", "预算单位", "分配资金（万元）", "下达日期"],
                ["财农[2022]1号", "XM001", "农业农村局", 40, "2022-02-15"],
                ["财农[2022]1号", "XM002", "交通运输局", 60, "2022-02-15"],
            ]
        },
    )
    _csv(
        own,
        folder / f"{own.name}2022年项目库.csv",
        [
            ["项目编码", "项目名称", "实施单位", "计划开工日期", "实际开工日期", "计划完工日期", "实际完工日期", "项目状态"],
            ["XM001", f"{own.reward}到户项目", "农业农村局", "2022.03", "2022.03", "2022.10", "2022.10", "完工"],
            ["XM002", f"{own.townships[0]}道路硬化", "交通运输局", "2022.03", "2022.03", "2022.10", "2022.10", "完工"],
            ["XM003", f"{own.townships[1]}水渠修复", "水利局", "2022.03", "", "2023.06", "", "未开工"],
        ],
    )
    payments = [["支付令编号", "项目编码", "付款日期", "支付金额（元）", "收款人全称", "摘要"]]
    payments += [
        [own.voucher(k), "XM001", f"2022-0{3 + k}-15", 100000, f"{own.name}农村商业银行", f"付{own.reward}"] for k in range(4)
    ]
    payments += [[own.voucher(k), "XM002", f"2022-0{k}-20", 150000, "秦岭路桥有限公司", "工程款"] for k in range(5, 9)]
    payments += [
        [own.voucher(9), "", "2022-09-09", 100, own.person(0)[0], f"付{own.person(0)[0]}劳务费，身份证 {own.person(0)[1]}"]
    ]
    _csv(own, folder / f"{own.name}2022年支付明细表.csv", payments)
    _csv(
        own,
        folder / f"账户余额—{own.name}.csv",
        [["账号", "余额日期", "余额（元）"], *([f"30{own.code}0400001", f"2022-{m:02d}-28", 250000] for m in range(7, 13))],
    )


def _people(own: Stranger, folder: Path) -> None:
    members = [[own.person(k)[0], own.person(k)[1], f"H{k:03d}", "脱贫户", "2015.12"] for k in range(24)]
    dead = [
        ["姓名", "身份证号码", "死亡时间"],
        [own.person(3)[0], own.person(3)[1], "2021年12月"],
        ["钱不在", own.person(40)[1], "2020.5"],
    ]
    staff = [["姓名", "身份证号", "工作单位", "职务"], [own.person(41)[0], own.person(41)[1], "县林业局", "科员"]]
    register = [["姓名", "身份证号", "户编号", "户类型", "识别日期"], *members]
    if own.style == "lists":
        _xlsx(own, folder / "比对名单.xlsx", {"死亡人员": [[f"{own.name}死亡人员名单"], *dead], "财政供养人员": staff})
        _xlsx(own, folder / "监测户和脱贫户花名册.xlsx", {"Sheet1": [[f"{own.name}帮扶对象花名册"], *register]})
    else:
        _csv(own, folder / f"{own.name}死亡人员名单.csv", dead)
        _xlsx(own, folder / "财政供养人员.xlsx", {"Sheet1": staff})
        _csv(own, folder / f"{own.name}脱贫户名册.csv", register, "utf-8-sig")
    _csv(
        own,
        folder / "耕地地力.csv",
        [["补贴项目", "姓名", "身份证号", "补贴金额", "发放时间"]]
        + [["耕地地力保护补贴", *own.person(k), 120 + k, "2022-05-20"] for k in range(50, 60)],
    )


def _payouts(own: Stranger, folder: Path) -> None:
    """The reward's list for March 2022, a township at a time; the month and the subsidy stand in titles and names alone."""
    lines = {own.townships[0]: [*range(12), 30], own.townships[1]: [*range(12, 24), 5]}  # 30 is on no register, 5 is paid twice
    head = ["序号", "姓名", "身份证号", "社保卡号", "补贴金额"]
    sheets = {}
    for township, people in lines.items():
        rows: list[list[Any]] = [[f"{own.name}{township}2022年3月{own.reward}发放花名册"], ["单位：元"], head]
        rows += [[n, *own.person(k), f"62305568{k:011d}", own.amount] for n, k in enumerate(people, 1)]
        rows += [["合计", "", "", "", own.amount * len(people)], ["制表人：张三", "", "审核：李四"]]
        sheets[township] = rows
    if own.style == "folders":
        for township, rows in sheets.items():
            _csv(own, folder / township / f"{township}2022年3月{own.reward}发放表.csv", rows[2:])
        copied = own.files[-1]
        copy = copied.with_name(f"{copied.stem} - 副本{copied.suffix}")
    else:
        _xlsx(own, folder / f"{own.name}{own.reward}.xlsx", sheets)
        copied = own.files[-1]
        copy = copied.with_name(f"{copied.stem}（1）{copied.suffix}".replace("（1）", "(1)"))
    shutil.copyfile(copied, copy)
    own.files.append(copy)


def planted(own: Stranger) -> set[tuple[str, str, str]]:
    """(check, subject, amount) of everything that is to be found, and nothing else is.

    IB01: the account held 250,000 from July to December, all of the 90 days before the last snapshot.
    IB02: of 财农〔2022〕2号, 1 万元, nothing was allocated in more than 30 days.
    HP01: person 30 is on no register. HP03: person 3 died in December 2021 and was paid for March 2022.
    DQ05: a year after that person 3 still stands on the register; no amount.
    HP04: person 5 stands in both townships' lists of one month, with the same amount: the second line counts.
    LP04: XM003 was to start in March 2022 and has not; nothing is allocated to it.
    TP04: the last voucher names no project, allocation or document.
    """
    reward = f"{own.amount}.00"
    return {
        ("IB01", f"30{own.code}0400001", "250000.00"),
        ("IB02", "财农〔2022〕2号", "10000.00"),
        ("HP01", own.person(30)[1], reward),
        ("HP03", own.person(3)[1], reward),
        ("HP04", own.person(5)[1], reward),
        ("DQ05", own.person(3)[1], "None"),
        ("LP04", "XM003", "0.00"),
        ("TP04", own.voucher(9), "100.00"),
    }
