"""Stock clients of geopy against a live server, unchanged: forty doors there and back."""

from typing import Any

import pytest
from geopy.distance import distance
from geopy.geocoders import BANFrance, Nominatim, Pelias, Photon

from addresses.models import Address
from tests.functional.addresses.doors import forty_doors, written

pytestmark = pytest.mark.django_db(transaction=True)


def client(name: str, url: str) -> Any:
    host = url.removeprefix("http://")
    more: dict[str, Any] = {"scheme": "http", "timeout": 20}
    if name == "nominatim":
        return Nominatim(user_agent="test", domain=f"{host}/compat/nominatim", **more)
    if name == "photon":
        return Photon(domain=f"{host}/compat/photon", **more)
    if name == "pelias":
        return Pelias(domain=f"{host}/compat/pelias", **more)
    return BANFrance(domain=f"{host}/compat/ban", **more)


@pytest.mark.parametrize("name", ["nominatim", "photon", "pelias", "ban"])
def test_forty_doors_there_and_back(live_server: Any, name: str) -> None:
    _areas, doors = forty_doors()
    geocoder = client(name, live_server.url)
    wrong = []
    for variant, door in enumerate(doors):
        text, there = written(door, variant), (door.geom.y, door.geom.x)
        found = geocoder.geocode(text)
        if found is None or distance((found.latitude, found.longitude), there).m > 1:
            wrong.append(f"forward {text}: {found}")
        back = geocoder.reverse((there[0] + 0.00001, there[1]))
        if (
            back is None
            or distance((back.latitude, back.longitude), there).m > 1
            or door.house_number not in str(back.raw)
        ):
            wrong.append(f"reverse {text}: {back}")
    assert wrong == []
    assert geocoder.geocode("xqzw bzzt", exactly_one=False) is None
    assert geocoder.reverse((10.0, 10.0)) is None


def test_an_address_in_parts_and_its_details(live_server: Any) -> None:
    _areas, doors = forty_doors()
    door = Address.objects.get(pk=doors[6].pk)
    assert str(door.side.street) == "Şehit Hüseyin Çavuş Sokak"
    nominatim = client("nominatim", live_server.url)
    found = nominatim.geocode(
        {"street": "12 Şehit Hüseyin Çavuş Sokak", "city": "Altıeylül", "country": "Türkiye"},
        addressdetails=True, country_codes="tr",
    )  # fmt: skip
    assert found.raw["address"] == {
        "house_number": "12",
        "road": "Şehit Hüseyin Çavuş Sokak",
        "suburb": "Hasan Basri Çantay",
        "town": "Altıeylül",
        "province": "Balıkesir",
        "country": "Türkiye",
        "country_code": "tr",
    }
    assert nominatim.geocode("Atatürk Caddesi 1", country_codes="gr") is None
    here = [(door.geom.y - 0.001, door.geom.x - 0.001), (door.geom.y + 0.001, door.geom.x + 0.001)]
    inside = nominatim.geocode("Şehit Hüseyin Çavuş Sk 12", viewbox=here, bounded=True)
    assert inside is not None
    away = [(38.0, 26.0), (38.1, 26.1)]
    assert nominatim.geocode("Şehit Hüseyin Çavuş Sk 12", viewbox=away, bounded=True) is None
    pelias = client("pelias", live_server.url)
    assert pelias.geocode("Çiçek Sokak 1", boundary_rect=away) is None
    assert pelias.geocode("Çiçek Sokak 1", countries=["TUR"]) is not None
