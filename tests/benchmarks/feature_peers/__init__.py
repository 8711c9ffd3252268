"""tipg and pygeoapi over the same tables, each in two processes, in an environment of their own
(`VIP_FEATURE_PEERS`, else `.vip/feature_peers`). They are no part of the product."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.tile_peers import Server, serving, tipg

HERE = Path(__file__).parent
WORKERS = 2
INSTALL = (
    "The peers are not installed, so the product is measured against hand-written SQL alone. To install them:\n"
    "    python3 -m venv {place} && {place}/bin/pip install --require-hashes -r {lock}"
)

__all__ = ["place", "pygeoapi", "tipg"]


def place() -> Path | None:
    """Where the peers' environment is; None, with a word about it, where there is none."""
    home = Path(os.environ.get("VIP_HOME", ".vip"))
    found = Path(os.environ.get("VIP_FEATURE_PEERS", home / "feature_peers")).absolute()
    if (found / "bin" / "python").is_file():
        return found
    print(INSTALL.format(place=found, lock=HERE.relative_to(Path.cwd()) / "requirements.txt"))
    return None


def _resource(table: str) -> dict[str, object]:
    return {
        "type": "collection",
        "title": table,
        "description": table,
        "keywords": [],
        "links": [],
        "extents": {"spatial": {"bbox": [-180, -90, 180, 90]}},
        "providers": [
            {
                "type": "feature",
                "name": "PostgreSQL",
                "data": {
                    "host": os.environ["PGHOST"],
                    "port": int(os.environ.get("PGPORT") or 5432),
                    "dbname": os.environ["PGDATABASE"],
                    "user": os.environ["PGUSER"],
                    "password": os.environ.get("PGPASSWORD", ""),
                    "search_path": ["public"],
                },
                "id_field": "id",
                "table": table,
                "geom_field": "geom",
            }
        ],
    }


@contextmanager
def pygeoapi(environment: Path, tables: list[str], folder: Path) -> Iterator[Server]:
    """pygeoapi with its PostgreSQL provider, as its documentation serves it with gunicorn."""
    # Its configuration is YAML, of which JSON is a part.
    configuration = {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 5000},
            "url": "http://127.0.0.1:5000",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "pretty_print": False,
            "limits": {"default_items": 1000, "max_items": 10000},
            "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {"title": "x", "description": "x", "keywords": ["x"], "keywords_type": "theme", "terms_of_service": "x", "url": "http://127.0.0.1"},
            "license": {"name": "x", "url": "http://127.0.0.1"},
            "provider": {"name": "x", "url": "http://127.0.0.1"},
            "contact": {"name": "x", "email": "x@example.org"},
        },
        "resources": {table: _resource(table) for table in tables},
    }  # fmt: skip
    file = folder / "pygeoapi.json"
    file.write_text(json.dumps(configuration))
    described = folder / "openapi.json"
    own = {"PYGEOAPI_CONFIG": str(file), "PYGEOAPI_OPENAPI": str(described)}
    described.write_text(
        json.dumps({"openapi": "3.0.2", "info": {"title": "x", "version": "1"}, "paths": {}})
    )
    with serving(
        environment,
        lambda port: ["-m", "gunicorn", "pygeoapi.flask_app:APP", "-w", str(WORKERS), "-k", "gthread",
                      "--threads", "4", "-b", f"127.0.0.1:{port}", "--log-level", "warning"],
        own,
        "/conformance?f=json",
    ) as server:  # fmt: skip
        yield server
