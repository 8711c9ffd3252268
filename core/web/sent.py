"""What a form or an address sends, as what it means."""


def row_id(sent: str | None) -> int:
    """The id of a row, or a version of one; 0 for what is none."""
    # 18 digits: what a bigint surely holds.
    return int(sent) if sent and sent.isascii() and sent.isdigit() and len(sent) <= 18 else 0


def chosen_id(sent: str | None) -> int | None:
    """The id of the row that was chosen; None where nothing was. Raises ValueError for what is no id: that
    is not a choice of nothing."""
    if not sent:
        return None
    if not (found := row_id(sent)):
        raise ValueError("no id")
    return found
