"""Every input table, declared once: column, Chinese header, aliases, type, key.

Intake, the ledger, the sample and the docs all read these declarations. Money is in yuan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CONTRACT_VERSION = 2

Kind = Literal["text", "id", "money", "date", "month", "bool", "integer", "decimal", "ratio"]
Personal = Literal["", "id_number", "name", "card"]


@dataclass(frozen=True)
class Column:
    """One column: `required` rows without it are rejected, `personal` says how it is masked."""

    name: str
    header: str
    kind: Kind = "text"
    required: bool = False
    key: bool = False
    made: bool = False  # a key that intake makes where the file has none
    linked: bool = False  # found through the document number where the file lacks the column
    by_month: bool = False  # a date that may be known to the month only; `<name>_end` is the last day that it may be
    aliases: tuple[str, ...] = ()
    personal: Personal = ""
    values: tuple[str, ...] = ()  # the values the field uses, for the docs


@dataclass(frozen=True)
class Table:
    """One table. `event` dates a row; `completions` are dates that count as empty when later, and with them what `come_with` says."""

    name: str
    title: str
    columns: tuple[Column, ...]
    event: str = ""
    completions: tuple[str, ...] = ()
    come_with: tuple[tuple[str, str], ...] = ()  # column, the completion that it comes with

    def column(self, name: str) -> Column:
        """The declaration of a column; KeyError when the table has none of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def by_month(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.by_month)

    @property
    def wordings(self) -> tuple[str, ...]:
        """Texts that checks compare by their wording; names of people and numbers of documents have their own ways."""
        return tuple(column.name for column in self.columns if column.kind == "text" and column.name not in FREE_TEXTS)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.key)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)


def _c(spec: str, kind: Kind = "text", flags: str = "", *aliases: str, personal: Personal = "", values: str = "") -> Column:
    """`_c("amount 金额", "money", "R")`: flags K key, R required, M made by intake where absent, L found through doc_no,
    Y known to the month at least."""
    name, header = spec.split()
    marks = {"required": "R", "key": "K", "made": "M", "linked": "L", "by_month": "Y"}
    own = {mark: letter in flags for mark, letter in marks.items()}
    return Column(name, header, kind, aliases=aliases, personal=personal, values=tuple(values.split()), **own)


