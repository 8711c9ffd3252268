"""tipg and django-vectortiles over the same tables, each in two processes, in an environment of their own
(`VIP_TILE_PEERS`, else `.vip/tile_peers`). They are no part of the product."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

HERE = Path(__file__).parent
INSTALL = (
    "The peers are not installed, so the product is measured against bare SQL alone. To install them:\n"
    "    python3 -m venv {place} && {place}/bin/pip install --require-hashes -r {lock}"
)
WORKERS = 2


def place() -> Path | None:
    """Where the peers' environment is; None, with a word about it, where there is none."""
    home = Path(os.environ.get("VIP_HOME", ".vip"))
    found = Path(os.environ.get("VIP_TILE_PEERS", home / "tile_peers")).absolute()
    if (found / "bin" / "python").is_file():
        return found
    print(INSTALL.format(place=found, lock=HERE.relative_to(Path.cwd()) / "requirements.txt"))
    return None


@contextmanager
def tipg(environment: Path) -> Iterator["Server"]:
    """tipg, as its documentation starts it, without its limit of features in a tile."""
    own = {
        "DATABASE_URL": f"postgresql://{os.environ['PGUSER']}@{quote(os.environ['PGHOST'], safe='')}"
        f":{os.environ.get('PGPORT') or 5432}/{os.environ['PGDATABASE']}",
        "TIPG_DB_EXCLUDE_FUNCTION_SCHEMAS": '["public"]',
        "TIPG_MAX_FEATURES_PER_TILE": "1000000",
    }
    with serving(
        environment,
        lambda port: ["-m", "uvicorn", "tipg.main:app", "--port", str(port), "--workers",
                      str(WORKERS), "--log-level", "warning"],
        own,
        "/healthz",
    ) as server:  # fmt: skip
        yield server


@contextmanager
def vectortiles(environment: Path, redis: str) -> Iterator["Server"]:
    """django-vectortiles with its PostGIS backend; `/kept` answers with one value of Redis."""
    from django.conf import settings

    with serving(
        environment,
        lambda port: ["-m", "gunicorn", "vectortiles_site:application", "-w", str(WORKERS), "-b",
                      f"127.0.0.1:{port}", "--chdir", str(HERE), "--log-level", "warning",
                      "--threads", "4", "-k", "gthread"],
        {
            "KEEP": redis,
            "GDAL_LIBRARY_PATH": settings.GDAL_LIBRARY_PATH or "",
            "GEOS_LIBRARY_PATH": settings.GEOS_LIBRARY_PATH or "",
        },
        "/kept",
    ) as server:  # fmt: skip
        yield server


class Server:
    """A running server and its processes."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid, self.port = pid, port

    def pids(self) -> list[int]:
        """The process and all below it."""
        found, waiting = [], [self.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        return found


@contextmanager
def serving(environment: Path, arguments, own: dict[str, str], first: str) -> Iterator[Server]:  # type: ignore[no-untyped-def]
    """A server of Python on a free port, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [environment / "bin" / "python", *arguments(port)], env={**os.environ, **own}
    )
    deadline = time.monotonic() + 60
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{first}", timeout=30).read()
                break
            except urllib.error.HTTPError:
                raise
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield Server(process.pid, port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
