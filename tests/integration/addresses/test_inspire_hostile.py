"""GML that means harm or is broken: one line with field and reason, nothing read, nothing written."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import translation

from addresses.actions.export_inspire import export_inspire
from addresses.exchange.errors import ImportRefused
from addresses.exchange.notes import Summary
from addresses.models import Address, ChangeSet, Parcel

Load = Callable[..., Summary]
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(60)]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


HEAD = (
    '<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2"'
    ' xmlns:cp="http://inspire.ec.europa.eu/schemas/cp/4.0"'
    ' xmlns:base="http://inspire.ec.europa.eu/schemas/base/4.0">'
)
TAIL = "</gml:FeatureCollection>"
SRS = "http://www.opengis.net/def/crs/EPSG/0/4326"
RING = "39.001 27.001 39.001 27.002 39.002 27.002 39.002 27.001 39.001 27.001"


def parcel(positions: str, *, srs: str = SRS, label: str = "149/1", number: str = "1") -> str:
    return (
        "<gml:featureMember><cp:CadastralParcel><cp:geometry>"
        f'<gml:Polygon srsName="{srs}"><gml:exterior><gml:LinearRing><gml:posList>{positions}'
        "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></cp:geometry>"
        f"<cp:inspireId><base:Identifier><base:localId>{number}</base:localId>"
        "<base:namespace>X</base:namespace></base:Identifier></cp:inspireId>"
        f"<cp:label>{label}</cp:label></cp:CadastralParcel></gml:featureMember>"
    )


@pytest.fixture
def gml(tmp_path: Path) -> Callable[..., Path]:
    def write(body: str, *, before: str = "", head: str = HEAD, tail: str = TAIL) -> Path:
        path = tmp_path / "parcels.gml"
        path.write_text(f'<?xml version="1.0"?>{before}{head}{body}{tail}', encoding="utf-8")
        return path

    return write


@pytest.fixture
def refused(small_city: None, load: Load) -> Callable[[Path], ImportRefused]:
    def run(path: Path, entity: str = "parcels") -> ImportRefused:
        before = ChangeSet.objects.count()
        with pytest.raises(ImportRefused) as caught:
            load(entity, path, mapping_name="inspire")
        assert (ChangeSet.objects.count(), Parcel.objects.count()) == (before, 0)
        assert "\n" not in str(caught.value)
        return caught.value

    return run


Gml = Callable[..., Path]
Refused = Callable[..., ImportRefused]


def test_billion_laughs(gml: Gml, refused: Refused) -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    path = gml(parcel(RING, label="&a9;"), before=f"<!DOCTYPE x [{entities}]>")
    error = refused(path)
    assert (error.field, "document type" in error.reason) == ("file", True)

    # In an attribute of the root it would be spelled out before anybody could look.
    path = gml(parcel(RING), before=f"<!DOCTYPE x [{entities}]>", head=HEAD[:-1] + ' a="&a9;">')
    assert refused(path).field == "file"


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://host/x.dtd">',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://host/x.dtd"> %p;]>',
        "<!DOCTYPE x>",
    ],
)
def test_no_document_type_and_no_other_file(gml: Gml, refused: Refused, doctype: str) -> None:
    for label in ("149/1", "&e;"):
        error = refused(gml(parcel(RING, label=label), before=doctype))
        assert error.field == "file"
        assert "root:" not in error.reason


def test_ten_thousand_elements_in_each_other(gml: Gml, refused: Refused) -> None:
    deep = "<gml:x>" * 10_000 + "</gml:x>" * 10_000
    assert "nested deeper than 64" in refused(gml(deep)).reason
    inside = parcel(RING).replace("<cp:label>", f"{deep}<cp:label>")
    assert "nested deeper than 64" in refused(gml(inside)).reason


def test_a_feature_without_end(gml: Gml, refused: Refused) -> None:
    wide = parcel(RING).replace("<cp:label>", "<gml:x/>" * 250_000 + "<cp:label>")
    assert "more than 200,000 elements" in refused(gml(wide)).reason
    assert "more than 200,000 elements" in refused(gml("<gml:x/>" * 250_000)).reason


def test_a_feature_of_long_texts(gml: Gml, refused: Refused) -> None:
    long = f"<gml:x>{'a' * 9_000_000}</gml:x>" * 8
    path = gml(parcel(RING).replace("<cp:label>", f"{long}<cp:label>"))
    assert "more than 67,108,864 bytes" in refused(path).reason
    path = gml(parcel("1 " * 6_000_000))  # one text that the parser itself does not take
    assert refused(path).field == "file"


def test_truncated(gml: Gml, refused: Refused) -> None:
    body = "".join(parcel(RING, number=str(n), label=f"149/{n}") for n in range(50))
    error = refused(gml(body[: len(body) // 2], tail=""))
    assert (error.field, "no well-formed XML" in error.reason) == ("file", True)


def test_no_feature_at_all(gml: Gml, refused: Refused) -> None:
    assert "holds no row" in refused(gml("")).reason
    assert "holds no row" in refused(gml(parcel(RING)), "buildings").reason


@pytest.mark.parametrize(
    ("srs", "positions"),
    [
        ("", RING),
        ("urn:ogc:def:crs:EPSG::999999", RING),
        ("EPSG:4326;DROP TABLE", RING),
        ("file:///etc/passwd", RING),
        ("urn:ogc:def:crs:EPSG::5253", RING),  # degrees declared as metres
        (SRS, RING.replace("39.", "4319000.").replace("27.", "500000.")),
    ],
)
def test_wrong_coordinate_system(gml: Gml, refused: Refused, srs: str, positions: str) -> None:
    assert refused(gml(parcel(positions, srs=srs))).field == "crs"


def test_two_coordinate_systems(gml: Gml, refused: Refused) -> None:
    body = parcel(RING) + parcel(RING, srs="urn:ogc:def:crs:EPSG::4258", number="2", label="149/2")
    assert refused(gml(body)).field == "crs"


def test_latitude_and_longitude_the_wrong_way_round(gml: Gml, refused: Refused) -> None:
    turned = " ".join(f"27.00{1 + n % 2} 39.00{1 + n // 2 % 2}" for n in (0, 1, 3, 2, 0))
    body = "".join(
        parcel(turned, number=str(n), label=f"149/{n}").replace(
            "<cp:CadastralParcel>",
            '<cp:CadastralParcel><gml:name codeSpace="TR.GIS-VIP/neighbourhood">Bir</gml:name>',
        )
        for n in range(30)
    )
    assert refused(gml(body)).field == "geometry"


def test_single_bad_geometries_become_notes(small_city: None, load: Load, gml: Gml) -> None:
    bad = [
        RING.replace("39.001", "1e308"),
        RING.replace("39.001", "nan"),
        RING.replace("39.001", "inf"),
        RING.replace("39.001", "x"),
        "39.001 27.001",
        "39.001 27.001 39.002",
        "",
        "39.001 27.001 39.001 27.001 39.001 27.001 39.001 27.001",
    ]
    bow_tie = "39.001 27.001 39.002 27.002 39.002 27.001 39.001 27.002 39.001 27.001"
    good = [RING, bow_tie, *[RING] * 8]
    body = "".join(
        parcel(ring, number=str(n), label=f"149/{n}") for n, ring in enumerate([*bad, *good])
    )
    summary = load("parcels", gml(body), mapping_name="inspire")
    assert summary.changes["parcel"]["inserted"] == len(good)
    assert summary.notes[("REJECTED", "no_polygon")] == len(bad)
    assert summary.notes[("REPAIRED", "invalid_polygon")] == 1
    assert Parcel.objects.get(number="9").geom.valid


def test_identities_that_lie(small_city: None, load: Load, gml: Gml, tmp_path: Path) -> None:
    """A foreign namespace takes over no uid; one of ours that is no uuid is none."""
    path = tmp_path / "a.gml"
    export_inspire(kind="addresses", path=path)
    door = Address.objects.get(number=11)
    body = parcel(RING, number=str(door.uid)) + parcel(RING, number="x", label="1/2").replace(
        "<base:namespace>X<", "<base:namespace>TR.GIS-VIP<"
    )
    load("parcels", gml(body), mapping_name="inspire")
    assert str(door.uid) not in {str(p.uid) for p in Parcel.objects.all()}
    assert sorted(Parcel.objects.values_list("source_id", flat=True)) == [
        "TR.GIS-VIP|x", f"X|{door.uid}",
    ]  # fmt: skip
