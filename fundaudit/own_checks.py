"""A bureau's own checks: a skeleton with its cases, which passes as it stands, and a folder of them put to their cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from fundaudit.casebook import Tried, tried
from fundaudit.catalogue import CheckError, load_catalogue, read_check
from fundaudit.parameters import FAMILIES

SKELETON = """/*---
# 说明部分。# 后面的是注释，写好后可以删去；uses、relief、sums、thresholds、neighbours 用不到的可以不写，其余每项都要写。
code: {code}                          # 代码：两个大写字母（族）加两位数字。不能与已有的检查相同，定了以后不要再改
title: 大额支付没有填写用途             # 检查事项，一行
severity: 中                          # 程度：高、中、低
version: 1                            # 改动判定方法时加一
subject: payment_id                   # 对象是什么：支付凭证号。其他的如 project_id 项目、indicator_id 指标、id_number 人
amount_label: 支付金额                 # 金额一栏的名称；没有金额的检查写 —
needs: {{payments: [payment_id, amount, paid_on, purpose]}}   # 必须有的表和列（英文名见 docs/数据表.md），没有就不执行
uses: []                              # 有就用、没有也执行的表
relief: {{payments: any}}               # 哪些表里没有采用的行可能使疑点不成立：more 使之增加的，less 退回的，any 都可能
sums: [payments]                      # 疑点的金额由哪些表算出
thresholds:                           # 阈值：SQL 中写作 $min_amount；县的参数里可以改
  min_amount: {{default: 5000.00, says: 没有填写用途的支付达到该金额即列出, unit: 元, min: 0.00, max: 100000000.00, step: 500.00}}
basis: [S2-2-4]                       # 依据的编号，见 docs/依据.md 第一栏；至少一条
what: 本年支付没有填写用途，金额达到限额。       # 查什么
why: 没有用途，无法判断资金是否用于规定的项目。   # 为什么是疑点；用语中性，不作结论
innocent:                             # 可能的正常原因，至少一条
  - 系统导出时漏了用途一列。
exclusions: 退款、支付后当月即冲回的不列出；没有采用的行无法判定。
advice: 调取支付凭证和申请单，核实用途。     # 向单位要什么来核实
to_judge: 补填用途；改正没有采用的行。       # 补报什么才能判定
neighbours: [TP08]                    # 邻近的检查
---*/
-- 对象：本年支付。疑点：没有填写用途，金额达到限额。未能判定：没有采用的支付。金额：支付金额。
-- 注：一行一个被判定的对象：subject 对象，flag 是否疑点；doubt 写了文字的无法判定，left_out 写了文字的不在对象之列。
-- 注：中文列名的列是给人看的证据；英文列名只能用程序认识的（见《怎样写本局自己的检查》）。
SELECT s.*, p.purpose IS NULL AND p.amount >= $min_amount AND p.amount > 0 AS flag,
       p.left_out, '没有填写用途' AS detail
FROM judged_payments p JOIN shown_payments s USING (line)
-- 没有采用的行：对象在别处没有判定的，无法判定；看得出不会列为疑点的除外。
UNION ALL BY NAME SELECT subject, name, refused, flag, doubt FROM refused_rows('payments', 'payment_id')
WHERE coalesce(event_date >= year_start(), true) AND said['purpose'] IS NULL AND coalesce(said_amount >= $min_amount, true)
"""
CASES = """# 例子：小表、检查截止日，以及每个对象应有的结论。用 fundaudit checks --test 文件夹 逐个运行。
limit:                                # 例子的名称
  note: |                             # 这个例子说明什么，怎样算出来的
    限额 5000：没有用途的 4999.99 不列出，5000 正好达到，列出；有用途的不列出。上年的支付不是对象。
  as_of: 2022-12-31                   # 检查截止日
  tables:                             # 表的英文名: CSV 文字，表头中文英文均可
    payments: |
      支付凭证号,支付日期,支付金额,用途
      BELOW,2022-05-01,4999.99,
      AT,2022-05-02,5000,
      NAMED,2022-05-03,9000,工程款
      LAST_YEAR,2021-12-31,9000,
  expected:                           # 每个对象一行：clean 不列出；undetermined 无法判定；finding 疑点的金额和日期
    BELOW: clean
    AT: {finding: 5000.00, day: 2022-05-02}
    NAMED: clean

refused:
  note: READ 列出，NAMED 有用途。金额读不出的 UNREAD 没有采用，没有用途，无法判定；UNREAD2 有用途，不会列出，不是对象。
  as_of: 2022-12-31
  tables:
    payments: |
      支付凭证号,支付日期,支付金额,用途
      READ,2022-05-02,6000,
      NAMED,2022-05-03,6000,工程款
      UNREAD,2022-05-02,约五千,
      UNREAD2,2022-05-02,约五千,工程款
  expected:
    READ: {finding: 6000.00, day: 2022-05-02}
    NAMED: clean
    UNREAD: undetermined
"""


def check_code(code: str, folder: Path) -> None:
    """CheckError where the code is taken or not one, or a file is there."""
    if not re.fullmatch(r"[A-Z]{2}\d{2}", code) or code[:2] not in FAMILIES:
        families = "、".join(f"{name} {title}" for name, title in FAMILIES.items())
        raise CheckError(f"检查代码 {code} 不对，应为族的两个大写字母加两位数字，如 XX01；族有：{families}")
    if code in load_catalogue().checks:
        raise CheckError(f"检查代码 {code} 是本工具自带的检查（{load_catalogue().checks[code].title}），请换一个，如 XX01")
    if taken := [*folder.rglob(f"{code}_*.sql"), *folder.rglob(f"{code}.yaml")]:
        raise CheckError(f"{taken[0]} 已经存在，没有改动；请换一个代码")


def write_skeleton(code: str, folder: Path) -> list[Path]:
    """A check and its cases, commented, that pass as they stand. CheckError as `check_code` says."""
    check_code(code, folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path, text in ((folder / f"{code}_未命名.sql", SKELETON.format(code=code)), (folder / f"{code}.yaml", CASES)):
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def put_to_their_cases(folder: Path, only: str = "") -> Iterator[Tried | CheckError]:
    """Each check of a folder (or the one of a code) put to its cases, or why it cannot be used; in the order of their files."""
    known = load_catalogue().checks
    paths = sorted(folder.rglob(f"{only}*.sql"))
    if not paths:
        yield CheckError(f"{folder}：没有 .sql 文件")
    for path in paths:
        try:
            if (code := read_check(path, verified=True).code) in known:
                raise CheckError(f"{path}：检查代码 {code} 已被 {known[code].file} 使用，请换一个代码")
            own = load_catalogue([path])
            told = tried(own.checks[code], path.parent)
            known = own.checks | known
            if not own.checks[code].sql.startswith("-- 对象："):
                told.wrong.append("SQL 开头没有注释“-- 对象：…。疑点：…。未能判定：…。金额：…。”，说明里的“怎样判定”会是空的")
            told.wrong.extend(f"neighbours 中的 {n} 不是已有的检查" for n in own.checks[code].neighbours if n not in known)
            yield told
        except CheckError as error:
            yield error