ID_NUMBER = ("身份证号", "身份证号码", "公民身份号码", "证件号", "居民身份证号", "居民身份证号码", "身份证件号码", "身份证")
HEADS = ("户主身份证号", "户主身份证号码", "户主证件号码")
CARD = (
    *("银行账号", "银行帐号", "银行卡号", "社保卡号", "一卡通卡号", "一卡通账号", "一卡通账户", "一卡通帐号", "银行账(卡)号"),
    *("开户账号", "社会保障卡号", "卡号", "惠民卡号"),
)
VOUCHER = ("凭证号", "支付令编号", "支付申请编号", "凭证编号")
PAID_ON = ("支付时间", "付款日期", "清算日期")
PROJECT = ("项目编码", "项目代码")
HOUSEHOLD = ("户号", "户代码", "户编码")
VILLAGE = ("村(社区)", "村", "村名", "所在村", "村委会", "村组", "村别")
NAMES = ("户主姓名", "领款人", "享受人", "领取人", "户主")
DOC_NO = ("文号", "资金文号")
TOWNSHIP = ("乡(镇)", "镇(街道)", "乡镇(街道)", "所在乡镇")
PAYEE = ("收款人", "收款人全称", "收款人名称", "收款单位", "收款方全称")


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "indicators",
            "指标台账",
            (
                _c("indicator_id 指标编号", "id", "KRL"),
                _c("doc_no 指标文号", "text", "", *DOC_NO),
                _c("fund_name 资金名称", "text", "R"),
                _c("fund_type 资金类型", values="衔接资金 涉农整合 地方政府债券 地区资金 县级资金 直达资金"),
                _c("level 预算级次", "text", "", "资金级次", values="中央 省 自治区 市 州 地区 县 区"),
                _c("direct_tag 直达标识", values="直达 参照直达 非直达"),
                _c("budget_year 预算年度", "integer", "R"),
                _c("section 业务股室"),
                _c("amount 指标金额", "money", "R", "到位金额", "下达金额"),
                _c("received_on 收到日期", "date", "R", "到位时间", "收到文件时间"),
                _c("reported_on 报告日期", "date"),
                _c("to_household 是否到人到户", "bool"),
                _c("integrated 是否统筹整合", "bool"),
                _c("attachment 文件扫描件"),
                _c("matching_due 地方配套应到位", "money"),
                _c("matches 配套指标编号", "id"),
            ),
            event="received_on",
            completions=("reported_on",),
        ),
        Table(
            "allocations",
            "指标分配",
            (
                _c("allocation_id 分配编号", "id", "KM"),
                _c("indicator_id 指标编号", "id", "RL"),
                _c("doc_no 指标文号", "text", "", *DOC_NO),
                _c("project_id 项目编号", "id", "", *PROJECT),
                _c("unit 预算单位"),
                _c("amount 分配金额", "money", "R", "分配资金", "下达金额"),
                _c("pending 待分配标识", "bool"),
                _c("to_household 是否到人到户", "bool"),
                _c("attachment 分配文件扫描件"),
                _c("plan_approved_on 方案审批日期", "date", "Y"),
                _c("minutes_no 会议纪要号"),
                _c("allocated_on 下达日期", "date"),
                _c("disbursed_on 下达用款额度日期", "date", "", "拨付到单位日期"),
                _c("poverty_part 其中扶贫金额", "money"),
            ),
            event="allocated_on",
            completions=("disbursed_on",),
        ),
        Table(
            "projects",
            "项目库",
            (
                _c("project_id 项目编号", "id", "KR", *PROJECT),
                _c("name 项目名称", "text", "R"),
                _c("category 项目类别", values="产业发展 基础设施 到户补助 项目管理费"),
                _c("township 乡镇", "text", "", *TOWNSHIP),
                _c("village 行政村", "text", "", *VILLAGE),
                _c("unit 实施单位"),
                _c("department 主管部门"),
                _c("responsible 责任人", personal="name"),
                _c("section 业务股室"),
                _c("to_household 是否到人到户", "bool"),
                _c("direct_benefit 惠企利民", "bool"),
                _c("stored_on 入库日期", "date", "Y"),
                _c("approved_on 立项审批日期", "date", "Y"),
                _c("planned_amount 计划投资", "money", "", "计划总投资", "总投资"),
                _c("settled_amount 结算价", "money", "", "结(决)算价", "审定金额", "决算金额"),
                _c("drawing_review_on 施工图审查合格日期", "date"),
                _c("tender_on 招标启动日期", "date"),
                _c("planned_start 计划开工日期", "date", "Y"),
                _c("planned_finish 计划完工日期", "date", "Y"),
                _c("actual_start 实际开工日期", "date", "Y", "开工日期"),
                _c("actual_finish 实际完工日期", "date", "Y", "完工日期", "竣工日期"),
                _c("initial_accepted_on 初验日期", "date", "Y"),
                _c("joint_accepted_on 联合验收日期", "date", "Y"),
                _c("physical_progress 形象进度", "ratio"),
                _c("status 项目状态", values="未开工 在建 完工 取消 调整"),
                _c("change_doc_no 调整备案文号"),
            ),
            completions=("actual_start", "actual_finish", "initial_accepted_on", "joint_accepted_on"),
        ),
        Table(
            "contracts",
            "合同台账",
            (
                _c("contract_id 合同编号", "id", "KR"),
                _c("project_id 项目编号", "id", "R", *PROJECT),
                _c("kind 合同类别", values="施工 监理 采购 服务"),
                _c("contractor 承包单位"),
                _c("amount 合同金额", "money", "R"),
                _c("signed_on 签订日期", "date"),
                _c("start_finish_term 开竣工时间条款"),
                _c("settlement_term 结算方式条款"),
                _c("payment_term 付款方式条款"),
                _c("price_adjust_term 价格调整条款"),
                _c("retention_term 质保金扣留条款"),
                _c("retention_ratio 质保金比例", "ratio"),
            ),
            event="signed_on",
        ),
        Table(
            "payments",
            "支付明细",
            (
                _c("payment_id 支付凭证号", "id", "KR", *VOUCHER),
                _c("line_no 明细序号", "integer", "KM"),
                _c("allocation_id 分配编号", "id"),
                _c("contract_id 合同编号", "id"),
                _c("project_id 项目编号", "id", "", *PROJECT),
                _c("doc_no 指标文号", "text", "", *DOC_NO),
                _c("paid_on 支付日期", "date", "R", *PAID_ON),
                _c("entered_on 录入日期", "date"),
                _c("amount 支付金额", "money", "R"),
                _c("payer_name 付款方名称", "text", "", "付款人全称", "付款单位", "付款人"),
                _c("payer_account 付款方账号", "id", "", "付款人账号", personal="card"),
                _c("payee_name 收款方名称", "text", "", *PAYEE, personal="name"),
                _c("payee_account 收款方账号", "id", "", "收款人账号", personal="card"),
                _c("payee_kind 收款账户性质", values="最终收款人 财政专户 预算单位实有资金账户 零余额账户"),
                _c("method 结算方式", values="转账 现金 现金支票 公务卡"),
                _c("purpose 用途", "text", "", "摘要", "资金用途"),
            ),
            event="paid_on",
        ),
        Table(
            "platform_payments",
            "监控平台支付导出",
            (
                _c("payment_id 支付凭证号", "id", "KR", *VOUCHER),
                _c("project_id 项目编号", "id", "", *PROJECT),
                _c("paid_on 支付日期", "date", "", *PAID_ON),
                _c("amount 支付金额", "money", "R"),
                _c("payee_name 收款方名称", "text", "", *PAYEE, personal="name"),
            ),
            event="paid_on",
        ),
        Table(
            "approvals",
            "支付审核记录",
            (
                _c("payment_id 支付凭证号", "id", "KR", *VOUCHER),
                _c("step 审核环节", "text", "KR", values="扶贫股 盯办岗 支付中心 乡财股 分管领导 主要领导"),
                _c("step_no 环节序号", "integer"),
                _c("reviewer 审核人", "text", "R", personal="name"),
                _c("round 轮次", "integer", "KM"),
                _c("decided_on 审核时间", "date"),
                _c("decision 审核结果", values="同意 退回"),
            ),
            completions=("decided_on",),
        ),
        Table(
            "household_payments",
            "到人到户补助资金发放表",
            (
                _c("line_id 发放序号", "id", "KM"),
                _c("payment_id 支付凭证号", "id", "", *VOUCHER),
                _c("project_id 项目编号", "id", "", *PROJECT),
                _c("subsidy 补助项目", "text", "R", "补贴项目", "补贴名称"),
                _c("period 发放月份", "month"),
                _c("basis_kind 按户或按人补助", values="到人 到户"),
                _c("id_number 证件号码", "id", "", *ID_NUMBER, "领款人身份证号", *HEADS, personal="id_number"),
                _c("name 姓名", "text", "R", "受益人姓名", "领取人姓名", "享受人姓名", *NAMES, personal="name"),
                _c("household_id 户编号", "id", "", *HOUSEHOLD),
                _c("card_no 收款方账号", "id", "", *CARD, personal="card"),
                _c("card_holder 收款账户名称", personal="name"),
                _c("township 乡镇", "text", "", *TOWNSHIP),
                _c("village 行政村", "text", "", *VILLAGE),
                _c("quantity 补助数量", "decimal"),
                _c("amount 金额", "money", "R", "发放金额", "补贴金额", "补助金额", "实发金额"),
                _c("paid_on 发放日期", "date", "", *PAID_ON, "发放时间"),
            ),
            event="paid_on",
        ),
        Table(
            "beneficiaries",
            "帮扶对象名册",
            (
                _c("id_number 证件号码", "id", "KR", *ID_NUMBER, personal="id_number"),
                _c("name 姓名", "text", "R", "户主姓名", personal="name"),
                _c("household_id 户编号", "id", "", *HOUSEHOLD),
                _c("relation 与户主关系", values="户主 本人 配偶 子女 父母"),
                _c("township 乡镇", "text", "", *TOWNSHIP),
                _c("village 行政村", "text", "", *VILLAGE),
                _c(
                    "kind 对象类别",
                    "text",
                    "",
                    "户类型",
                    "户属性",
                    "对象类型",
                    values="脱贫户 脱贫不稳定户 边缘易致贫户 突发严重困难户 建档立卡贫困户 防止返贫致贫对象 农村低收入人口",
                ),
                _c("entered_on 纳入日期", "date", "KY", "识别日期", "认定日期"),
                _c("exited_on 退出日期", "date", "Y"),
                _c("card_no 一卡通账号", "id", "", *CARD, personal="card"),
            ),
        ),
        Table(
            "registers",
            "外部比对名单",
            (
                _c("register 名单类别", "text", "R", values="死亡 财政供养 村干部 企业法人 车辆 房产 退休金"),
                _c("id_number 证件号码", "id", "R", *ID_NUMBER, personal="id_number"),
                _c("name 姓名", personal="name"),
                _c("since 起始日期", "date", "Y", "死亡日期", "死亡时间", "去世日期"),
                _c("until 截止日期", "date", "Y"),
                _c("list_date 名单截止日期", "date"),
                _c("detail 说明"),
                _c("source 来源部门"),
            ),
        ),
        Table(
            "accounts",
            "账户台账",
            (
                _c("account_no 账号", "id", "KR", personal="card"),
                _c("account_name 账户名称"),
                _c("kind 账户性质", "text", "R", values="零余额账户 财政专户 预算单位实有资金账户 国库单一账户"),
                _c("unit 单位"),
                _c("approved_no 批准文号"),
                _c("closed_on 销户日期", "date"),
            ),
            completions=("closed_on",),
        ),
        Table(
            "balances",
            "账户余额",
            (
                _c("account_no 账号", "id", "KR", personal="card"),
                _c("as_of 余额日期", "date", "KR"),
                _c("balance 余额", "money", "R"),
            ),
            event="as_of",
        ),
        Table(
            "disclosures",
            "公告公示台账",
            (
                _c("item_id 事项编号", "id", "KR", "公示编号", "公告编号"),
                _c("subject_id 项目、指标或分配编号", "id", "", "涉及编号"),
                _c(
                    "kind 公开事项",
                    "text",
                    "R",
                    values="政策制度 资金到账 分配结果 项目库建设 项目实施计划 绩效 收益分配 开工 竣工",
                ),
                _c("arisen_on 信息产生日期", "date", "R"),
                _c("disclosed_on 公开日期", "date"),
                _c("taken_down_on 截止日期", "date"),
                _c("channel 渠道", values="门户网站 乡镇公示栏 村公示栏"),
            ),
            event="arisen_on",
            completions=("disclosed_on",),
        ),
        Table(
            "performance",
            "绩效目标与监控",
            (
                _c("project_id 项目编号", "id", "KR", *PROJECT),
                _c("year 年度", "integer", "KR"),
                _c("metric 绩效指标", "text", "KR"),
                _c("target 指标值", "decimal"),
                _c("target_text 定性目标"),
                _c("direction 方向", values="≥ ≤ ="),
                _c("actual 完成值", "decimal"),
                _c("unit 计量单位"),
                _c("set_on 填报日期", "date"),
                _c("monitored_on 监控日期", "date"),
                _c("self_score 自评得分", "decimal"),
                _c("self_evaluated_on 自评日期", "date"),
            ),
            completions=("self_evaluated_on",),
            come_with=(("self_score", "self_evaluated_on"),),
        ),
        Table(
            "month_plans",
            "月支出计划",
            (
                _c("month 月份", "month", "KR"),
                _c("unit 实施单位", "text", "KR"),
                _c("project_id 项目编号", "id", "K", *PROJECT),
                _c("amount 计划支出", "money", "R"),
                _c("issued_on 下发日期", "date"),
            ),
        ),
        Table(
            "submissions",
            "报送记录",
            (
                _c("kind 报送事项", "text", "KR", values="月支出计划 县级月报 科室月报 周报"),
                _c("period 所属期", "text", "KR"),
                _c("section 报送单位", "text", "K"),
                _c("submitted_on 报送日期", "date"),
            ),
            event="submitted_on",
        ),
        Table(
            "standards",
            "补助标准",
            (
                _c("subsidy 补助项目", "text", "KR", "补贴项目", "补贴名称"),
                _c("kinds 适用对象类别", "text", "K"),
                _c("from_date 生效日期", "date", "KY"),
                _c("basis_kind 按户或按人补助", "text", "R", values="到人 到户"),
                _c("amount 标准金额", "money", "R"),
                _c("per_unit 计量单位"),
                _c("per 周期", values="月 季 年 次"),
                _c("universal 普惠", "bool"),
                _c("fixed 定额", "bool"),
            ),
        ),
        Table(
            "quantities",
            "五本账工程量",
            (
                _c("project_id 项目编号", "id", "KR", *PROJECT),
                _c("item 分项", "text", "KR"),
                _c("design 设计批复", "decimal"),
                _c("drawing 施工图", "decimal"),
                _c("as_built 竣工图", "decimal"),
                _c("completion_report 竣工报告", "decimal"),
                _c("on_site 现场实测", "decimal"),
                _c("unit 计量单位"),
            ),
        ),
        Table(
            "alerts",
            "监控平台预警",
            (
                _c("alert_id 预警编号", "id", "KR"),
                _c("rule 预警规则", "text", "R"),
                _c("subject_id 涉及编号", "id"),
                _c("raised_on 预警日期", "date", "R"),
                _c("answered_on 反馈日期", "date"),
                _c("closed_on 办结日期", "date"),
                _c("answer 处理说明"),
            ),
            event="raised_on",
            completions=("answered_on", "closed_on"),
        ),
        Table(
            "permits",
            "前期手续",
            (
                _c("project_id 项目编号", "id", "KR", *PROJECT),
                _c("kind 手续类别", "text", "KR", values="用地 环评 稳评 地勘 设计"),
                _c("required 是否需要", "bool"),
                _c("issued_on 取得日期", "date"),
            ),
            completions=("issued_on",),
        ),
        Table(
            "assets",
            "项目资产",
            (
                _c("asset_id 资产编号", "id", "KR"),
                _c("project_id 项目编号", "id", "R", *PROJECT),
                _c("kind 资产类别", values="经营性 公益性 到户类"),
                _c("value 资产原值", "money"),
                _c("transferred_on 移交日期", "date"),
                _c("holder 管护单位"),
                _c("status 使用状态", values="在用 闲置 损毁 处置"),
                _c("checked_on 核查日期", "date"),
            ),
            completions=("transferred_on", "checked_on"),
        ),
        Table(
            "benefits",
            "收益分配",
            (
                _c("project_id 项目编号", "id", "KR", *PROJECT),
                _c("year 年度", "integer", "KR"),
                _c("due 应分配金额", "money", "R"),
                _c("paid 已分配金额", "money"),
                _c("paid_on 分配日期", "date"),
                _c("households 受益户数", "integer"),
            ),
            completions=("paid_on",),
            come_with=(("paid", "paid_on"),),
        ),
    )
}

# Texts that no check compares as a whole, or that compare in a way of their own.
FREE_TEXTS = frozenset(
    "doc_no minutes_no change_doc_no approved_no attachment name card_holder responsible reviewer purpose detail source answer"
    " target_text start_finish_term settlement_term payment_term price_adjust_term retention_term".split()
)

# The keys through which a rejected row touches subjects.
LINK_KEYS = tuple(
    "indicator_id allocation_id project_id contract_id payment_id account_no id_number household_id card_no item_id alert_id asset_id".split()
)

# What a canonical table's second end of a date known to the month is called.
END = "_end"
