"""`./vip bench [NAME …]`: runs the benchmarks and prints their figures."""

import importlib
import os
import sys
from pathlib import Path

NAMES = sorted(p.stem.removeprefix("bench_") for p in Path(__file__).parent.glob("bench_*.py"))


def main(argv: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_vip.settings.local")
    wanted = [a for a in argv if not a.startswith("-")] or NAMES
    unknown = set(wanted) - set(NAMES)
    if unknown:
        print(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}.")
        return 2
    status = 0
    for name in wanted:
        print(f"\n── {name} " + "─" * (70 - len(name)), flush=True)
        bench = importlib.import_module(f"tests.benchmarks.bench_{name}")
        status |= bench.main([a for a in argv if a.startswith("-")])
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
