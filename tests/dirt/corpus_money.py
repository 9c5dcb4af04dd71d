"""Money, ratios, dates and months as people write them."""

import datetime as dt

from build import Case, File, Sheet, rows

D = dt.date
PAY = ["支付凭证号", "支付日期", "支付金额"]
UNKNOWN_UNIT = {"column": "amount", "message": "没有写明金额单位", "rows": 2}


def pay(*lines):
    return {"payments": rows("row payment_id paid_on amount", *lines)}


CASES = [
    Case(
        "m01_full_stop_thousands",
        {
            "支付明细.csv": File(
                "utf-8", [[*PAY[:2], "支付金额"], ["P1", "2022-03-05", "34.568.64万元"], ["P2", "2022-03-06", "34.56万元"]]
            )
        },
        [("full stop as thousands mark", "支付明细.csv", "C2")],
        pay([3, "P2", "2022-03-06", "345600.00"]),
        rejects=[{"row": 2, "column": "支付金额", "found": "34.568.64万元", "reason": "无法读取"}],
        note="34.568.64 is 34,568.64 or 34.56864 or a slip: rejected. 34.56 万元 = 345,600 元.",
    ),
    Case(
        "m02_full_stop_thousands_balance",
        {
            "账户余额.xlsx": File(
                "xlsx",
                {
                    "账户余额": Sheet(
                        [["账号", "余额日期", "余额"], ["6001", D(2022, 9, 30), "1.234.567"], ["6001", D(2022, 12, 31), 1234567]]
                    )
                },
            )
        },
        [("full stop as thousands mark", "账户余额.xlsx", "C2")],
        {"balances": rows("row account_no as_of balance", [3, "6001", "2022-12-31", "1234567.00"])},
        rejects=[{"row": 2, "column": "余额", "found": "1.234.567", "reason": "无法读取"}],
    ),
    Case(
        "m03_commas_in_some_cells",
        {
            "支付明细.csv": File(
                "utf-8",
                [PAY, ["P1", "2022-03-05", "1,234,567.80"], ["P2", "2022-03-06", "1234567.8"], ["P3", "2022-03-07", "12,34"]],
            )
        },
        [("commas in some cells only", "支付明细.csv", "C2")],
        pay([2, "P1", "2022-03-05", "1234567.80"], [3, "P2", "2022-03-06", "1234567.80"]),
        rejects=[{"row": 4, "column": "支付金额", "found": "12,34", "reason": "无法读取"}],
    ),
    Case(
        "m04_commas_contracts_xls",
        {
            "合同台账.xls": File(
                "xls",
                {"合同台账": Sheet([["合同编号", "项目编号", "合同金额"], ["HT1", "XM1", "4,500,000"], ["HT2", "XM1", 350000]])},
            )
        },
        [("commas in some cells only", "合同台账.xls", "C2"), ("xls beside xlsx", "合同台账.xls", "A1")],
        {"contracts": rows("row contract_id project_id amount", [2, "HT1", "XM1", "4500000.00"], [3, "HT2", "XM1", "350000.00"])},
    ),
    Case(
        "m05_space_thousands",
        {
            "指标台账.csv": File(
                "gb18030",
                [
                    ["指标编号", "资金名称", "预算年度", "指标金额", "收到日期"],
                    ["ZB1", "衔接资金", "2022", "10 851.8万元", "2022-01-10"],
                    ["ZB2", "衔接资金", "2022", "10\u00a0851.8万元", "2022-01-11"],
                ],
            )
        },
        [
            ("space as thousands mark", "指标台账.csv", "D2"),
            ("no-break and full-width spaces", "指标台账.csv", "D3"),
            ("GB18030", "指标台账.csv", "A1"),
        ],
        {"indicators": rows("row indicator_id amount", [2, "ZB1", "108518000.00"], [3, "ZB2", "108518000.00"])},
        note="10,851.8 万元 = 108,518,000 元, with a plain and with a no-break space.",
    ),
    Case(
        "m06_space_thousands_plans",
        {
            "月支出计划.xlsx": File(
                "lo",
                {
                    "月支出计划": Sheet(
                        [
                            ["月份", "实施单位", "计划支出（万元）"],
                            ["2022-03", "水利局", "1 200.5"],
                            ["2022-04", "水利局", 1200.5],
                        ]
                    )
                },
            )
        },
        [("space as thousands mark", "月支出计划.xlsx", "C2"), ("headers with units", "月支出计划.xlsx", "C1")],
        {
            "month_plans": rows(
                "row month unit amount", [2, "2022-03", "水利局", "12005000.00"], [3, "2022-04", "水利局", "12005000.00"]
            )
        },
    ),
    Case(
        "m07_full_width_digits",
        {
            "支付明细.csv": File(
                "utf-8-sig", [PAY, ["Ｐ１", "２０２２-０３-０５", "１２３４．５６"], ["P2", "2022-03-06", "￥１，２３４．５"]]
            )
        },
        [("full-width ％ and digits", "支付明细.csv", "C2"), ("UTF-8 with BOM", "支付明细.csv", "A1")],
        pay([2, "P1", "2022-03-05", "1234.56"], [3, "P2", "2022-03-06", "1234.50"]),
        log=[{"column": "payment_id", "message": "编号规范化", "rows": 1}],
    ),
    Case(
        "m08_full_width_percent",
        {
            "项目库.xlsx": File(
                "xlsx",
                {
                    "项目库": Sheet(
                        [
                            ["项目编号", "项目名称", "形象进度"],
                            ["XM1", "甲", "９８．５％"],
                            ["XM2", "乙", "60%"],
                            ["XM3", "丙", 0.25],
                        ]
                    )
                },
            )
        },
        [("full-width ％ and digits", "项目库.xlsx", "C2")],
        {
            "projects": rows(
                "row project_id physical_progress", [2, "XM1", "0.98500000"], [3, "XM2", "0.60000000"], [4, "XM3", "0.25000000"]
            )
        },
        log=[{"column": "physical_progress", "message": "没有百分号，按0 至 1 的比例读取", "rows": 1}],
        note="No number without a sign is above 1, so 0.25 is a ratio, 25 %.",
    ),
    Case(
        "m09_percentages_without_sign",
        {
            "合同台账.csv": File(
                "gbk",
                [
                    ["合同编号", "项目编号", "合同金额（元）", "质保金比例"],
                    ["HT1", "XM1", "100", "3"],
                    ["HT2", "XM1", "200", "0.5"],
                    ["HT3", "XM1", "300", "5％"],
                ],
            )
        },
        [("full-width ％ and digits", "合同台账.csv", "D4"), ("GBK", "合同台账.csv", "A1")],
        {
            "contracts": rows(
                "row contract_id amount retention_ratio",
                [2, "HT1", "100.00", "0.03000000"],
                [3, "HT2", "200.00", "0.00500000"],
                [4, "HT3", "300.00", "0.05000000"],
            )
        },
        log=[{"column": "retention_ratio", "message": "没有百分号，按百分数读取", "rows": 2}],
        note="3 is above 1: the column writes percentages, so 0.5 is 0.5 %.",
    ),
    Case(
        "m10_note_in_the_cell",
        {
            "指标分配.csv": File(
                "utf-8",
                [
                    ["分配编号", "指标编号", "分配金额（万元）"],
                    ["FP1", "ZB1", "10(其中,灾情因素6万元)"],
                    ["FP2", "ZB1", "12（其中：人才资金3.5）"],
                    ["FP3", "ZB1", "5(其中,灾情因素6万元)"],
                ],
            )
        },
        [("note inside the number's cell", "指标分配.csv", "C2"), ("note inside the number's cell", "指标分配.csv", "C3")],
        {"allocations": rows("row allocation_id amount", [2, "FP1", "100000.00"], [3, "FP2", "120000.00"])},
        rejects=[{"row": 4, "column": "分配金额", "found": "5(其中,灾情因素6万元)", "reason": "大于括号前的金额"}],
        log=[{"column": "amount", "message": "带有括号说明", "rows": 2}],
        note="10 万元 of which 6; a part of 6 in a whole of 5 cannot be.",
    ),
    Case(
        "m11_note_with_another_unit",
        {
            "补助标准.xlsx": File(
                "xlsx",
                {
                    "补助标准": Sheet(
                        [
                            ["补助项目", "按户或按人补助", "标准金额"],
                            ["产业补助", "到户", "10(其中,灾情因素6万元)"],
                            ["交通补助", "到人", "300元(含保险50元)"],
                        ]
                    )
                },
            )
        },
        [("note inside the number's cell", "补助标准.xlsx", "C2")],
        {"standards": rows("row subsidy basis_kind amount", [3, "交通补助", "到人", "300.00"])},
        rejects=[{"row": 2, "column": "标准金额", "found": "10(其中,灾情因素6万元)", "reason": "单位与该列不同"}],
        note="The column is read in 元; a part in 万元 leaves the unit of the 10 open.",
    ),
    Case(
        "m12_two_units_in_one_table",
        {
            "项目库.xlsx": File(
                "xlsx",
                {
                    "项目库": Sheet(
                        [
                            ["项目编号", "项目名称", "计划投资（万元）", "结算价（元）"],
                            ["XM1", "甲", 120.5, 1198000],
                            ["XM2", "乙", "80.25万元", "0.5万元"],
                        ]
                    )
                },
            )
        },
        [("元 beside 万元 in one table", "项目库.xlsx", "C1"), ("headers with units", "项目库.xlsx", "D1")],
        {
            "projects": rows(
                "row project_id planned_amount settled_amount",
                [2, "XM1", "1205000.00", "1198000.00"],
                [3, "XM2", "802500.00", "5000.00"],
            )
        },
    ),
    Case(
        "m13_cells_with_units_of_their_own",
        {
            "账户余额.csv": File(
                "utf-8",
                [
                    ["单位：万元", "", ""],
                    ["账号", "余额日期", "余额"],
                    ["6001", "2022-12-31", "3"],
                    ["6002", "2022-12-31", "3元"],
                    ["6003", "2022-12-31", "0.5亿元"],
                ],
            )
        },
        [("元 beside 万元 in one table", "账户余额.csv", "C4"), ("title and unit lines above the header", "账户余额.csv", "A1")],
        {"balances": rows("row account_no balance", [3, "6001", "30000.00"], [4, "6002", "3.00"], [5, "6003", "50000000.00"])},
        log=[
            {"column": "balance", "message": "单元格写有自己的单位，按元读取", "rows": 1},
            {"column": "balance", "message": "单元格写有自己的单位，按亿元读取", "rows": 1},
        ],
    ),
    Case(
        "m14_six_decimals",
        {
            "支付明细.xlsx": File(
                "lo",
                {
                    "支付明细": Sheet(
                        [
                            ["单位：万元"],
                            PAY,
                            ["P1", "2022-03-05", 1508.001713],
                            ["P2", "2022-03-05", "1508.001713万元"],
                            ["P3", "2022-03-05", 0.0000005],
                        ]
                    )
                },
            )
        },
        [("six decimals in 万元", "支付明细.xlsx", "C3"), ("six decimals in 万元", "支付明细.xlsx", "C4")],
        pay([3, "P1", "2022-03-05", "15080017.13"], [4, "P2", "2022-03-05", "15080017.13"], [5, "P3", "2022-03-05", "0.01"]),
        log=[{"column": "amount", "message": "四舍五入到分", "rows": 1}],
        note="0.0000005 万元 = 0.005 元, half up 0.01.",
    ),
    Case(
        "m15_six_decimals_platform",
        {"监控平台支付导出.csv": File("gbk", [["支付凭证号", "支付金额(万元)"], ["P1", "0.000123"], ["P2", "1508.001713"]])},
        [("six decimals in 万元", "监控平台支付导出.csv", "B2"), ("GBK", "监控平台支付导出.csv", "A1")],
        {"platform_payments": rows("row payment_id amount", [2, "P1", "1.23"], [3, "P2", "15080017.13"])},
    ),
    Case(
        "m16_unit_line_contradicts",
        {
            "支付明细.csv": File(
                "utf-8", [["单位：元", "", ""], ["支付凭证号", "支付日期", "支付金额（万元）"], ["P1", "2022-03-05", "3"]]
            )
        },
        [("unit line that contradicts the header", "支付明细.csv", "A1")],
        {"payments": []},
        rejects=[{"row": 3, "column": "支付金额", "found": "3", "reason": "金额单位不明"}],
        log=[{"column": "amount", "message": "金额单位互相矛盾：表头写 万元，单位行写 元", "rows": 1}],
    ),
    Case(
        "m17_unit_line_contradicts_xls",
        {
            "合同台账.xls": File(
                "xls",
                {
                    "合同台账": Sheet(
                        [["合同情况（单位：万元）"], ["合同编号", "项目编号", "合同金额（元）"], ["HT1", "XM1", 350000]],
                        merge=["A1:C1"],
                    )
                },
            )
        },
        [("unit line that contradicts the header", "合同台账.xls", "A1"), ("xls beside xlsx", "合同台账.xls", "A2")],
        {"contracts": []},
        rejects=[{"row": 3, "column": "合同金额", "found": "350000", "reason": "金额单位不明"}],
        log=[{"column": "amount", "message": "矛盾", "rows": 1}],
    ),
    Case(
        "m18_a_unit_nobody_knows",
        {
            "指标台账.csv": File(
                "utf-8",
                [
                    ["指标编号", "资金名称", "预算年度", "指标金额（万美元）", "收到日期"],
                    ["ZB1", "外资", "2022", "5", "2022-01-10"],
                ],
            )
        },
        [("headers with units", "指标台账.csv", "D1")],
        {"indicators": []},
        rejects=[{"row": 2, "column": "指标金额", "found": "5", "reason": "金额单位不明"}],
        log=[{"column": "amount", "message": "不认识的金额单位 万美元", "rows": 1}],
    ),
    Case(
        "m19_thousands_of_yuan",
        {
            "月支出计划.csv": File(
                "gb18030", [["单位：千元", "", ""], ["月份", "实施单位", "计划支出"], ["2022-03", "水利局", "12.5"]]
            )
        },
        [("title and unit lines above the header", "月支出计划.csv", "A1"), ("GB18030", "月支出计划.csv", "A1")],
        {"month_plans": rows("row month amount", [3, "2022-03", "12500.00"])},
        note="12.5 千元 = 12,500 元; read as 元 it would be 12.50.",
    ),
    Case(
        "m20_dates_with_dots",
        {"支付明细.csv": File("utf-8", [PAY, ["P1", "2022.3.5", "1"], ["P2", "2022.03.05", "2"]])},
        [("date 2022.3.5", "支付明细.csv", "B2")],
        pay([2, "P1", "2022-03-05", "1.00"], [3, "P2", "2022-03-05", "2.00"]),
        log=[UNKNOWN_UNIT],
    ),
    Case(
        "m21_dates_with_dots_projects",
        {
            "项目库.xls": File(
                "xls",
                {
                    "项目库": Sheet(
                        [
                            ["项目编号", "项目名称", "计划开工日期", "实际开工日期"],
                            ["XM1", "甲", "2022.3.5", "2022.3.28"],
                            ["XM2", "乙", "2022.13.5", ""],
                        ]
                    )
                },
            )
        },
        [("date 2022.3.5", "项目库.xls", "C2"), ("xls beside xlsx", "项目库.xls", "A1")],
        {
            "projects": rows(
                "row project_id planned_start actual_start", [2, "XM1", "2022-03-05", "2022-03-28"], [3, "XM2", None, None]
            )
        },
        log=[{"column": "planned_start", "message": "无法读取，留空（日期不存在）", "rows": 1}],
    ),
    Case(
        "m22_chinese_dates",
        {
            "公告公示台账.xlsx": File(
                "lo",
                {
                    "公告公示台账": Sheet(
                        [
                            ["事项编号", "公开事项", "信息产生日期", "公开日期"],
                            ["GS1", "资金到账", "2022年3月5日", "2022年03月25号"],
                            ["GS2", "分配结果", "2022年2月30日", ""],
                        ]
                    )
                },
            )
        },
        [("date 2022年3月5日", "公告公示台账.xlsx", "C2")],
        {"disclosures": rows("row item_id arisen_on disclosed_on", [2, "GS1", "2022-03-05", "2022-03-25"])},
        rejects=[{"row": 3, "column": "信息产生日期", "found": "2022年2月30日", "reason": "日期不存在"}],
    ),
    Case(
        "m23_chinese_dates_payments",
        {"支付明细.csv": File("gbk", [PAY, ["P1", "2022年3月5日", "1"], ["P2", "二〇二二年三月五日", "2"]])},
        [("date 2022年3月5日", "支付明细.csv", "B2"), ("GBK", "支付明细.csv", "A1")],
        pay([2, "P1", "2022-03-05", "1.00"]),
        rejects=[{"row": 3, "column": "支付日期", "found": "二〇二二年三月五日", "reason": "应为日期"}],
    ),
    Case(
        "m24_dates_with_slashes",
        {
            "账户余额.csv": File(
                "utf-8",
                [
                    ["账号", "余额日期", "余额"],
                    ["6001", "2022/3/5", "1"],
                    ["6001", "2022/12/31 10:30:00", "2"],
                    ["6001", "31/12/2022", "3"],
                ],
            )
        },
        [("date 2022/3/5", "账户余额.csv", "B2")],
        {"balances": rows("row as_of balance", [2, "2022-03-05", "1.00"], [3, "2022-12-31", "2.00"])},
        rejects=[{"row": 4, "column": "余额日期", "found": "31/12/2022", "reason": "应为日期"}],
    ),
    Case(
        "m25_dates_with_slashes_submissions",
        {
            "报送记录.xlsx": File(
                "xlsx",
                {
                    "报送记录": Sheet(
                        [
                            ["报送事项", "所属期", "报送单位", "报送日期"],
                            ["县级月报", "2022-03", "财政局", "2022/4/10"],
                            ["县级月报", "2022-04", "财政局", D(2022, 5, 9)],
                        ]
                    )
                },
            )
        },
        [("date 2022/3/5", "报送记录.xlsx", "D2")],
        {"submissions": rows("row period submitted_on", [2, "2022-03", "2022-04-10"], [3, "2022-04", "2022-05-09"])},
    ),
    Case(
        "m26_dates_without_marks",
        {
            "支付明细.xlsx": File(
                "xlsx", {"支付明细": Sheet([PAY, ["P1", 20220305, 1], ["P2", "20220306", 2], ["P3", "2020211", 3]])}
            )
        },
        [("date 20220305", "支付明细.xlsx", "B2"), ("2020211 in a date column", "支付明细.xlsx", "B4")],
        pay([2, "P1", "2022-03-05", "1.00"], [3, "P2", "2022-03-06", "2.00"]),
        rejects=[{"row": 4, "column": "支付日期", "found": "2020211", "reason": "应为日期"}],
        note="2020211 is 11 February 2020 or 1 November 2020's neighbour: rejected.",
    ),
    Case(
        "m27_dates_without_marks_beneficiaries",
        {
            "帮扶对象名册.csv": File(
                "utf-8",
                [
                    ["证件号码", "姓名", "纳入日期"],
                    ["653129198003150011", "张三", "20140101"],
                    ["653129197507221026", "李四", "2020211"],
                ],
            )
        },
        [("date 20220305", "帮扶对象名册.csv", "C2"), ("2020211 in a date column", "帮扶对象名册.csv", "C3")],
        {"beneficiaries": rows("row id_number entered_on", [2, "653129198003150011", "2014-01-01"])},
        rejects=[{"row": 3, "column": "纳入日期", "found": "2020211", "reason": "应为日期"}],
        note="entered_on is part of the key: a row whose date cannot be read is rejected.",
    ),
    Case(
        "m28_serials_1900",
        {"支付明细.xlsx": File("xlsx", {"支付明细": Sheet([PAY, ["P1", 44625, 1], ["P2", D(2022, 3, 6), 2], ["P3", 2022, 3]])})},
        [("spreadsheet serial, 1900", "支付明细.xlsx", "B2")],
        pay([2, "P1", "2022-03-05", "1.00"], [3, "P2", "2022-03-06", "2.00"]),
        rejects=[{"row": 4, "column": "支付日期", "found": "2022", "reason": "应为日期"}],
        log=[{"column": "paid_on", "message": "按 1900 日期系统换算", "rows": 1}],
        note="44562 is 1 January 2022 in the 1900 system; 44562 + 63 = 44625 is 5 March. 2022 is a year, not a day of 1905.",
    ),
    Case(
        "m29_serials_1900_balances",
        {
            "账户余额.xlsx": File(
                "lo", {"账户余额": Sheet([["账号", "余额日期", "余额"], ["6001", 44926, 1], ["6001", 44834, 2]])}
            )
        },
        [("spreadsheet serial, 1900", "账户余额.xlsx", "B2")],
        {"balances": rows("row as_of balance", [2, "2022-12-31", "1.00"], [3, "2022-09-30", "2.00"])},
        log=[{"column": "as_of", "message": "按 1900 日期系统换算", "rows": 2}],
        note="44562 + 364 = 44926 is 31 December 2022; 44926 − 92 = 44834 is 30 September.",
    ),
    Case(
        "m30_serials_1904",
        {"支付明细.xlsx": File("xlsx", {"支付明细": Sheet([PAY, ["P1", 43163, 1], ["P2", D(2022, 3, 6), 2]])}, epoch1904=True)},
        [("spreadsheet serial, 1904", "支付明细.xlsx", "B2")],
        pay([2, "P1", "2022-03-05", "1.00"], [3, "P2", "2022-03-06", "2.00"]),
        log=[{"column": "paid_on", "message": "按 1904 日期系统换算", "rows": 1}],
        note="The 1904 system counts 1,462 days less: 44625 − 1462 = 43163.",
    ),
    Case(
        "m31_serials_1904_contracts",
        {
            "合同台账.xlsx": File(
                "xlsx",
                {
                    "合同台账": Sheet(
                        [["合同编号", "项目编号", "合同金额", "签订日期"], ["HT1", "XM1", 5, 43464], ["HT2", "XM1", 6, "44926"]]
                    )
                },
                epoch1904=True,
            )
        },
        [("spreadsheet serial, 1904", "合同台账.xlsx", "D2")],
        {"contracts": rows("row contract_id signed_on", [2, "HT1", "2022-12-31"])},
        rejects=[{"row": 3, "column": "签订日期", "found": "44926", "reason": "应为日期"}],
        log=[{"column": "signed_on", "message": "按 1904 日期系统换算", "rows": 1}],
        note="44926 − 1462 = 43464 is 31 December 2022. As text 44926 has no date system.",
    ),
    Case(
        "m32_ten_read_as_one",
        {
            "月支出计划.xlsx": File(
                "xlsx",
                {
                    "月支出计划": Sheet(
                        [
                            ["月份", "实施单位", "计划支出"],
                            [2022.1, "水利局", 1],
                            ["2022.10", "水利局", 2],
                            [2022.11, "水利局", 3],
                        ]
                    )
                },
            )
        },
        [("2022.10 read as 2022.1", "月支出计划.xlsx", "A2")],
        {"month_plans": rows("row month amount", [3, "2022-10", "2.00"], [4, "2022-11", "3.00"])},
        rejects=[{"row": 2, "column": "月份", "found": "2022.1", "reason": "应为月份"}],
    ),
    Case(
        "m33_ten_in_a_date_column",
        {
            "到人到户补助资金发放表.csv": File(
                "utf-8",
                [
                    ["补助项目", "姓名", "金额", "发放月份", "发放日期"],
                    ["产业补助", "张三", "100", "2022.1", ""],
                    ["产业补助", "李四", "100", "2022年10月份", "2022.10"],
                ],
            )
        },
        [
            ("2022.10 read as 2022.1", "到人到户补助资金发放表.csv", "D2"),
            ("2022.10 in a date column", "到人到户补助资金发放表.csv", "E3"),
        ],
        {"household_payments": rows("row name period paid_on", [2, "张三", None, None])},
        rejects=[{"row": 3, "column": "发放日期", "found": "2022.10", "reason": "应为日期"}],
        log=[{"column": "period", "message": "无法读取，留空（应为月份", "rows": 1}],
    ),
    Case(
        "m34_ten_in_a_date_column_indicators",
        {
            "指标台账.xls": File(
                "xls",
                {
                    "指标台账": Sheet(
                        [
                            ["指标编号", "资金名称", "预算年度", "指标金额", "收到日期"],
                            ["ZB1", "衔接资金", 2022, 5, "2022.10"],
                            ["ZB2", "衔接资金", 2022, 6, D(2022, 10, 8)],
                        ]
                    )
                },
            )
        },
        [("2022.10 in a date column", "指标台账.xls", "E2"), ("xls beside xlsx", "指标台账.xls", "A1")],
        {"indicators": rows("row indicator_id received_on budget_year", [3, "ZB2", "2022-10-08", 2022])},
        rejects=[{"row": 2, "column": "收到日期", "found": "2022.10", "reason": "应为日期"}],
    ),
]
