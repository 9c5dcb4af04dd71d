"""Identity, account and card numbers, document numbers and names. Everybody is made up.

Valid numbers used here (GB 11643): 653129198003150011, 653129197507221026, 640422196801012033, 610204199111303049,
65312919900611001X; 15 digits 640422680101203 = 640422196801012033, 653129750722102 = 653129197507221026.
"""

from build import Case, File, Sheet, rows

A, B, C, E, X = "653129198003150011", "653129197507221026", "640422196801012033", "610204199111303049", "65312919900611001X"
REGISTER = ["证件号码", "姓名", "户编号"]
LINES = ["补助项目", "姓名", "证件号码", "金额"]
NORMALISED = "编号规范化"
NUMBERS = "编号以数字格式存放"


def register(*lines):
    return {"beneficiaries": rows("row id_number name household_id", *lines)}


CASES = [
    Case(
        "p01_numbers_as_numbers",
        {
            "帮扶对象名册.xlsx": File(
                "xlsx", {"帮扶对象名册": Sheet([REGISTER, [653129198003150011, "张三", "H1"], [B, "李四", "H2"]])}
            )
        },
        [("identity numbers as numbers", "帮扶对象名册.xlsx", "A2")],
        register([2, "653129198003150000", "张三", "H1"], [3, B, "李四", "H2"]),
        log=[{"column": "id_number", "message": NUMBERS, "rows": 1}],
        suspect=[["beneficiaries", 2, "id_number"]],
        note="The file holds 6.5312919800315e+17: 15 digits are left, …150011 has become …150000, and is suspect.",
    ),
    Case(
        "p02_numbers_as_numbers_lines",
        {
            "到人到户补助资金发放表.xlsx": File(
                "lo",
                {
                    "到人到户补助资金发放表": Sheet(
                        [LINES, ["产业补助", "张三", 653129198003150011, 100], ["产业补助", "李四", B, 200]]
                    )
                },
            )
        },
        [("identity numbers as numbers", "到人到户补助资金发放表.xlsx", "C2")],
        {
            "household_payments": rows(
                "row name id_number amount", [2, "张三", "653129198003150000", "100.00"], [3, "李四", B, "200.00"]
            )
        },
        log=[{"column": "id_number", "message": NUMBERS, "rows": 1}],
        suspect=[["household_payments", 2, "id_number"]],
        note="LibreOffice keeps 15 digits: …150011 has become …150000 in the file.",
    ),
    Case(
        "p03_scientific",
        {"帮扶对象名册.csv": File("gbk", [REGISTER, ["6.53129E+17", "张三", "H1"], [B, "李四", "H2"]])},
        [("1.1E+17", "帮扶对象名册.csv", "A2"), ("GBK", "帮扶对象名册.csv", "A1")],
        register([2, "653129000000000000", "张三", "H1"], [3, B, "李四", "H2"]),
        log=[{"column": "id_number", "message": NUMBERS, "rows": 1}, {"column": "id_number", "message": "科学计数法", "rows": 1}],
        suspect=[["beneficiaries", 2, "id_number"]],
    ),
    Case(
        "p04_scientific_registers",
        {
            "外部比对名单.csv": File(
                "utf-8", [["名单类别", "证件号码", "姓名"], ["死亡", "6.53129198003E+17", "张三"], ["死亡", B, "李四"]]
            )
        },
        [("1.1E+17", "外部比对名单.csv", "B2")],
        {"registers": rows("row id_number name", [2, "653129198003000000", "张三"], [3, B, "李四"])},
        log=[{"column": "id_number", "message": NUMBERS, "rows": 1}, {"column": "id_number", "message": "科学计数法", "rows": 1}],
        suspect=[["registers", 2, "id_number"]],
    ),
    Case(
        "p05_apostrophe",
        {
            "帮扶对象名册.xlsx": File(
                "xlsx", {"帮扶对象名册": Sheet([REGISTER, ["'" + A, "张三", "H1"], ["’" + B, "李四", "H2"]])}
            )
        },
        [("leading apostrophe", "帮扶对象名册.xlsx", "A2")],
        register([2, A, "张三", "H1"], [3, B, "李四", "H2"]),
        log=[{"column": "id_number", "message": NORMALISED, "rows": 2}],
    ),
    Case(
        "p06_apostrophe_accounts",
        {
            "账户台账.csv": File(
                "gb18030", [["账号", "账户性质"], ["'6222000000000000017", "财政专户"], ["6222000000000000025", "零余额账户"]]
            )
        },
        [
            ("leading apostrophe", "账户台账.csv", "A2"),
            ("account numbers over 15 digits", "账户台账.csv", "A3"),
            ("GB18030", "账户台账.csv", "A1"),
        ],
        {
            "accounts": rows(
                "row account_no kind", [2, "6222000000000000017", "财政专户"], [3, "6222000000000000025", "零余额账户"]
            )
        },
        log=[{"column": "account_no", "message": NORMALISED, "rows": 1}],
    ),
    Case(
        "p07_lower_case_x",
        {
            "到人到户补助资金发放表.csv": File(
                "utf-8",
                [
                    LINES,
                    ["产业补助", "王五", X.lower(), "100"],
                    ["产业补助", "赵六", "６５３１２９１９９００６１１００１ｘ", "50"],
                ],
            )
        },
        [("lower-case x", "到人到户补助资金发放表.csv", "C2"), ("full-width ％ and digits", "到人到户补助资金发放表.csv", "C3")],
        {"household_payments": rows("row name id_number amount", [2, "王五", X, "100.00"], [3, "赵六", X, "50.00"])},
        log=[{"column": "id_number", "message": NORMALISED, "rows": 2}],
    ),
    Case(
        "p08_lower_case_x_register",
        {
            "外部比对名单.xls": File(
                "xls", {"外部比对名单": Sheet([["名单类别", "证件号码", "姓名"], ["财政供养", X.lower(), "王五"]])}
            )
        },
        [("lower-case x", "外部比对名单.xls", "B2"), ("xls beside xlsx", "外部比对名单.xls", "A1")],
        {"registers": rows("row register id_number", [2, "财政供养", X])},
        log=[{"column": "id_number", "message": NORMALISED, "rows": 1}],
    ),
    Case(
        "p09_fifteen_digits",
        {"帮扶对象名册.csv": File("utf-8-sig", [REGISTER, ["640422680101203", "马六", "H3"], ["653129750722102", "李四", "H2"]])},
        [("15 digits", "帮扶对象名册.csv", "A2"), ("UTF-8 with BOM", "帮扶对象名册.csv", "A1")],
        register([2, C, "马六", "H3"], [3, B, "李四", "H2"]),
        log=[{"column": "id_number", "message": NORMALISED, "rows": 2}],
    ),
    Case(
        "p10_fifteen_digits_lines",
        {
            "到人到户补助资金发放表.xlsx": File(
                "xlsx",
                {
                    "到人到户补助资金发放表": Sheet(
                        [LINES, ["产业补助", "马六", "640422680101203", 100], ["产业补助", "钱七", "640422681301203", 100]]
                    )
                },
            )
        },
        [
            ("15 digits", "到人到户补助资金发放表.xlsx", "C2"),
            ("identity number of a wrong length", "到人到户补助资金发放表.xlsx", "C3"),
        ],
        {"household_payments": rows("row name id_number", [2, "马六", C], [3, "钱七", "640422681301203"])},
        log=[
            {"column": "id_number", "message": "不是 18 位", "rows": 1},
            {"column": "id_number", "message": NORMALISED, "rows": 1},
        ],
        note="Month 13 is no birth date: the second one stays as it was.",
    ),
    Case(
        "p11_wrong_length",
        {"帮扶对象名册.csv": File("utf-8", [REGISTER, [A[:17], "张三", "H1"], [B + "1", "李四", "H2"], [C, "马六", "H3"]])},
        [("identity number of a wrong length", "帮扶对象名册.csv", "A2")],
        register([2, A[:17], "张三", "H1"], [3, B + "1", "李四", "H2"], [4, C, "马六", "H3"]),
        log=[{"column": "id_number", "message": "不是 18 位", "rows": 2}],
    ),
    Case(
        "p12_all_end_in_000",
        {
            "帮扶对象名册.csv": File(
                "gbk",
                [
                    REGISTER,
                    ["653129198003150000", "张三", "H1"],
                    ["653129197507221000", "李四", "H2"],
                    ["640422196801012000", "马六", "H3"],
                ],
            )
        },
        [("a column whose ids all end in 000", "帮扶对象名册.csv", "A2"), ("GBK", "帮扶对象名册.csv", "A1")],
        register(
            [2, "653129198003150000", "张三", "H1"],
            [3, "653129197507221000", "李四", "H2"],
            [4, "640422196801012000", "马六", "H3"],
        ),
        log=[{"column": "id_number", "message": "第 16 位起全为 0", "rows": 3}],
        suspect=[["beneficiaries", 2, "id_number"], ["beneficiaries", 3, "id_number"], ["beneficiaries", 4, "id_number"]],
    ),
    Case(
        "p13_all_end_in_000_lines",
        {
            "到人到户补助资金发放表.csv": File(
                "utf-8",
                [
                    LINES,
                    ["产业补助", "张三", "653129198003150000", "1"],
                    ["产业补助", "李四", "653129197507221000", "1"],
                    ["产业补助", "马六", "640422196801012000", "1"],
                ],
            )
        },
        [("a column whose ids all end in 000", "到人到户补助资金发放表.csv", "C2")],
        {
            "household_payments": rows(
                "row name id_number",
                [2, "张三", "653129198003150000"],
                [3, "李四", "653129197507221000"],
                [4, "马六", "640422196801012000"],
            )
        },
        log=[{"column": "id_number", "message": "第 16 位起全为 0", "rows": 3}],
        suspect=[["household_payments", n, "id_number"] for n in (2, 3, 4)],
    ),
    Case(
        "p14_leading_zeros_shown",
        {
            "支付明细.xlsx": File(
                "xlsx",
                {
                    "支付明细": Sheet(
                        [["支付凭证号", "支付日期", "支付金额"], [(42, "000000"), "2022-03-05", 1], ["000043", "2022-03-06", 2]]
                    )
                },
            )
        },
        [("leading zeros lost", "支付明细.xlsx", "A2")],
        {"payments": rows("row payment_id amount", [2, "000042", "1.00"], [3, "000043", "2.00"])},
        log=[{"column": "payment_id", "message": NUMBERS, "rows": 1}],
        suspect=[["payments", 2, "payment_id"]],
        note="The cell holds 42 and shows 000042: the zeros that it shows are kept; it stays suspect.",
    ),
    Case(
        "p15_leading_zeros_lost",
        {"账户台账.xlsx": File("lo", {"账户台账": Sheet([["账号", "账户性质"], [42, "财政专户"], ["000043", "零余额账户"]])})},
        [("leading zeros lost", "账户台账.xlsx", "A2")],
        {"accounts": rows("row account_no", [2, "42"], [3, "000043"])},
        log=[{"column": "account_no", "message": NUMBERS, "rows": 1}],
        suspect=[["accounts", 2, "account_no"]],
    ),
    Case(
        "p16_leading_zeros_kept",
        {
            "支付审核记录.csv": File(
                "utf-8", [["支付凭证号", "审核环节", "审核人"], ["000042", "支付中心", "甲"], ["0042", "支付中心", "甲"]]
            )
        },
        [("leading zeros lost", "支付审核记录.csv", "A2")],
        {"approvals": rows("row payment_id step round", [2, "000042", "支付中心", 1], [3, "0042", "支付中心", 1])},
        note="000042 and 0042 are two vouchers; a naive read makes both 42.",
    ),
    Case(
        "p17_accounts_over_15_digits",
        {
            "账户余额.xlsx": File(
                "xlsx",
                {
                    "账户余额": Sheet(
                        [
                            ["账号", "余额日期", "余额"],
                            [6222000000000000017, "2022-12-31", 5],
                            ["6222000000000000025", "2022-12-31", 6],
                        ]
                    )
                },
            )
        },
        [("account numbers over 15 digits", "账户余额.xlsx", "A2")],
        {"balances": rows("row account_no balance", [2, "6222000000000000000", "5.00"], [3, "6222000000000000025", "6.00"])},
        log=[{"column": "account_no", "message": NUMBERS, "rows": 1}],
        suspect=[["balances", 2, "account_no"]],
    ),
    Case(
        "p18_accounts_over_15_digits_text",
        {
            "到人到户补助资金发放表.csv": File(
                "gb18030",
                [
                    [*LINES, "银行卡号"],
                    ["产业补助", "张三", A, "100", "6222000000000000017"],
                    ["产业补助", "李四", B, "100", "6222 0000 0000 0000 025"],
                ],
            )
        },
        [
            ("account numbers over 15 digits", "到人到户补助资金发放表.csv", "E2"),
            ("header synonyms", "到人到户补助资金发放表.csv", "E1"),
            ("GB18030", "到人到户补助资金发放表.csv", "A1"),
        ],
        {"household_payments": rows("row name card_no", [2, "张三", "6222000000000000017"], [3, "李四", "6222000000000000025"])},
        log=[{"column": "card_no", "message": NORMALISED, "rows": 1}],
    ),
    Case(
        "p19_brackets_of_document_numbers",
        {
            "指标台账.csv": File(
                "utf-8",
                [
                    ["指标编号", "指标文号", "资金名称", "预算年度", "指标金额", "收到日期"],
                    ["ZB〔2022〕1", "喀地财农〔2022〕8号", "衔接资金", "2022年", "5", "2022-01-10"],
                    ["ZB[2022]2", "喀地财农[2022]9号", "衔接资金", "2022", "6", "2022-01-11"],
                    ["ZB（2022）3", "喀地财农（2022）10号", "衔接资金", "2022", "7", "2022-01-12"],
                ],
            )
        },
        [
            ("〔〕, [] and () in document numbers", "指标台账.csv", "B2"),
            ("〔〕, [] and () in document numbers", "指标台账.csv", "A4"),
        ],
        {
            "indicators": rows(
                "row indicator_id doc_no budget_year",
                [2, "ZB〔2022〕1", "喀地财农〔2022〕8号", 2022],
                [3, "ZB[2022]2", "喀地财农[2022]9号", 2022],
                [4, "ZB(2022)3", "喀地财农（2022）10号", 2022],
            )
        },
        log=[{"column": "indicator_id", "message": NORMALISED, "rows": 1}],
        note="A key is NFKC: full-width brackets become half width. The document's number is text, as written.",
    ),
    Case(
        "p20_brackets_in_headers_and_text",
        {
            "项目库.xls": File(
                "xls",
                {
                    "项目库": Sheet(
                        [
                            ["项目编号", "项目名称", "调整备案文号", "村(社区)"],
                            ["XM1", "甲", "财农〔2022〕8号", "A村"],
                            ["XM2", "乙", "财农[2022]9号", "B村"],
                        ]
                    )
                },
            )
        },
        [
            ("〔〕, [] and () in document numbers", "项目库.xls", "C2"),
            ("header synonyms", "项目库.xls", "D1"),
            ("xls beside xlsx", "项目库.xls", "A1"),
        ],
        {
            "projects": rows(
                "row project_id change_doc_no village", [2, "XM1", "财农〔2022〕8号", "A村"], [3, "XM2", "财农[2022]9号", "B村"]
            )
        },
    ),
    Case(
        "p21_spaces",
        {
            "帮扶对象名册.csv": File(
                "utf-8",
                [
                    ["证件号码", "姓　名", "户编号"],
                    ["653129 19800315 0011", "\u3000张三\u3000", "H\u00a01"],
                    [B, "李\u00a0四 ", "H2"],
                ],
            )
        },
        [("no-break and full-width spaces", "帮扶对象名册.csv", "C2"), ("full-width headers", "帮扶对象名册.csv", "B1")],
        register([2, A, "张三", "H1"], [3, B, "李\u00a0四", "H2"]),
        log=[
            {"column": "id_number", "message": NORMALISED, "rows": 1},
            {"column": "household_id", "message": NORMALISED, "rows": 1},
        ],
        note="Ids lose all spaces; a name loses those around it, and is compared without those inside.",
    ),
    Case(
        "p22_spaces_payments",
        {
            "支付明细.xlsx": File(
                "lo",
                {
                    "支付明细": Sheet(
                        [
                            ["支付凭证号", "支付日期", "支付金额"],
                            ["\u00a0P1\u3000", "\u3000２０２２年３月５日", "\u00a01 234.5\u3000"],
                            ["P\u200b2", "2022-03-06", "2"],
                        ]
                    )
                },
            )
        },
        [("no-break and full-width spaces", "支付明细.xlsx", "A2")],
        {"payments": rows("row payment_id paid_on amount", [2, "P1", "2022-03-05", "1234.50"], [3, "P2", "2022-03-06", "2.00"])},
        log=[{"column": "payment_id", "message": NORMALISED, "rows": 2}],
    ),
    Case(
        "p23_dots_in_names",
        {
            "帮扶对象名册.csv": File(
                "gb18030",
                [
                    [*REGISTER, "备注"],
                    [A, "阿依古丽·买买提", "H1", ""],
                    [B, "阿依古丽•买买提", "H1", ""],
                    [E, "阿依古丽・买买提", "H1", "注"],
                ],
            )
        },
        [
            ("· • ・ in names", "帮扶对象名册.csv", "B2"),
            ("unknown columns", "帮扶对象名册.csv", "D1"),
            ("GB18030", "帮扶对象名册.csv", "A1"),
        ],
        register([2, A, "阿依古丽·买买提", "H1"], [3, B, "阿依古丽•买买提", "H1"], [4, E, "阿依古丽・买买提", "H1"]),
        log=[{"column": "备注", "message": "不认识的列", "rows": 3}],
    ),
    Case(
        "p24_dots_and_rare_characters",
        {
            "外部比对名单.xlsx": File(
                "xlsx",
                {
                    "外部比对名单": Sheet(
                        [
                            ["名单类别", "证件号码", "姓名", "起始日期"],
                            ["死亡", A, "买买提・吐尔逊", "2022.1.5"],
                            ["死亡", B, "\U00030edd\ue863", "2022.1.6"],
                        ]
                    )
                },
            )
        },
        [("· • ・ in names", "外部比对名单.xlsx", "C2")],
        {"registers": rows("row name since", [2, "买买提・吐尔逊", "2022-01-05"], [3, "\U00030edd\ue863", "2022-01-06"])},
        note="A character newer than the tables of Python and one of private use are somebody's name: both stay.",
    ),
]
