"""Files for forms."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def photo(shade: int = 90, name: str = "foto.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, 10, 10)).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def no_photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("foto.jpg", b"MZ this is a program", "image/jpeg")


def video(megabytes: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("video.mp4", b"\0" * (megabytes * 1024 * 1024), "video/mp4")
