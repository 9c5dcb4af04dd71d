"""Tables as people build them: titles, merged headers, totals, fillers, notes, hidden things, several sheets and files."""

from build import Case, File, Sheet, rows

PAY = ["支付凭证号", "支付日期", "支付金额"]
A, B = "653129198003150011", "653129197507221026"


def pay(*lines):
    return {"payments": rows("row payment_id amount", *lines)}


def total(row, label, column, printed, recomputed):
    return {"row": row, "label": label, "column": column, "printed": printed, "recomputed": recomputed}


CASES = [
    Case(
        "t01_title_and_unit_line",
        {
            "支付明细.xlsx": File(
                "xlsx",
                {
                    "支付明细": Sheet(
                        [["某县2022年支付明细"], ["填报单位：财政局", "", "单位：万元"], PAY, ["P1", "2022-03-05", 1.5]],
                        merge=["A1:C1"],
                    )
                },
            )
        },
        [("title and unit lines above the header", "支付明细.xlsx", "A1")],
        pay([4, "P1", "15000.00"]),
    ),
    Case(
        "t02_title_contracts_xls",
        {
            "合同台账.xls": File(
                "xls",
                {
                    "合同台账": Sheet(
                        [
                            ["附件3　合同情况表"],
                            [""],
                            ["", "", "金额单位：万元"],
                            ["序号", "合同编号", "项目编码", "合同金额"],
                            [1, "HT1", "XM1", 35],
                        ]
                    )
                },
            )
        },
        [
            ("title and unit lines above the header", "合同台账.xls", "C3"),
            ("serial-number columns", "合同台账.xls", "A4"),
            ("xls beside xlsx", "合同台账.xls", "A1"),
        ],
        {"contracts": rows("row contract_id project_id amount", [5, "HT1", "XM1", "350000.00"])},
    ),
    Case(
        "t03_two_level_header",
        {
            "支付明细.xlsx": File(
                "xlsx",
                {
                    "支付明细": Sheet(
                        [
                            ["支付凭证号", "支付", "", "收款方", ""],
                            ["", "日期", "金额（万元）", "名称", "账号"],
                            ["P1", "2022-03-05", 1.5, "某公司", "6222000000000000017"],
                        ],
                        merge=["A1:A2", "B1:C1", "D1:E1"],
                    )
                },
            )
        },
        [("two-level merged headers", "支付明细.xlsx", "B1"), ("headers with units", "支付明细.xlsx", "C2")],
        {
            "payments": rows(
                "row payment_id paid_on amount payee_name payee_account",
                [3, "P1", "2022-03-05", "15000.00", "某公司", "6222000000000000017"],
            )
        },
    ),
    Case(
        "t04_two_level_header_flattened",
        {
            "合同台账.csv": File(
                "gbk",
                [
                    ["合同编号", "项目编号", "合同", "", "质保金"],
                    ["", "", "金额（元）", "签订日期", "比例"],
                    ["HT1", "XM1", "100", "2022.3.5", "3%"],
                ],
            )
        },
        [("two-level merged headers", "合同台账.csv", "C1"), ("GBK", "合同台账.csv", "A1")],
        {"contracts": rows("row contract_id amount signed_on retention_ratio", [3, "HT1", "100.00", "2022-03-05", "0.03000000"])},
        note="合同 + 金额 = 合同金额, 质保金 + 比例 = 质保金比例; 签订日期 is a header by itself.",
    ),
    Case(
        "t05_two_level_with_parts",
        {
            "指标台账.xlsx": File(
                "lo",
                {
                    "指标台账": Sheet(
                        [
                            ["指标编号", "资金名称", "预算年度", "指标金额", "", "收到日期"],
                            ["", "", "", "合计", "其中：扶贫", ""],
                            ["ZB1", "衔接资金", 2022, 10, 6, "2022-01-10"],
                        ],
                        merge=["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:F2"],
                    )
                },
            )
        },
        [("two-level merged headers", "指标台账.xlsx", "D1")],
        {"indicators": rows("row indicator_id amount received_on", [3, "ZB1", "10.00", "2022-01-10"])},
        log=[{"column": "指标金额其中：扶贫", "message": "不认识的列", "rows": 1}],
    ),
    Case(
        "t06_unit_row_and_column_numbers",
        {
            "指标分配.csv": File(
                "utf-8",
                [
                    ["分配编号", "指标编号", "分配金额", "预算单位"],
                    ["", "", "（万元）", ""],
                    ["1", "2", "3", "4"],
                    ["FP1", "ZB1", "12", "水利局"],
                ],
            )
        },
        [("two-level merged headers", "指标分配.csv", "C2"), ("blank and filler rows", "指标分配.csv", "A3")],
        {"allocations": rows("row allocation_id amount unit", [4, "FP1", "120000.00", "水利局"])},
    ),
    Case(
        "t07_totals",
        {
            "支付明细.csv": File(
                "utf-8",
                [
                    PAY,
                    ["P1", "2022-03-05", "1"],
                    ["P2", "2022-03-06", "2"],
                    ["小计", "", "3"],
                    ["P3", "2022-03-07", "4"],
                    ["小 计", "", "4"],
                    ["合计", "", "7"],
                ],
            )
        },
        [("小计 and 合计 rows", "支付明细.csv", "A4")],
        pay([2, "P1", "1.00"], [3, "P2", "2.00"], [5, "P3", "4.00"]),
        totals=[
            total(4, "小计", "amount", "3.00", "3.00"),
            total(6, "小计", "amount", "4.00", "4.00"),
            total(7, "合计", "amount", "7.00", "7.00"),
        ],
    ),
    Case(
        "t08_totals_that_do_not_agree",
        {
            "账户余额.xlsx": File(
                "xlsx",
                {
                    "账户余额": Sheet(
                        [["账号", "余额日期", "余额"], ["6001", "2022-12-31", 5], ["6002", "2022-12-31", "五"], ["合计", "", 9]]
                    )
                },
            )
        },
        [("小计 and 合计 rows", "账户余额.xlsx", "A4")],
        {"balances": rows("row account_no balance", [2, "6001", "5.00"])},
        rejects=[{"row": 3, "column": "余额", "found": "五", "reason": "无法读取"}],
        totals=[total(4, "合计", "balance", "9.00", "5.00")],
    ),
    Case(
        "t09_subtotal_without_serial",
        {
            "到人到户补助资金发放表.xlsx": File(
                "lo",
                {
                    "到人到户补助资金发放表": Sheet(
                        [
                            ["序号", "乡镇", "补助项目", "姓名", "金额"],
                            [1, "照金镇", "产业补助", "张三", 100],
                            [2, "照金镇", "产业补助", "李四", 200],
                            ["", "照金镇", "产业补助", "小计", 300],
                            ["", "小计", "产业补助", "", 300],
                            ["总计", "", "", "", 300],
                        ]
                    )
                },
            )
        },
        [
            ("小计 without a serial number", "到人到户补助资金发放表.xlsx", "D4"),
            ("小计 without a serial number", "到人到户补助资金发放表.xlsx", "B5"),
            ("serial-number columns", "到人到户补助资金发放表.xlsx", "A1"),
        ],
        {"household_payments": rows("row name amount", [2, "张三", "100.00"], [3, "李四", "200.00"])},
        totals=[
            total(4, "小计", "amount", "300.00", "300.00"),
            total(5, "小计", "amount", "300.00", "300.00"),
            total(6, "总计", "amount", "300.00", "300.00"),
        ],
    ),
    Case(
        "t10_subtotal_without_serial_xls",
        {
            "月支出计划.xls": File(
                "xls",
                {
                    "月支出计划": Sheet(
                        [["序号", "月份", "实施单位", "计划支出"], [1, "2022-03", "水利局", 5], ["", "", "小计", 5]]
                    )
                },
            )
        },
        [
            ("小计 without a serial number", "月支出计划.xls", "C3"),
            ("serial-number columns", "月支出计划.xls", "A1"),
            ("xls beside xlsx", "月支出计划.xls", "A1"),
        ],
        {"month_plans": rows("row month unit amount", [2, "2022-03", "水利局", "5.00"])},
        totals=[total(3, "小计", "amount", "5.00", "5.00")],
    ),
    Case(
        "t11_total_first",
        {
            "指标台账.csv": File(
                "gb18030",
                [
                    ["指标编号", "资金名称", "预算年度", "指标金额（万元）", "收到日期"],
                    ["合计", "", "", "3", ""],
                    ["ZB1", "甲", "2022", "1", "2022-01-10"],
                    ["ZB2", "乙", "2022", "2", "2022-01-11"],
                ],
            )
        },
        [("小计 and 合计 rows", "指标台账.csv", "A2"), ("GB18030", "指标台账.csv", "A1")],
        {"indicators": rows("row indicator_id amount", [3, "ZB1", "10000.00"], [4, "ZB2", "20000.00"])},
        totals=[total(2, "合计", "amount", "30000.00", "30000.00")],
        note="The total stands above its rows: 1 + 2 = 3 万元.",
    ),
    Case(
        "t12_blank_and_filler_rows",
        {
            "支付明细.xlsx": File(
                "xlsx",
                {
                    "支付明细": Sheet(
                        [
                            ["序号", *PAY],
                            [1, "P1", "2022-03-05", 1],
                            ["", "", "", ""],
                            [2, "", "", ""],
                            [3, "P2", "2022-03-06", 2],
                            ["", "……", "", ""],
                            ["", "以下空白", "", ""],
                        ]
                    )
                },
            )
        },
        [
            ("blank rows", "支付明细.xlsx", "A3"),
            ("blank and filler rows", "支付明细.xlsx", "A4"),
            ("serial-number columns", "支付明细.xlsx", "A1"),
        ],
        pay([2, "P1", "1.00"], [5, "P2", "2.00"]),
        log=[{"column": "", "message": "空行", "rows": 1}, {"column": "", "message": "只有序号或占位符号的行", "rows": 3}],
    ),
    Case(
        "t13_blank_rows_csv",
        {
            "公告公示台账.csv": File(
                "utf-8",
                [
                    ["事项编号", "公开事项", "信息产生日期"],
                    ["GS1", "开工", "2022-03-05"],
                    [],
                    ["", "", ""],
                    ["—", "—", "—"],
                    ["GS2", "竣工", "2022-09-05"],
                ],
            )
        },
        [("blank rows", "公告公示台账.csv", "A3"), ("blank and filler rows", "公告公示台账.csv", "A5")],
        {"disclosures": rows("row item_id arisen_on", [2, "GS1", "2022-03-05"], [6, "GS2", "2022-09-05"])},
        log=[{"column": "", "message": "空行", "rows": 2}, {"column": "", "message": "只有序号或占位符号的行", "rows": 1}],
    ),
    Case(
        "t14_notes_under_the_table",
        {
            "支付明细.xlsx": File(
                "lo",
                {
                    "支付明细": Sheet(
                        [PAY, ["P1", "2022-03-05", 1], ["注：本表数据截至2022年12月31日。"], ["填表人：甲　　审核人：乙"]]
                    )
                },
            )
        },
        [("notes under the table", "支付明细.xlsx", "A3")],
        pay([2, "P1", "1.00"]),
        log=[{"column": "", "message": "表外的说明或签署", "rows": 2}],
    ),
    Case(
        "t15_notes_under_the_table_csv",
        {"帮扶对象名册.csv": File("gbk", [["证件号码", "姓名"], [A, "张三"], ["说明：含监测对象", ""], ["", "单位负责人："]])},
        [("notes under the table", "帮扶对象名册.csv", "A3"), ("GBK", "帮扶对象名册.csv", "A1")],
        {"beneficiaries": rows("row id_number name", [2, A, "张三"])},
        log=[{"column": "", "message": "表外的说明或签署", "rows": 2}],
    ),
    Case(
        "t16_hidden_sheet",
        {
            "台账.xlsx": File(
                "xlsx",
                {
                    "支付明细": Sheet([PAY, ["P1", "2022-03-05", 1]]),
                    "支付明细（补）": Sheet([PAY, ["P2", "2022-03-06", 2]], hidden=True),
                },
            )
        },
        [
            ("hidden sheets and rows", "台账.xlsx", "支付明细（补）!A2"),
            ("several sheets of one table", "台账.xlsx", "支付明细（补）!A1"),
        ],
        pay([2, "P1", "1.00"], [2, "P2", "2.00"]),
        log=[{"column": "", "message": "隐藏的工作表", "rows": 0}],
    ),
    Case(
        "t17_hidden_sheet_xls",
        {
            "台账.xls": File(
                "xls",
                {
                    "账户台账": Sheet([["账号", "账户性质"], ["6001", "财政专户"]]),
                    "账户台账2": Sheet([["账号", "账户性质"], ["6002", "零余额账户"]], hidden=True),
                },
            )
        },
        [
            ("hidden sheets and rows", "台账.xls", "账户台账2!A2"),
            ("several sheets of one table", "台账.xls", "账户台账2!A1"),
            ("xls beside xlsx", "台账.xls", "A1"),
        ],
        {"accounts": rows("row account_no", [2, "6001"], [2, "6002"])},
        log=[{"column": "", "message": "隐藏的工作表", "rows": 0}],
    ),
    Case(
        "t18_hidden_rows",
        {
            "合同台账.xlsx": File(
                "xlsx",
                {
                    "合同台账": Sheet(
                        [["合同编号", "项目编号", "合同金额(元)"], ["HT1", "XM1", 1], ["HT2", "XM1", 2], ["HT3", "XM1", 3]],
                        hide_rows=[3],
                    )
                },
            )
        },
        [("hidden sheets and rows", "合同台账.xlsx", "A3")],
        {"contracts": rows("row contract_id amount", [2, "HT1", "1.00"], [3, "HT2", "2.00"], [4, "HT3", "3.00"])},
        log=[{"column": "", "message": "有隐藏行 1 行（第 3 行）", "rows": 0}],
    ),
    Case(
        "t19_hidden_rows_libreoffice",
        {
            "帮扶对象名册.xlsx": File(
                "lo", {"帮扶对象名册": Sheet([["证件号码", "姓名"], [A, "张三"], [B, "李四"]], hide_rows=[2])}
            )
        },
        [("hidden sheets and rows", "帮扶对象名册.xlsx", "A2")],
        {"beneficiaries": rows("row id_number", [2, A], [3, B])},
        log=[{"column": "", "message": "有隐藏行 1 行（第 2 行）", "rows": 0}],
    ),
    Case(
        "t20_several_files_of_one_table",
        {
            "支付明细_1.csv": File("utf-8", [PAY, ["P1", "2022-03-05", "1"]]),
            "支付明细_2.csv": File(
                "gbk", [["凭证号", "付款日期", "支付金额"], ["P2", "2022-03-06", "2"], ["P1", "2022-03-05", "1"]]
            ),
        },
        [
            ("several files of one table", "支付明细_2.csv", "A1"),
            ("header synonyms", "支付明细_2.csv", "B1"),
            ("GBK", "支付明细_2.csv", "A1"),
        ],
        pay([2, "P1", "1.00"], [2, "P2", "2.00"]),
        rejects=[{"row": 3, "column": "支付凭证号", "found": "", "reason": "重复行"}],
        note="The same voucher line in a second file is the same line again: it counts once.",
    ),
    Case(
        "t21_several_files_with_a_conflict",
        {
            "2021年合同台账.csv": File(
                "utf-8", [["合同编号", "项目编号", "合同金额(元)"], ["HT1", "XM1", "1"], ["HT2", "XM1", "2"]]
            ),
            "合同台账.xlsx": File("xlsx", {"合同台账": Sheet([["合同编号", "项目编号", "合同金额(元)"], ["HT1", "XM1", 9]])}),
        },
        [("several files of one table", "合同台账.xlsx", "A2")],
        {"contracts": rows("row contract_id amount", [3, "HT2", "2.00"])},
        rejects=[
            {"row": 2, "column": "合同编号", "found": "HT1", "reason": "主键冲突"},
            {"row": 2, "column": "合同编号", "found": "HT1", "reason": "主键冲突"},
        ],
    ),
    Case(
        "t22_header_synonyms",
        {
            "到人到户补助资金发放表.csv": File(
                "utf-8",
                [
                    ["补贴名称", "姓名", "公民身份号码", "发放金额", "一卡通卡号", "付款日期"],
                    ["产业补助", "张三", A, "100", "6222000000000000017", "2022-03-05"],
                ],
            )
        },
        [("header synonyms", "到人到户补助资金发放表.csv", "C1")],
        {
            "household_payments": rows(
                "row subsidy name id_number amount card_no paid_on",
                [2, "产业补助", "张三", A, "100.00", "6222000000000000017", "2022-03-05"],
            )
        },
    ),
    Case(
        "t23_full_width_headers",
        {
            "项目库.csv": File(
                "utf-8", [["项 目 编 号", "项目　名称", "计划投资（万元）", "ｓｔａｔｕｓ"], ["XM1", "甲", "5", "在建"]]
            )
        },
        [("full-width headers", "项目库.csv", "D1"), ("headers with units", "项目库.csv", "C1")],
        {"projects": rows("row project_id name planned_amount status", [2, "XM1", "甲", "50000.00", "在建"])},
    ),
    Case(
        "t24_unknown_columns",
        {
            "支付明细.csv": File(
                "utf-8",
                [
                    [*PAY, "备注", "经手", ""],
                    ["P1", "2022-03-05", "1,000.50", "补付", "甲", "乙"],
                    ["P2", "2022-03-06", "2", "", "", ""],
                ],
            )
        },
        [("unknown columns", "支付明细.csv", "D1"), ("commas in some cells only", "支付明细.csv", "C2")],
        pay([2, "P1", "1000.50"], [3, "P2", "2.00"]),
        log=[
            {"column": "备注", "message": "不认识的列", "rows": 2},
            {"column": "（第 6 列）", "message": "不认识的列", "rows": 2},
        ],
    ),
    Case(
        "t25_booleans",
        {
            "指标分配.xlsx": File(
                "xlsx",
                {
                    "指标分配": Sheet(
                        [
                            ["分配编号", "指标编号", "分配金额(元)", "待分配标识", "是否到人到户"],
                            ["FP1", "ZB1", 1, "是", 1],
                            ["FP2", "ZB1", 2, "N", "false"],
                            ["FP3", "ZB1", 3, "待定", "Ｙ"],
                        ]
                    )
                },
            )
        },
        [("booleans in several forms", "指标分配.xlsx", "D2")],
        {"allocations": rows("row allocation_id pending to_household", [2, "FP1", True, True], [3, "FP2", False, False])},
        rejects=[{"row": 4, "column": "待分配标识", "found": "待定", "reason": "应为 是 或 否"}],
    ),
    Case(
        "t26_booleans_csv",
        {
            "补助标准.csv": File(
                "utf-8",
                [
                    ["补助项目", "按户或按人补助", "标准金额(元)", "普惠"],
                    ["甲", "到人", "1", "true"],
                    ["乙", "到户", "2", "0"],
                    ["丙", "到户", "3", "√"],
                ],
            )
        },
        [("booleans in several forms", "补助标准.csv", "D2")],
        {"standards": rows("row subsidy universal", [2, "甲", True], [3, "乙", False], [4, "丙", True])},
    ),
    Case(
        "t27_quoted_line_breaks",
        {
            "项目库.csv": File(
                "utf-8-sig",
                [["项目编号", "项目名称", "项目类别"], ["XM1", "甲\n（续建）", "产业发展"], ["XM2", '乙"新"建', "基础设施"]],
            )
        },
        [("line breaks in cells", "项目库.csv", "B2"), ("UTF-8 with BOM", "项目库.csv", "A1")],
        {
            "projects": rows(
                "row project_id name category", [2, "XM1", "甲 （续建）", "产业发展"], [4, "XM2", '乙"新"建', "基础设施"]
            )
        },
        note="The second project begins on line 4 of the file: the first one's name takes two lines.",
    ),
    Case(
        "t28_line_break_in_an_amount",
        {"支付明细.xlsx": File("xlsx", {"支付明细": Sheet([PAY, ["P1", "2022-03-05", "100\n200"], ["P2", "2022-03-06\n", 5]])})},
        [("line breaks in cells", "支付明细.xlsx", "C2")],
        pay([3, "P2", "5.00"]),
        rejects=[{"row": 2, "column": "支付金额", "found": "100\n200", "reason": "换行"}],
    ),
    Case(
        "t29_tabs_and_shifted_rows",
        {
            "支付明细.csv": File(
                "utf-16", [PAY, ["P1", "2022-03-05", "1"], ["P2", "2022-03-06"], ["P3", "2022-03-07", "3", "4"]], delimiter="\t"
            )
        },
        [("shifted rows", "支付明细.csv", "A3"), ("UTF-16 with tabs", "支付明细.csv", "A1")],
        pay([2, "P1", "1.00"]),
        rejects=[
            {"row": 3, "column": "整行", "found": "2 列", "reason": "列数与表头不符"},
            {"row": 4, "column": "整行", "found": "4 列", "reason": "列数与表头不符"},
        ],
    ),
    Case(
        "t30_shifted_rows_gbk",
        {
            "账户台账.csv": File(
                "gbk", [["账号", "账户名称", "账户性质"], ["6001", "甲,乙专户", "财政专户"], ["6002", "丙", "专户", "财政专户"]]
            )
        },
        [("shifted rows", "账户台账.csv", "A3"), ("GBK", "账户台账.csv", "A1")],
        {"accounts": rows("row account_no account_name", [2, "6001", "甲,乙专户"])},
        rejects=[{"row": 3, "column": "整行", "found": "4 列", "reason": "列数与表头不符"}],
    ),
    Case(
        "t31_repeated_header",
        {
            "账户余额.csv": File(
                "utf-16",
                [
                    ["账号", "余额日期", "余额"],
                    ["6001", "2022-12-31", "1"],
                    ["账号", "余额日期", "余额"],
                    ["6002", "2022-12-31", "2"],
                ],
                delimiter="\t",
            )
        },
        [("blank and filler rows", "账户余额.csv", "A3"), ("UTF-16 with tabs", "账户余额.csv", "A1")],
        {"balances": rows("row account_no balance", [2, "6001", "1.00"], [4, "6002", "2.00"])},
        log=[{"column": "", "message": "重复的表头", "rows": 1}],
    ),
    Case(
        "t32_keys",
        {
            "五本账工程量.xlsx": File(
                "lo",
                {
                    "五本账工程量": Sheet(
                        [
                            ["项目编号", "分项", "设计批复"],
                            ["XM1", "土方", 100],
                            ["XM1", "土方", 100],
                            ["XM1", "砌石", 5],
                            ["XM1", "砌石", 6],
                        ]
                    )
                },
            )
        },
        [("rows that share a key", "五本账工程量.xlsx", "A3")],
        {"quantities": rows("row project_id item design", [2, "XM1", "土方", "100.000000"])},
        rejects=[
            {"row": 3, "column": "项目编号", "found": "", "reason": "重复行"},
            {"row": 4, "column": "项目编号", "found": "XM1、砌石", "reason": "主键冲突"},
            {"row": 5, "column": "项目编号", "found": "XM1、砌石", "reason": "主键冲突"},
        ],
    ),
    Case(
        "t33_keys_performance",
        {
            "绩效目标与监控.csv": File(
                "gb18030",
                [
                    ["项目编号", "年度", "绩效指标", "指标值", "方向"],
                    ["XM1", "2022年", "受益户数", "≥120", ""],
                    ["XM1", "2022", "受益人口", "300", "≥"],
                    ["XM1", "2022", "受益人口", "301", "≥"],
                ],
            )
        },
        [("rows that share a key", "绩效目标与监控.csv", "A4"), ("GB18030", "绩效目标与监控.csv", "A1")],
        {"performance": rows("row metric target year", [2, "受益户数", None, 2022])},
        rejects=[
            {"row": 3, "column": "项目编号", "found": "XM1、2022、受益人口", "reason": "主键冲突"},
            {"row": 4, "column": "项目编号", "found": "XM1、2022、受益人口", "reason": "主键冲突"},
        ],
        log=[{"column": "target", "message": "无法读取，留空", "rows": 1}],
    ),
    Case(
        "t34_total_in_another_column",
        {
            "监控平台支付导出.xlsx": File(
                "xlsx", {"监控平台支付导出": Sheet([["凭证号", "支付金额", "收款人"], ["P1", 1, "甲"], ["", 1, "合计"]])}
            )
        },
        [("小计 and 合计 rows", "监控平台支付导出.xlsx", "C3"), ("header synonyms", "监控平台支付导出.xlsx", "C1")],
        {"platform_payments": rows("row payment_id amount", [2, "P1", "1.00"])},
        totals=[total(3, "合计", "amount", "1.00", "1.00")],
    ),
    Case(
        "t35_notes_in_the_serial_column",
        {
            "指标台账.csv": File(
                "utf-8",
                [
                    ["序号", "指标编号", "资金名称", "预算年度", "指标金额(元)", "收到时间"],
                    ["1", "ZB1", "甲", "2022", "5", "2022-01-10"],
                    ["2", "", "", "", "", ""],
                    ["注：本表数据截至2022年12月31日。", "", "", "", "", ""],
                ],
            )
        },
        [
            ("notes under the table", "指标台账.csv", "A4"),
            ("header synonyms", "指标台账.csv", "F1"),
            ("blank and filler rows", "指标台账.csv", "A3"),
        ],
        {"indicators": rows("row indicator_id received_on", [2, "ZB1", "2022-01-10"])},
        log=[
            {"column": "", "message": "表外的说明或签署，未作为数据（第 4 行）", "rows": 1},
            {"column": "", "message": "只有序号或占位符号的行，未作为数据（第 3 行）", "rows": 1},
        ],
    ),
    Case(
        "t37_data_merged_downwards",
        {
            "到人到户补助资金发放表.xlsx": File(
                "xlsx",
                {
                    "到人到户补助资金发放表": Sheet(
                        [
                            ["补助项目", "姓名", "户编号", "金额(元)"],
                            ["产业补助", "张三", "H1", 100],
                            ["产业补助", "李四", "", 200],
                        ],
                        merge=["C2:C3"],
                    )
                },
            )
        },
        [("data merged downwards", "到人到户补助资金发放表.xlsx", "C2")],
        {"household_payments": rows("row name household_id amount", [2, "张三", "H1", "100.00"], [3, "李四", None, "200.00"])},
        log=[{"column": "", "message": "有 1 处纵向合并的单元格", "rows": 0}],
        note="Whether the second person belongs to household H1 is not written in a cell of theirs: empty, and said.",
    ),
    Case(
        "t38_contracts_merged_downwards",
        {
            "合同台账.xlsx": File(
                "lo",
                {
                    "合同台账": Sheet(
                        [
                            ["合同编号", "项目编号", "合同金额(元)", "承包单位"],
                            ["HT1", "XM1", 100, "甲公司"],
                            ["HT2", "XM1", "2,000", ""],
                        ],
                        merge=["D2:D3"],
                    )
                },
            )
        },
        [("data merged downwards", "合同台账.xlsx", "D2"), ("commas in some cells only", "合同台账.xlsx", "C3")],
        {"contracts": rows("row contract_id amount contractor", [2, "HT1", "100.00", "甲公司"], [3, "HT2", "2000.00", "甲公司"])},
        log=[{"column": "", "message": "有 1 处纵向合并的单元格", "rows": 0}],
    ),
    Case(
        "t36_a_thousand_that_shifts_its_row",
        {
            "监控平台支付导出.csv": File(
                "gbk", [["支付凭证号", "支付金额(元)", "收款单位"], ["P1", "900", "甲"], ["P2", "1", "500.00", "乙"]]
            )
        },
        [
            ("shifted rows", "监控平台支付导出.csv", "B3"),
            ("header synonyms", "监控平台支付导出.csv", "C1"),
            ("GBK", "监控平台支付导出.csv", "A1"),
        ],
        {"platform_payments": rows("row payment_id amount payee_name", [2, "P1", "900.00", "甲"])},
        rejects=[{"row": 3, "column": "整行", "found": "4 列", "reason": "如 1,500.00 中的逗号"}],
        note="1,500.00 was written without quotes: the row has a cell too many, and the 1 in the amount's place says nothing.",
    ),
]
