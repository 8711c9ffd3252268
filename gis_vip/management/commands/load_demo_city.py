"""`vip manage load_demo_city`: generates the synthetic city and loads it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from fixtures.city import CityNotEmpty, Plan, is_empty, load_city


def scale(text: str) -> float:
    value = 1.0 if text == "full" else float(text)
    if not 0.005 <= value <= 20:
        raise ValueError(text)
    return value


class Command(BaseCommand):
    help = "Generates and loads the synthetic demo city (same seed, same city)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale",
            type=scale,
            default=0.1,
            help="1 or `full`: the whole city; 5: two million doors",
        )
        parser.add_argument(
            "--cases", type=int, help="this many requests instead of those of the scale"
        )
        parser.add_argument("--seed", type=int, default=10)
        parser.add_argument("--if-empty", action="store_true", help="do nothing if there are data")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and not is_empty():
            self.stdout.write("  the city is there")
            return
        plan = Plan(
            options["scale"],
            timezone.now(),
            options["seed"],
            options["cases"],
        )
        bars: dict[str, Any] = {}

        def report(what: str, done: int, total: int) -> None:
            bar = bars.setdefault(what, tqdm(total=total, desc=f"  {what}", disable=None))
            bar.update(done - bar.n)
            if done >= total:
                bar.close()

        try:
            counts = load_city(plan, report)
        except CityNotEmpty:
            raise CommandError(
                "There are data already. The demo city is loaded into an empty database only: "
                "choose another VIP_HOME, or another database by DATABASE_URL."
            ) from None
        self.stdout.write(
            "  synthetic: " + ", ".join(f"{n:,} {what}" for what, n in counts.items())
        )
