"""What the database says of two transactions that stand in each other's way."""

from django.db import OperationalError

# Deadlock, serialization failure, lock not available.
_CODES = frozenset({"40P01", "40001", "55P03"})


def in_each_others_way(error: BaseException) -> bool:
    """Whether nothing is wrong but the moment: asked again, the same may well go through."""
    return isinstance(error, OperationalError) and (
        getattr(error.__cause__, "pgcode", None) in _CODES
    )
