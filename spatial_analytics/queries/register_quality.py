"""How good the address register is, as a figure: its open problems by area and rule."""

from typing import Any

from core.queries import sql
from spatial_analytics.rules.question import Question

_DIMENSIONS = ("district", "neighbourhood", "rule")


def register_problems(question: Question) -> list[tuple[Any, ...]]:
    """Keys, whether it is the whole, value, number of problems: of each part and of the whole. Live."""
    filters = {f"{name}s": question.filters.get(name) for name in _DIMENSIONS}
    rows = sql.run(
        "spatial_analytics",
        "register_problems",
        {name: None if values is None else list(values) for name, values in filters.items()}
        | {f"by_{name}": name in question.by for name in _DIMENSIONS},
    )
    areas = [name for name in question.by if name != "rule"]
    # The doors of a place stand under no rule: a rule looks at every door of it.
    doors = {
        tuple(row[n] for n in areas): row["doors"]
        for row in rows
        if row["rule"] is None and not row["whole"]
    }
    found = []
    for row in rows:
        if not row["whole"] and (
            not question.by or ("rule" in question.by and row["rule"] is None)
        ):
            continue
        value: float | None = float(row["problems"])
        if question.indicator.code == "register_problems_per_doors":
            of = row["doors"] if row["whole"] else doors.get(tuple(row[n] for n in areas))
            value = 1000 * row["problems"] / of if of else None
        found.append((*(row[name] for name in question.by), row["whole"], value, row["problems"]))
    return found
