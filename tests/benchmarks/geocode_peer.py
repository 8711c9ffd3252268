"""addok beside the product: the connected register in its index, the same texts asked.

It is no part of the product. It runs in an environment of its own (`VIP_ADDOK`, else `.vip/addok`)
with a Redis of its own, whose data are thrown away.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks.geocode_scores import Given, Scores, score
from tests.benchmarks.queries import Query
from tests.benchmarks.sampled import LIVING, rows

HERE = Path(__file__).parent / "addok"
INSTALL = (
    "addok is not installed, so nothing is measured beside the product. To install it:\n"
    "    python3 -m venv {place} && {place}/bin/pip install --require-hashes -r {lock}"
)
_STREETS = f"""
SELECT st.id, st.name, d.name, p.name, min(n.postcode), array_agg(DISTINCT n.name || ' Mahallesi'),
       min(n.id), avg(ST_X(a.geom)), avg(ST_Y(a.geom)),
       json_agg(json_build_array(a.number, a.suffix, a.id, ST_X(a.geom), ST_Y(a.geom)) ORDER BY a.id)
FROM addresses_address a
JOIN addresses_streetside s ON s.id = a.side_id
JOIN addresses_street st ON st.id = s.street_id
JOIN addresses_neighbourhood n ON n.id = s.neighbourhood_id
JOIN addresses_district d ON d.id = n.district_id
JOIN addresses_province p ON p.id = d.province_id
WHERE a.status IN {LIVING} AND a.number > 0 AND st.status IN {LIVING}
GROUP BY st.id, d.id, p.id ORDER BY st.id
"""
_AREAS = """
SELECT n.id, n.name, n.postcode, d.name, p.name, ST_X(c), ST_Y(c)
FROM addresses_neighbourhood n
JOIN addresses_district d ON d.id = n.district_id
JOIN addresses_province p ON p.id = d.province_id,
LATERAL ST_PointOnSurface(n.geom) c WHERE n.geom IS NOT NULL
"""
_LANDMARKS = """
SELECT l.id, l.name, n.id, n.name, d.name, p.name, ST_X(l.geom), ST_Y(l.geom)
FROM addresses_landmark l
JOIN addresses_neighbourhood n ON n.id = l.neighbourhood_id
JOIN addresses_district d ON d.id = n.district_id
JOIN addresses_province p ON p.id = d.province_id
"""


def measure(queries: Sequence[Query]) -> Scores | None:
    """addok's scores for the queries; None, with a word about it, where addok is not installed."""
    home = Path(os.environ.get("VIP_HOME", ".vip"))
    place = Path(os.environ.get("VIP_ADDOK", home / "addok"))
    python = place / "bin" / "python"
    if not python.is_file():
        lock = HERE.relative_to(Path.cwd()) / "requirements.txt"
        print(INSTALL.format(place=place, lock=lock))
        return None
    with tempfile.TemporaryDirectory(prefix="vip-addok-") as folder, _redis(Path(folder)) as socket:
        work = Path(folder)
        environment = {**os.environ, "ADDOK_SOCKET": str(socket), "ADDOK_LOGS": folder}
        (work / "documents.ndjson").write_text(
            "\n".join(json.dumps(d, ensure_ascii=False) for d in _documents()), encoding="utf-8"
        )
        (work / "texts.ndjson").write_text(
            "\n".join(json.dumps(q.text) for q in queries), encoding="utf-8"
        )

        def run(*arguments: str) -> str:
            done = subprocess.run(
                [python, HERE / "run.py", *arguments],
                env=environment,
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise RuntimeError(f"addok: {done.stderr[-2000:]}")
            return done.stdout

        begun = time.perf_counter()
        run("index", str(work / "documents.ndjson"))
        print(f"addok's index: {time.perf_counter() - begun:.0f} s")
        said = run("answer", str(work / "texts.ndjson")).splitlines()
        answers = [json.loads(line) for line in said if line.startswith("{")]
    by_query = {id(q): _given(a) for q, a in zip(queries, answers, strict=True)}
    return score(queries, lambda q: by_query[id(q)])


def _given(answer: dict[str, Any]) -> Given:
    ids = answer.get("ids", {})
    kind = answer.get("type")
    return Given(
        door=answer.get("address_id") if kind == "housenumber" else None,
        street=ids.get("street_id") if kind in ("housenumber", "street") else None,
        neighbourhood=ids.get("neighbourhood_id"),
        landmark=ids.get("landmark_id") if kind == "poi" else None,
        sure=kind == "housenumber" and not answer.get("tied"),
        ms=answer["ms"],
    )


@contextmanager
def _redis(folder: Path) -> Iterator[Path]:
    """A Redis of its own on a socket. Debian's server is `redis-check-rdb` under another name."""
    binary = shutil.which("redis-server")
    if binary is None:
        target = shutil.which("redis-check-rdb")
        if target is None:
            raise RuntimeError("addok needs a Redis: install redis-tools")
        binary = str(folder / "redis-server")
        Path(binary).symlink_to(target)
    socket = folder / "redis.sock"
    server = subprocess.Popen(
        [binary, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    try:
        for _ in range(100):
            if socket.exists():
                break
            time.sleep(0.05)
        yield socket
    finally:
        server.terminate()
        server.wait()


def _documents() -> Iterator[dict[str, Any]]:
    for street, name, city, province, postcode, areas, area, lon, lat, doors in rows(_STREETS):
        numbers = {
            f"{number}/{suffix}" if suffix else str(number): {"address_id": i, "lon": x, "lat": y}
            for number, suffix, i, x, y in doors
        }
        yield {
            "_id": f"s{street}", "id": f"s{street}", "type": "street", "name": name,
            "mahalle": areas, "city": city, "postcode": postcode, "context": province, "lat": lat,
            "lon": lon, "importance": min(1.0, len(numbers) / 400), "housenumbers": numbers,
            "street_id": street, "neighbourhood_id": area,
        }  # fmt: skip
    for area, name, postcode, city, province, lon, lat in rows(_AREAS):
        yield {
            "_id": f"n{area}", "id": f"n{area}", "type": "locality", "name": f"{name} Mahallesi",
            "city": city, "postcode": postcode, "context": province, "lat": lat, "lon": lon,
            "importance": 0.3, "neighbourhood_id": area,
        }  # fmt: skip
    for landmark, name, area, mahalle, city, province, lon, lat in rows(_LANDMARKS):
        yield {
            "_id": f"l{landmark}", "id": f"l{landmark}", "type": "poi", "name": name,
            "mahalle": [f"{mahalle} Mahallesi"], "city": city, "context": province, "lat": lat,
            "lon": lon, "importance": 0.2, "landmark_id": landmark, "neighbourhood_id": area,
        }  # fmt: skip
