"""What is read as a point, a code, a parcel or a crossing, and what is left to be an address."""

import pytest

from addresses.geocoder import codes, coordinates, crossings, parcels, pluscodes
from addresses.geocoder.language import load
from addresses.geocoder.tokens import readable

TR, EN, DE = load("tr"), load("en"), load("de")
LAT, LON = 39.637587, 27.896172


@pytest.mark.parametrize(
    "text",
    [
        "39.637587, 27.896172",
        "39.637587 27.896172",
        "39,637587 27,896172",
        "39,637587; 27,896172",
        "39,637587, 27,896172",
        "geo:39.637587,27.896172;u=35",
        "https://www.google.com/maps/@39.637587,27.896172,17z",
        "https://maps.google.com/?q=39.637587,27.896172",
        "https://maps.apple.com/?ll=39.637587,27.896172&z=3",
        "https://www.google.com/maps/place/X/@39.6,27.8,17z/data=!3d39.637587!4d27.896172",
        "https://www.openstreetmap.org/#map=19/39.637587/27.896172",
        "https://www.openstreetmap.org/?mlat=39.637587&mlon=27.896172",
        "enlem: 39.637587 boylam: 27.896172",
        "boylam 27.896172 enlem 39.637587",
        "39.637587 K 27.896172 D",
        "39.637587°N 27.896172°E",
        "N39.637587 E27.896172",
        "27.896172 D, 39.637587 K",
        "konum 39.637587, 27.896172 çöp var",
    ],
)
def test_decimal_degrees(text: str) -> None:
    found = coordinates.read(readable(text), TR)
    assert found is not None
    assert found.points[0] == pytest.approx((LON, LAT)) or found.written.startswith("@")


def test_the_order_is_left_open_where_nothing_says_it() -> None:
    found = coordinates.read("27.896172 39.637587", TR)
    assert found is not None
    assert found.points == ((39.637587, 27.896172), (27.896172, 39.637587))


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("39°38'15.3\"N 27°53'46.2\"E", (27.896167, 39.637583)),
        ("39° 38′ 15.3″ K, 27° 53′ 46.2″ D", (27.896167, 39.637583)),
        ("N39 38.5 E27 53.8", (27.896667, 39.641667)),
        ("39°38.5'N 27°53.8'E", (27.896667, 39.641667)),
        ("39 38 15.3 N 27 53 46.2 E", (27.896167, 39.637583)),
        ("27°53'46.2\"E 39°38'15.3\"N", (27.896167, 39.637583)),
        ("37°46'S 122°25'W", (-122.416667, -37.766667)),
    ],
)
def test_degrees_and_minutes(text: str, point: tuple[float, float]) -> None:
    found = coordinates.read(readable(text), TR)
    assert found is not None
    assert found.points[0] == pytest.approx(point, abs=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        "Gül Sokak No:5/3 Kat 2",
        "10028 Sk 9 10100",
        "23 Nisan Cad. 12 34 56",
        "0266 239 15 10",
        "39.6",
        "95.637587, 327.896172",
        "",
    ],
)
def test_an_address_is_no_point(text: str) -> None:
    assert coordinates.read(text, TR) is None


@pytest.mark.parametrize(
    ("text", "value", "entity"),
    [
        ("1000000838", "1000000838", ""),
        ("UAVT 1000000838", "1000000838", "unit"),
        ("Adres kodu: 1000000838", "1000000838", "unit"),
        ("uavt adres no 1000000838", "1000000838", "unit"),
        ("bina kodu 150000001", "150000001", "building"),
        ("CSBM: 7000003", "7000003", "street_side"),
        ("Numarataj Kimlik No 300000005", "300000005", "address"),
        ("mahalle kodu 10323", "10323", "neighbourhood"),
        ("kod 300000005", "300000005", ""),
    ],
)
def test_codes(text: str, value: str, entity: str) -> None:
    assert codes.read(text, TR) == codes.Code(value, entity)


