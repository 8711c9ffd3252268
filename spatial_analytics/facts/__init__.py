"""The columnar copy of the cases: any question about millions of them within a fraction of a second,
right to the last change. See docs/figures.md."""

from spatial_analytics.facts.copying import ask

__all__ = ["ask"]
