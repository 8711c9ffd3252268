"""Photos as phones make them: with GPS, a serial number, XMP, IPTC, MakerNote and a thumbnail."""

import io
import struct

from PIL import Image, PngImagePlugin

SECRET = b"GIZLI"  # stands in every kind of metadata
GPS = {1: "N", 2: (39.0, 38.0, 55.5), 3: "E", 4: (27.0, 53.0, 12.25), 29: "2026:11:03"}


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "GIZLI-Maker"
    exif[0x0110] = "GIZLI-Model"
    exif[0x013B] = "GIZLI-Artist"
    exif[0x0132] = "2026:11:03 09:30:00"
    exif[0x0112] = 6  # on its side: to be turned before the mark is lost
    exif.get_ifd(0x8825).update(GPS)
    sub = exif.get_ifd(0x8769)
    sub[0xA431] = "GIZLI-Serial"
    sub[0x927C] = SECRET + b"-MakerNote"
    sub[0x9286] = b"ASCII\0\0\0GIZLI-Comment"
    return exif


def _xmp() -> bytes:
    return (
        b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description'
        b' exif:GPSLatitude="39,38.925N" dc:creator="GIZLI-Xmp"/></rdf:RDF></x:xmpmeta>'
    )


def _picture() -> Image.Image:
    image = Image.new("RGB", (64, 32), (200, 30, 30))
    image.paste((20, 20, 220), (0, 0, 32, 32))
    return image


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg() -> bytes:
    """With EXIF (GPS, MakerNote), a thumbnail, XMP, IPTC, a comment, ICC, and bytes after the end."""
    out = io.BytesIO()
    _picture().save(out, "JPEG", exif=_exif(), icc_profile=SECRET + b"-icc" * 40, comment=SECRET)
    body = out.getvalue()
    thumb = io.BytesIO()
    Image.new("RGB", (16, 8), "green").save(thumb, "JPEG", comment=SECRET + b"-thumb")
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x10\x1c\x02P\0\x0bGIZLI-Iptc\0"
    more = (
        _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _xmp())
        + _segment(0xED, iptc)
        + _segment(0xE2, b"MPF\0" + thumb.getvalue())
        + _segment(0xFE, SECRET + b"-comment")
    )
    return body[:2] + more + body[2:] + thumb.getvalue() + SECRET


def png() -> bytes:
    """With eXIf, text chunks (XMP among them) and a time."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "GIZLI-Author")
    info.add_itxt("XML:com.adobe.xmp", _xmp().decode())
    info.add_text("Comment", "GIZLI-Comment " * 9, zip=True)
    out = io.BytesIO()
    _picture().save(out, "PNG", exif=_exif(), pnginfo=info)
    return out.getvalue() + SECRET


def webp() -> bytes:
    out = io.BytesIO()
    _picture().save(out, "WEBP", exif=_exif(), xmp=_xmp(), icc_profile=SECRET + b"-icc" * 40)
    return out.getvalue()


PICTURES = {"jpeg": jpeg, "png": png, "webp": webp}


def assert_bare(body: bytes) -> None:
    """Nothing but pixels: no segment that could carry anything, in bytes and as a reader sees it."""
    assert body[:2] == b"\xff\xd8" and body[-2:] == b"\xff\xd9"
    for trace in (SECRET, b"Exif", b"http://ns", b"Photoshop", b"8BIM", b"ICC_PROFILE", b"MPF\0"):
        assert trace not in body, trace
    at, markers = 2, set()
    while body[at + 1] != 0xDA:
        markers.add(body[at + 1])
        at += 2 + struct.unpack(">H", body[at + 2 : at + 4])[0]
    assert markers & (set(range(0xE1, 0xF0)) | {0xFE}) == set(), markers
    image = Image.open(io.BytesIO(body))
    assert not image.getexif() and not image.getexif().get_ifd(0x8825)
    assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & set(image.info)
    assert image.size == (32, 64)  # upright: what the mark said is done, not lost
