"""Why a whole file is refused. Single bad rows are notes, not errors."""


class ImportRefused(Exception):
    """Nothing is written. `field` names what is wrong (a column, `file`, `crs`), `reason` why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
