"""Routing: decisions per second, proofs about all rules, a what-if over a year, 100,000 cases anew."""

import os
import sys
import time

_COPY = "vip_bench_rerouted"


def main(argv: list[str]) -> int:
    from tests.benchmarks.city import milliseconds, spread, use_city

    use_city()
    from django.utils import timezone

    from accounts.models import Department
    from cases.actions.rerouting import reroute
    from cases.actions.routing_rules import RuleDraft, with_draft
    from cases.models import Case, CaseEvent, RoutingRule
    from cases.queries.rulebook import forget, rulebook, tolerance
    from cases.queries.surroundings import around_cases, facts_of
    from cases.queries.what_if import what_if
    from cases.queries.world import world
    from cases.rules.coverage import look
    from cases.rules.routing import Rulebook, rule_on

    now = timezone.now()
    today = timezone.localdate(now)
    rows = Case.objects.select_related("request_type").exclude(geom=None).order_by("pk")
    some = list(rows[:2000])
    print(f"rules {len(rulebook().rules)}, cases {Case.objects.count():,}")
    for case in some:  # as bare points: the dearest question
        case.precision, case.address_id = "POINT", None
    around = around_cases(some, today)
    facts = [facts_of(case, around[case.pk], today) for case in some]
    one = [milliseconds(lambda c=case: around_cases([c], today)) for case in some[:400]]
    print(f"surroundings of one point                      {spread(one)}")
    began = time.perf_counter()
    around_cases(some, today)
    print(
        f"surroundings of many points    {len(some) / (time.perf_counter() - began):9,.0f} per second"
    )
    for name, book in (
        ("first time", lambda: Rulebook(rulebook().rules)),
        ("known facts", rulebook),
    ):
        asked = book()
        began = time.perf_counter()
        for case, fact in zip(some, facts, strict=True):
            rule_on(asked, fact, around[case.pk].near, tolerance())
        took = time.perf_counter() - began
        print(f"decisions, {name:12}        {len(some) / took:9,.0f} per second")
    proofs = [milliseconds(lambda: look(rulebook().rules, world(), today)) for _ in range(5)]
    print(f"proofs about all rules                         {spread(proofs)}")

    department = Department.objects.order_by("pk").first()
    first = RoutingRule.objects.order_by("position").first()
    assert department is not None and first is not None
    draft = RuleDraft("All", "type is known", department.pk, before=first.pk)
    began = time.perf_counter()
    result = what_if(
        rulebook(),
        with_draft(draft)[0],
        on=today,
        now=now,
        cases=Case.objects.all(),
        progress=lambda done, words="": None,
    )
    took = time.perf_counter() - began
    print(
        f"what-if over the last year     {result['looked_at'] / took:9,.0f} per second"
        f"   {result['looked_at']:,} cases in {took:.1f} s, {result['moved']:,} moved"
    )
    _on_a_copy()
    wanted = int(os.environ.get("VIP_BENCH_REROUTED", "100000"))
    last = list(Case.objects.order_by("-pk").values_list("pk", flat=True)[:wanted])[-1]
    CaseEvent.objects.filter(case__gte=last).exclude(kind__in=("opened", "routed")).delete()
    Case.objects.filter(pk__gte=last).update(
        state="ROUTED", resolved_at=None, closed_at=None, result_code=None
    )
    for name in ("nothing to do", "every one elsewhere"):
        if name != "nothing to do":
            RoutingRule.objects.create(
                position=1, name="All", condition="type is known", department=department
            )
        forget()
        began = time.perf_counter()
        counts = reroute(now=now, by=None, progress=lambda done, words="": None, after=last - 1)
        took = time.perf_counter() - began
        print(
            f"re-routing, {name:19}{counts['looked_at'] / took:9,.0f} per second"
            f"   {counts['looked_at']:,} cases in {took:.0f} s,"
            f" {counts['sent_elsewhere']:,} sent elsewhere",
            flush=True,
        )
    _drop_the_copy()
    return 0


def _administer(*statements: str) -> None:
    import psycopg2
    from django.conf import settings

    base = settings.DATABASES["default"]
    connection = psycopg2.connect(
        host=base["HOST"], port=base["PORT"] or None, user=base["USER"],
        password=base.get("PASSWORD") or None, dbname="postgres",
    )  # fmt: skip
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


def _on_a_copy() -> None:
    """Cases that are routed anew are committed in batches: in a copy, that others keep their city."""
    from django.db import connection

    from tests.benchmarks.city import DATABASE

    connection.close()
    _administer(f"DROP DATABASE IF EXISTS {_COPY}", f"CREATE DATABASE {_COPY} TEMPLATE {DATABASE}")
    connection.settings_dict["NAME"] = _COPY


def _drop_the_copy() -> None:
    from django.db import connection

    connection.close()
    _administer(f"DROP DATABASE {_COPY}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
