-- Purpose: where people send cases that a rule had sent elsewhere, counted by rule, type, district and
--   the department that they chose, with how many such cases the rule decided at all.
-- Parameters: since (a moment); least (how many corrections make a proposal).
-- Columns: rule_id, rule (its name), position, text, request_type_id, type_code, type_name, district_id,
--   district, from_id, to_id (departments), corrected, decided; most first.
-- Indexes: event_by_hand (the few events by hand of the period), case_type, routing decisions by case.
WITH corrected AS MATERIALIZED (
    -- A case counts once: the first time that somebody sent it away from where the rule had sent it.
    SELECT DISTINCT ON (e.case_id) d.rule_id, d.department_id AS from_id,
           (e.data -> 'changed' ->> 'department_id')::bigint AS to_id,
           c.request_type_id, c.district_id
    FROM cases_caseevent e
    JOIN cases_case c ON c.id = e.case_id
    -- What is sensitive is counted for nobody.
    JOIN cases_requesttype kind ON kind.id = c.request_type_id AND NOT kind.sensitive
    JOIN LATERAL (
        SELECT x.rule_id, x.department_id FROM cases_routingdecision x
        WHERE x.case_id = e.case_id AND x.decided_at <= e.at
        ORDER BY x.decided_at DESC, x.id DESC LIMIT 1
    ) d ON true
    WHERE e.kind IN ('assign', 'refer') AND e.at >= %(since)s
      AND e.data -> 'changed' ->> 'department_id' IS NOT NULL
      AND (e.data -> 'changed' ->> 'department_id')::bigint <> d.department_id
    ORDER BY e.case_id, e.at, e.id
), counted AS MATERIALIZED (
    SELECT rule_id, from_id, to_id, request_type_id, district_id, count(*) AS corrected
    FROM corrected WHERE rule_id IS NOT NULL
    GROUP BY rule_id, from_id, to_id, request_type_id, district_id
    HAVING count(*) >= %(least)s
    ORDER BY corrected DESC, rule_id LIMIT 100
)
SELECT k.rule_id, r.name AS rule, r.position, r.condition AS text, k.request_type_id,
       t.code AS type_code, t.name AS type_name, k.district_id, dist.name AS district,
       k.from_id, k.to_id, k.corrected,
       -- From the cases of the type to their decisions: a rule may have decided half of all there are.
       (SELECT count(*)
        FROM (SELECT c.id FROM cases_case c
              WHERE c.request_type_id = k.request_type_id
                AND c.district_id IS NOT DISTINCT FROM k.district_id OFFSET 0) c
        WHERE EXISTS (SELECT FROM cases_routingdecision d
                      WHERE d.case_id = c.id AND d.rule_id = k.rule_id
                        AND d.decided_at >= %(since)s)) AS decided
FROM counted k
JOIN cases_routingrule r ON r.id = k.rule_id
JOIN cases_requesttype t ON t.id = k.request_type_id
LEFT JOIN addresses_district dist ON dist.id = k.district_id
ORDER BY k.corrected DESC, r.position
