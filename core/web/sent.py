"""What a form or an address sends, as what it means."""


def row_id(sent: str | None) -> int:
    """The id of a row, or a version of one; 0 for what is none."""
    # 18 digits: what a bigint surely holds.
    return int(sent) if sent and sent.isascii() and sent.isdigit() and len(sent) <= 18 else 0
