"""Numbers of parcels."""

import re

from addresses.models import ChangeSet, Parcel


def next_parcel_number(change_set: ChangeSet, neighbourhood: str, block: str) -> int:
    """One more than the highest number that the block ever had, the draft's parcels included:
    the cadastre uses no number again."""
    found = Parcel.objects.filter(neighbourhood__uid=neighbourhood, cadastral_block=block)
    numbers = [0, *map(_leading, found.values_list("number", flat=True))]
    for change in change_set.changes.filter(entity="parcel", operation="CREATE"):
        values = change.values
        if (values.get("neighbourhood"), values.get("cadastral_block")) == (neighbourhood, block):
            numbers.append(_leading(values.get("number", "")))
    return max(numbers) + 1


def _leading(text: str) -> int:
    match = re.match(r"\d{1,9}", text)
    return int(match[0]) if match else 0
