"""Tiles against the floor: the view with an empty cache, the view warm, and bare ST_AsMVT."""

import math
import sys

# The floor per layer: the whole table's columns that the tile has, nothing else around it.
_FLOOR = """
SELECT ST_AsMVT(t, %(layer)s, 4096, 'g', 'id') FROM (
  SELECT {columns}, ST_AsMVTGeom(geom_m, ST_TileEnvelope(%(z)s,%(x)s,%(y)s), 4096, 64, true) AS g
  FROM {table} WHERE geom_m && ST_TileEnvelope(%(z)s,%(x)s,%(y)s, margin => 64.0/4096)) t
"""
_LAYERS = {
    "buildings": ("addresses_building", "id, name, floors", (14, 15, 16)),
    "doors": ("addresses_address", "id, number, suffix", (15, 16)),
    "streets": ("addresses_street", "id, name, kind", (13, 14)),
    "cases": ("cases_case", "id, state, number", (12, 14)),
}


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    n = 1 << z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lon + 180) / 360 * n), int(y * n)


def main(argv: list[str]) -> int:
    from tests.benchmarks.city import milliseconds, spread, use_city

    use_city()
    from django.db import connection
    from django.test import Client

    from addresses.models import Address
    from tiles.actions.versions import data_changed

    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_ENCODING="gzip")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(geom), ST_Y(geom) FROM addresses_address ORDER BY md5(id::text) LIMIT 60"
        )
        places = cursor.fetchall()
    assert Address.objects.exists()
    print(
        "milliseconds per tile, each tile once in turn by all three ways; 60 places where people live"
    )
    for layer, (table, columns, zooms) in _LAYERS.items():
        for z in zooms:
            tiles = list(dict.fromkeys(tile_at(lon, lat, z) for lon, lat in places))
            floor, cold, warm, size = [], [], [], []
            for address in tiles:
                path = "/tiles/{}/{}/{}/{}.mvt".format(layer, *address)
                parameters = dict(zip("zxy", address, strict=True)) | {"layer": layer}

                def bare(
                    parameters: dict = parameters, table: str = table, columns: str = columns
                ) -> None:
                    with connection.cursor() as cursor:
                        cursor.execute(_FLOOR.format(columns=columns, table=table), parameters)
                        cursor.fetchone()

                bare()
                floor.append(milliseconds(bare))
                # A new version of the data: the tile has to be built.
                data_changed("register")
                data_changed("cases")
                client.get("/health/")
                cold.append(milliseconds(lambda path=path: client.get(path)))
                warm.append(milliseconds(lambda path=path: client.get(path)))
                size.append(len(client.get(path).content))
            ratio = sorted(c / f for c, f in zip(cold, floor, strict=True))[len(tiles) // 2]
            print(
                f"{layer:10} z{z}  floor {spread(floor)}   built {spread(cold)}   cached {spread(warm)}"
                f"   built/floor {ratio:.2f}   {sum(size) / len(size) / 1024:.0f} KB gzip"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