@pytest.mark.parametrize(
    "text", ["12345", "10028 Sokak 9", "no 123456 Gül", "adres no", "1 2 3456789"]
)
def test_other_numbers_are_no_code(text: str) -> None:
    assert codes.read(text, TR) is None


@pytest.mark.parametrize(
    "text",
    [
        "131 ada 7 parsel",
        "ada 131 parsel 7",
        "Ada:131 Parsel:7",
        "ada no: 131, parsel no: 7",
        "131/7 parsel",
        "131/7 ada parsel",
        "ada/parsel: 131/7",
        "parsel 7 ada 131",
        "131 ada, parsel 7",
        "131 ADA 7 PARSEL",
        "131 adada 7 parselin",
    ],
)
def test_parcels(text: str) -> None:
    found = parcels.read(readable(f"Balıklı mahallesi {text} Altıeylül"), TR)
    assert found is not None
    assert (found.block, found.number) == ("131", "7")
    assert found.rest.split() == ["Balıklı", "mahallesi", ",", "Altıeylül"]


@pytest.mark.parametrize(
    "text", ["Ada Mahallesi Gül Sokak No 5", "parsel 7", "131 ada", "5/3 daire"]
)
def test_no_parcel(text: str) -> None:
    assert parcels.read(text, TR) is None


def test_plus_codes() -> None:
    full = pluscodes.read("buraya gelin 8gf9jvqw+2c lütfen")
    assert full is not None and full.full
    assert full.point(None) == pytest.approx((27.896063, 39.637563), abs=1e-4)
    short = pluscodes.read("JVQW+2C Altıeylül")
    assert short is not None and not short.full
    assert short.rest.strip() == "Altıeylül"
    assert short.point((27.88, 39.65)) == pytest.approx((27.896063, 39.637563), abs=1e-4)


@pytest.mark.parametrize("text", ["5+3", "No:5 D+2", "AAAA+BB", "8GF9JVQW", "+90 266 239 15 10"])
def test_no_plus_code(text: str) -> None:
    assert pluscodes.read(text) is None


@pytest.mark.parametrize(
    ("text", "first", "second", "rest"),
    [
        ("Atatürk Caddesi ile Gül Sokak köşesi", "Atatürk Caddesi", "Gül Sokak", ""),
        ("Karesi Atatürk Cad. ve Gül Sk kesişimi çöp", "Karesi Atatürk Cad", "Gül Sk", "çöp"),
        ("Atatürk cad / Gül sokak köşesinde", "Atatürk cad", "Gül sokak", ""),
        ("Atatürk Caddesi Gül Sokak köşesi", "Atatürk Caddesi", "Gül Sokak", ""),
        ("Atatürk & Gül kavşağında", "Atatürk", "Gül", ""),
        ("505/2 Sokak ile 12. sokak köşesi", "505/2 Sokak", "12. sokak", ""),
    ],
)
def test_crossings(text: str, first: str, second: str, rest: str) -> None:
    found = crossings.read(text, TR)
    assert found is not None
    assert (found.first.strip(" ."), found.second, found.rest) == (first, second, rest)


@pytest.mark.parametrize(
    "text", ["Gül Sokak köşesi", "okulun köşesi", "Gül ve Lale", "505/2 sokak no 5", "köşesi"]
)
def test_no_crossing(text: str) -> None:
    assert crossings.read(text, TR) is None


def test_crossings_in_other_languages() -> None:
    corner = crossings.read("corner of Pine Street and Jones Street, San Francisco", EN)
    assert corner is not None
    assert corner.first == "Pine Street"
    assert corner.second == "Jones Street, San Francisco"
    ampersand = crossings.read("Market St & 5th St", EN)
    assert ampersand is not None and (ampersand.first, ampersand.second) == ("Market St", "5th St")
    ecke = crossings.read("Landstrasse Ecke Feldweg", DE)
    assert ecke is not None and (ecke.first, ecke.second) == ("Landstrasse", "Feldweg")
