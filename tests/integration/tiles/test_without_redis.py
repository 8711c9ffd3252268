"""Tiles without their cache: slower, and right."""

import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from tests.factories import City
from tests.integration.tiles.grid import tile_of, url


class PrivateRedis:
    """A server of this test's own, which can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Debian's server is this very file under another name.
        self.program = folder / "redis-server"
        self.program.symlink_to(shutil.which("redis-check-rdb") or "redis-check-rdb")
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def caches(self) -> dict[str, Any]:
        where = f"unix://{self.folder}/redis.sock"
        return {"default": {"BACKEND": "gis_vip.cache.ForgivingRedisCache", "LOCATION": where}}

    def start(self) -> None:
        socket = self.folder / "redis.sock"
        self.process = subprocess.Popen(
            [str(self.program), "--port", "0", "--unixsocket", str(socket), "--save", "",
             "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(100):
            if socket.exists():
                return
            time.sleep(0.05)
        raise TimeoutError

    def stop(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        (self.folder / "redis.sock").unlink(missing_ok=True)


@pytest.mark.django_db
def test_tiles_go_on_without_redis_and_after_it_is_back(
    city: City, client: Client, tmp_path_factory: pytest.TempPathFactory
):
    redis = PrivateRedis(tmp_path_factory.mktemp("r"))
    path = url("doors", tile_of(*city.areas.at(0.5, 0.5), 15))
    try:
        with override_settings(CACHES=redis.caches):
            first = client.get(path)
            assert client.get(path)["ETag"] == first["ETag"]
            redis.stop()
            for _ in range(2):
                gone = client.get(path, headers={"If-None-Match": first["ETag"]})
                # Nobody knows whether it is still the same: it is built, and is nobody's old tile.
                assert (gone.status_code, gone.content) == (200, first.content)
                assert gone["ETag"] != first["ETag"]
            redis.start()
            back = client.get(path)
            assert (back.status_code, back.content) == (200, first.content)
            assert back["ETag"] != first["ETag"]
            assert client.get(path)["ETag"] == back["ETag"]
    finally:
        redis.stop()
