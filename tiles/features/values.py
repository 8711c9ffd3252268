"""The values of a statement: whatever comes from outside goes in here, and stands as a name in the SQL."""

from collections.abc import Mapping
from typing import Any


class Values:
    """Named parameters. Other parts of the statement bring their own names along."""

    def __init__(self, known: Mapping[str, Any] | None = None) -> None:
        self.all: dict[str, Any] = dict(known or {})

    def put(self, value: Any) -> str:
        """Takes a value in and gives how it stands in SQL."""
        name = f"q{len(self.all)}"
        self.all[name] = value
        return f"%({name})s"
