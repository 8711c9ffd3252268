"""From an uploaded file to a plain JPEG. The upload is never stored and never reaches GDAL."""

import hashlib
import io
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

_FORMATS = ("JPEG", "PNG", "WEBP")


class UnusablePhoto(ValueError):
    """Why a file is no photo that can be kept, in words."""


@dataclass(frozen=True)
class Limits:
    """Bytes of the upload, pixels before it is decoded, the longer side of the result in pixels."""

    max_bytes: int = 20 * 1024 * 1024
    max_pixels: int = 60_000_000
    side: int = 2048


_LIMITS = Limits()


@dataclass(frozen=True)
class CleanPhoto:
    """JPEG bytes without EXIF, GPS, ICC or comments; sides in pixels."""

    body: bytes
    width: int
    height: int
    sha256: str


def clean_photo(file: IO[bytes], *, name: str, size: int, limits: Limits = _LIMITS) -> CleanPhoto:
    """Decodes and re-encodes the picture. Raises UnusablePhoto with the reason.

    A file is refused by its size before it is read, by its pixels before it is decoded, and by its
    content, never by its name.
    """
    if size > limits.max_bytes:
        limit = limits.max_bytes // 1024 // 1024
        _refuse(
            _("%(name)s is %(size)d MB; a photo may have at most %(limit)d MB."), name, size, limit
        )
    try:
        image = Image.open(file, formats=_FORMATS)
        if image.width * image.height > limits.max_pixels:
            _refuse(_("%(name)s has too many pixels."), name)
        image.draft("RGB", (limits.side, limits.side))
        upright = _opaque(ImageOps.exif_transpose(image))
    except UnusablePhoto:
        raise
    except Image.DecompressionBombError:
        _refuse(_("%(name)s has too many pixels."), name)
    except Exception:  # a broken or hostile file fails in any way inside the decoder
        _refuse(_("%(name)s is not a photo that can be read (JPEG, PNG or WebP)."), name)
    upright.thumbnail((limits.side, limits.side))
    # A new image carries the pixels and nothing else.
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=85, optimize=True)
    body = out.getvalue()
    return CleanPhoto(body, bare.width, bare.height, hashlib.sha256(body).hexdigest())


def _opaque(image: Image.Image) -> Image.Image:
    """On white where it was transparent: what lay hidden below must not come to light."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(ground, layer).convert("RGB")


def _refuse(text: str, name: str, size: int = 0, limit: int = 0) -> None:
    values = {"name": name[:80], "size": round(size / 1024 / 1024), "limit": limit}
    raise UnusablePhoto(text % values)
