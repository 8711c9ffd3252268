"""Citizens' photos, by the limits of this room."""

from typing import IO

from cases.conf import CONF
from core import photos
from core.api.problems import InvalidInput
from core.photos import CleanPhoto

__all__ = ["CleanPhoto", "clean_photo"]


def clean_photo(file: IO[bytes], *, name: str, size: int) -> CleanPhoto:
    """A plain JPEG of the upload. Raises InvalidInput("photo") with the reason."""
    limits = photos.Limits(CONF.photo_max_bytes, CONF.photo_max_pixels, CONF.photo_side)
    try:
        return photos.clean_photo(file, name=name, size=size, limits=limits)
    except photos.UnusablePhoto as error:
        raise InvalidInput({"photo": [str(error)]}) from error
