"""A report in words: figures as the language writes them, for pages, paper and mail."""

from typing import Any

from django.utils.translation import gettext as _

from core.web.numbers import written as number
from spatial_analytics.queries.reports import Column, FilledReport, Table


def said(value: float | None, column: Column) -> str:
    """A figure as it is written."""
    return "–" if value is None else number(value, column.decimals)


def head(column: Column) -> str:
    return f"{column.name} ({column.unit})" if column.unit else column.name


def written(table: Table) -> dict[str, Any]:
    """A table for templates: heads, lines with figures as they are written."""

    def figures(values: tuple[float | None, ...]) -> list[str]:
        return [said(v, column) for v, column in zip(values, table.columns, strict=True)]

    return {
        "title": table.title,
        "heads": table.heads,
        "columns": [head(column) for column in table.columns],
        "lines": [(line.words, figures(line.values)) for line in table.lines],
        "total": figures(table.total) if table.columns else [],
        "hidden": table.hidden,
    }


def as_text(found: FilledReport, *, most: int = 40) -> str:
    """For a mail: a block for each table, a line for each of its lines."""
    parts = [f"{found.period.begin:%d.%m.%Y} – {found.period.end:%d.%m.%Y}"]
    for table in found.tables:
        told = written(table)
        lines = [told["title"], "-" * len(told["title"])]
        for words, figures in told["lines"][:most]:
            named = [f"{c}: {v}" for c, v in zip(told["columns"], figures, strict=True)]
            lines.append(
                f"{', '.join(words)}: " + " · ".join(named) if words else " · ".join(named)
            )
        if told["total"]:
            named = [f"{c}: {v}" for c, v in zip(told["columns"], told["total"], strict=True)]
            lines.append(f"{_('Total')}: " + " · ".join(named))
        parts.append("\n".join(lines))
    return "\n\n".join(parts)
