"""The district's server for tests: the platform as it is, which can be told to die at a point."""

import os
import signal
from pathlib import Path
from typing import Any

from gis_vip.wsgi import application

_FILE = Path(os.environ.get("DIES_AT", "/nonexistent"))


def _die_at(point: str) -> None:
    if _FILE.is_file() and _FILE.read_text() == point:
        _FILE.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def _watch() -> None:
    from cases.actions import receiving
    from cases.api.open311 import sent

    receive, open_case = sent.receive_case, receiving.open_case

    def opening(*args: Any, **kwargs: Any) -> Any:
        opened = open_case(*args, **kwargs)
        _die_at("in the transaction")
        return opened

    def receiving_(*args: Any, **kwargs: Any) -> Any:
        _die_at("before anything")
        found = receive(*args, **kwargs)
        _die_at("after the commit")
        return found

    receiving.open_case, sent.receive_case = opening, receiving_


_watch()
__all__ = ["application"]
