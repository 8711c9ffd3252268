"""Open311 GeoReport v2: the same cases in the words of another standard (docs/open311.md)."""
