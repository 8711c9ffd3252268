"""How long the rules of quality take: everything, rule by rule, and the largest neighbourhood alone.

The city has the size that `VIP_BENCH_SCALE` says; 1 is over 400,000 doors. The bar is five minutes there.
"""

import sys
import time

from tests.benchmarks.city import use_city

BAR_SECONDS = 300.0


def main(argv: list[str]) -> int:
    use_city()
    from django.db.models import Count
    from django.utils import timezone

    from addresses.actions.quality import inspect
    from addresses.models import Address, Neighbourhood

    doors = Address.objects.count()
    began = time.perf_counter()
    result = inspect(None, now=timezone.now())
    whole = time.perf_counter() - began
    for code, tally in sorted(result.rules.items(), key=lambda item: -item[1].seconds)[:15]:
        print(f"  {code:34}{tally.open:>9,} open{tally.seconds:>9.2f} s")
    print(f"{len(result.rules)} rules, {doors:,} doors: {whole:.1f} s (bar {BAR_SECONDS:.0f} s)")
    largest = Neighbourhood.objects.annotate(n=Count("addresses")).order_by("-n")[0]
    began = time.perf_counter()
    inspect([largest.pk], now=timezone.now())
    print(f"one neighbourhood, {largest.n:,} doors: {time.perf_counter() - began:.2f} s")
    return int(whole > BAR_SECONDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
