/*---
code: HP15
title: 同一人在两个县领取同一补助
severity: 高
version: 1
scope: region
subject: id_number
amount_label: 多领金额
needs: {household_payments: [subsidy, id_number, name, amount]}
adds: true
basis: [fiscal-penalties-6-1, fiscal-penalties-6-4, one-card-2020]
what: 同一人同一补助项目、同一发放周期，退款冲抵后在两个以上的县都有发放。
why: 户籍迁移、两地登记或冒用证件，都可能使一份补助在两个县各发一次。
innocent:
  - 年中迁移，两县各发放其在册期间的部分，合计没有超过一份。
  - 两县的补助名称相同而内容不同，可以同时享受。
  - 一县误录证件号码，实际领取的是另一个人。
exclusions: 只比较同一次运行的各县；没有证件号码的发放不参加；号码存疑、周期不明、各县的周期长短不同而有重叠、各县姓名对不上的不作判定。
advice: 请两县分别调取审批表和证件原件，确认户籍和在册时间，属于重复的由后发放的县退回。
to_judge: 补正证件号码、姓名和发放月份；说明迁移日期。
neighbours: [HP04, HP22]
---*/
-- 对象：领取补助的人。疑点：同一补助同一周期在几个县有发放。未能判定：号码存疑，周期不明或各县的周期长短不同而有重叠，各县姓名不同。
-- 金额：各县合计减去最多的一县。
WITH of_county AS ( -- 一人一项补助一个周期在一个县领取多少；没有补助标准的按月
    SELECT id_number, subsidy_key, coalesce(per, '月') AS per, cycle_begins, county, sum(net) AS paid FROM paid_cycles GROUP BY ALL
), counties AS (
    SELECT id_number, subsidy_key, per, cycle_begins, count(*) AS n, sum(paid) - max(paid) AS beyond,
           string_agg(name_of || ' ' || yuan(paid) || ' 元', '，' ORDER BY county) AS said
    FROM of_county JOIN county_names USING (county) GROUP BY ALL
), meeting AS ( -- 另一县的周期不明，或长短不同而有重叠，可能是同一周期
    SELECT DISTINCT a.id_number, a.subsidy_key FROM paid_cycles a JOIN paid_cycles b USING (id_number, subsidy_key)
    WHERE a.county <> b.county AND (a.cycle_begins IS NULL OR b.cycle_begins IS NULL
        OR coalesce(a.per, '月') <> coalesce(b.per, '月') AND a.cycle_begins <= b.cycle_ends AND b.cycle_begins <= a.cycle_ends)
), differ AS ( -- 各县之间姓名对不上
    SELECT DISTINCT a.id_number FROM (SELECT DISTINCT county, id_number, name_key FROM paid_cycles) a
    JOIN (SELECT DISTINCT county, id_number, name_key FROM paid_cycles) b USING (id_number)
    WHERE a.county < b.county AND NOT coalesce(names_agree(a.name_key, b.name_key), true)
), doubts AS (
    SELECT id_number, bool_or(doubtful) AS doubtful FROM paid_cycles GROUP BY id_number
)
SELECT p.id_number AS subject, p.name, p.township, p.county, coalesce(c.n > 1, false) AS flag,
       CASE WHEN c.n > 1 AND n.doubtful THEN '证件号码存疑，不同的人可能被当成同一人'
            WHEN c.n > 1 AND p.id_number IN (SELECT id_number FROM differ) THEN '号码相同而各县姓名不同，可能是一县误录'
            WHEN o.id_number IS NOT NULL AND coalesce(c.n, 0) < 2 THEN '几个县都有这项补助，有的发放周期不明，或长短不同而有重叠' END AS doubt,
       if(c.n > 1 AND row_number() OVER (PARTITION BY p.id_number, p.subsidy_key, coalesce(p.per, '月'), p.cycle_begins ORDER BY p.county, p.line_id) = 1, c.beyond, 0) AS amount,
       p.paid_on AS occurred_on, concat(p.subsidy, '，', coalesce(p.cycle, '周期不明'), '：', c.said) AS detail, 'household:' || p.county || ':' || p.line_id AS paid_key,
       m.name_of AS 县, p.id_number AS 证件号码, p.name AS 姓名, p.subsidy AS 补助项目, p.cycle AS 发放周期, p.paid_on AS 发放日期, p.net AS 金额, p.payment_id AS 支付凭证号,
       p.source_file AS 来源文件, p.source_sheet AS 来源工作表, p.source_row AS 来源行
FROM paid_cycles p JOIN county_names m USING (county) JOIN doubts n USING (id_number)
LEFT JOIN counties c ON c.id_number = p.id_number AND c.subsidy_key = p.subsidy_key AND c.per = coalesce(p.per, '月') AND c.cycle_begins = p.cycle_begins
LEFT JOIN meeting o ON o.id_number = p.id_number AND o.subsidy_key = p.subsidy_key
ORDER BY p.id_number, p.subsidy_key, p.cycle_begins, p.county, p.line_id
