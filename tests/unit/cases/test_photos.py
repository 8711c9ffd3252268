"""Citizens' photos: what comes out carries pixels and nothing else."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageDraw

from cases.conf import CONF
from cases.photos import CleanPhoto, clean_photo
from core.api.problems import InvalidInput

GPS, ORIENTATION, MAKE, DATE = 0x8825, 0x0112, 0x010F, 0x0132


def clean(data: bytes, name: str = "foto.jpg", size: int | None = None) -> CleanPhoto:
    return clean_photo(io.BytesIO(data), name=name, size=len(data) if size is None else size)


def refusal(data: bytes, **more) -> str:
    with pytest.raises(InvalidInput) as error:
        clean(data, **more)
    assert list(error.value.errors) == ["photo"]
    return error.value.errors["photo"][0]


def picture(width: int = 80, height: int = 40) -> Image.Image:
    """Grey, the left half red: turned wrongly, the red lies elsewhere."""
    image = Image.new("RGB", (width, height), (128, 128, 128))
    ImageDraw.Draw(image).rectangle((0, 0, width // 2, height), fill=(230, 20, 20))
    return image


def jpeg(image: Image.Image, **more) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95, **more)
    return out.getvalue()


def phone_photo(orientation: int) -> bytes:
    """As a telephone makes it: EXIF with place, make and time, a comment, a colour profile."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE], exif[DATE] = orientation, "SecretPhone", "2026:03:01 10:11:12"
    exif[GPS] = {1: "N", 2: (39.0, 36.0, 0.0), 3: "E", 4: (27.0, 54.0, 0.0)}
    return jpeg(picture(), exif=exif, comment=b"secret comment", icc_profile=b"secret profile")


def is_red(pixel: tuple[int, ...]) -> bool:
    return pixel[0] > 180 and pixel[1] < 90


def test_the_test_photo_has_what_must_go():
    raw = phone_photo(6)
    exif = Image.open(io.BytesIO(raw)).getexif()
    assert exif[MAKE] == "SecretPhone"
    assert exif.get_ifd(GPS)[2] == (39.0, 36.0, 0.0)
    assert b"secret comment" in raw and b"secret profile" in raw


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (80, 40), (10, 20)),
        (3, (80, 40), (70, 20)),
        (6, (40, 80), (20, 10)),
        (8, (40, 80), (20, 70)),
    ],
)
def test_a_photo_comes_out_upright_and_without_metadata(orientation, size, red_at):
    photo = clean(phone_photo(orientation))
    image = Image.open(io.BytesIO(photo.body))
    assert image.format == "JPEG"
    assert image.size == (photo.width, photo.height) == size
    assert is_red(image.getpixel(red_at))
    assert dict(image.getexif()) == {}
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for secret in (b"Secret", b"secret", b"Exif", b"GPS", b"2026:03"):
        assert secret not in photo.body
    assert _segments(photo.body) <= {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}


def _segments(body: bytes) -> set[int]:
    """The markers of a JPEG up to its pixels: only JFIF, tables and the frame are expected."""
    found, at = set(), 2
    while at < len(body):
        marker, length = body[at + 1], struct.unpack(">H", body[at + 2 : at + 4])[0]
        found.add(marker)
        if marker == 0xDA:
            return found
        at += 2 + length
    raise AssertionError("no pixels")


def test_the_same_upload_gives_the_same_photo():
    raw = phone_photo(6)
    assert clean(raw) == clean(raw)
    assert clean(raw).sha256 != clean(phone_photo(1)).sha256


def test_a_large_photo_becomes_smaller():
    photo = clean(jpeg(picture(4000, 1000)))
    assert (photo.width, photo.height) == (2048, 512)


def test_a_small_photo_is_not_made_larger():
    photo = clean(jpeg(picture(30, 20)))
    assert (photo.width, photo.height) == (30, 20)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparent_parts_become_white_and_hide_nothing(kind):
    image = Image.new("RGBA", (60, 60), (255, 0, 0, 0))  # red, but invisible
    ImageDraw.Draw(image).rectangle((0, 0, 20, 20), fill=(0, 0, 255, 255))
    out = io.BytesIO()
    image.save(out, kind, lossless=True, exact=True)
    result = Image.open(io.BytesIO(clean(out.getvalue()).body))
    assert result.mode == "RGB"
    assert min(result.getpixel((50, 50))) > 245
    blue = result.getpixel((8, 8))
    assert blue[2] > 200 and blue[0] < 60


def test_palettes_and_greys_are_photos_too():
    for mode in ("P", "L", "1", "LA", "CMYK"):
        out = io.BytesIO()
        Image.new(mode, (20, 20)).save(out, "JPEG" if mode == "CMYK" else "PNG")
        assert clean(out.getvalue()).width == 20


def test_text_in_a_png_does_not_survive():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "secret author")
    out = io.BytesIO()
    picture().save(out, "PNG", pnginfo=info)
    assert b"secret author" in out.getvalue()
    assert b"secret" not in clean(out.getvalue()).body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a photo at all",
        b"\xff\xd8\xff\xe0 looks like a JPEG and is none",
        b"%PDF-1.7 a document",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a\x01\x00\x01\x00\x00\xff\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00;",
        b"II*\x00\x08\x00\x00\x00\x00\x00",
    ],
)
def test_what_is_no_photo_is_refused_by_its_content(data):
    assert "foto.jpg" in refusal(data)


def test_a_truncated_photo_is_refused():
    raw = jpeg(picture(600, 400))
    assert "foto.jpg" in refusal(raw[: len(raw) // 2])


def test_a_file_of_60_mb_is_refused_before_it_is_read():
    class Untouchable(io.BytesIO):
        def read(self, *args):
            raise AssertionError("was read")

    with pytest.raises(InvalidInput) as error:
        clean_photo(Untouchable(), name="video.mp4", size=60 * 1024 * 1024)
    text = error.value.errors["photo"][0]
    assert "video.mp4" in text and "60" in text and "20" in text


def test_the_limit_itself_is_allowed():
    assert clean(jpeg(picture()), size=CONF.photo_max_bytes).width == 80
    assert "21" in refusal(jpeg(picture()), size=CONF.photo_max_bytes + 1024 * 1024)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it has this many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 10_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [8_000, 9_600, 12_000, 60_000])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(side):
    """Over our limit, over Pillow's warning, over its error: one and the same clear reason."""
    assert refusal(bomb(side, side)) == refusal(bomb(8_001, 8_001))


def test_a_photo_that_is_also_a_page_or_an_archive_comes_out_as_a_photo_only():
    archive = b"PK\x03\x04 evil archive <script>alert(1)</script>"
    for data in (jpeg(picture()) + archive, jpeg(picture(), comment=archive)):
        body = clean(data).body
        assert b"script" not in body and b"PK\x03\x04" not in body
        assert body.endswith(b"\xff\xd9")


def test_a_name_of_any_length_does_not_flood_the_message():
    assert len(refusal(b"x", name="ş" * 5000)) < 300
