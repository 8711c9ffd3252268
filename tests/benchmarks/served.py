"""The product over HTTP, served as `./vip up` serves it, and people who ask it."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

WORKERS, THREADS = 2, 4  # as in `./vip`


class Memory(NamedTuple):
    """Of one process, in MB: resident; its share of it; what it has for itself."""

    resident: float
    share: float
    own: float


class User:
    """One connection that is kept, as a browser keeps it."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body."""
        for last in (False, True):
            try:
                self._connection.request("GET", path, headers=headers)
                answer = self._connection.getresponse()
                return answer.status, answer.headers, answer.read()
            except (http.client.HTTPException, ConnectionError):  # it was idle for too long
                self._connection.close()
                if last:
                    raise
        raise AssertionError

    def ask(self, text: str) -> tuple[float, dict[str, Any]]:
        """Milliseconds, and the answer to a text. Raises RuntimeError for another status than 200."""
        path = "/geocode/search?" + urlencode({"q": text})
        begun = time.perf_counter()
        status, _headers, body = self.get(path)
        took = (time.perf_counter() - begun) * 1000
        if status != 200:
            raise RuntimeError(f"{status}: {body[:300]!r}")
        return took, json.loads(body)


@dataclass
class Served:
    """A running server. `started_s`: from its start to the first answer of the geocoder."""

    port: int
    pid: int
    started_s: float

    def memory(self) -> list[Memory]:
        """Of each worker."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [memory(int(pid)) for pid in children]

    def one(self, texts: Sequence[str]) -> list[float]:
        """Milliseconds of each text, asked by one person, one after another."""
        user = User(self.port)
        return [user.ask(text)[0] for text in texts]

    def many(
        self, texts: Sequence[str], *, users: int, each: int, pause_s: float
    ) -> tuple[list[float], float]:
        """Milliseconds of all answers to people who ask at once, and answers per second. A pause of
        chance length, `pause_s` on average, lies between an answer and the next question."""
        times: list[float] = []
        failed: list[Exception] = []

        def live(number: int) -> None:
            rng, user = random.Random(number), User(self.port)
            try:
                for _ in range(each):
                    if pause_s:
                        time.sleep(rng.expovariate(1 / pause_s))
                    times.append(user.ask(rng.choice(texts))[0])
            except Exception as error:
                failed.append(error)

        people = [threading.Thread(target=live, args=(n,)) for n in range(users)]
        begun = time.perf_counter()
        for person in people:
            person.start()
        for person in people:
            person.join()
        if failed:
            raise failed[0]
        return times, len(times) / (time.perf_counter() - begun)


def memory(pid: int) -> Memory:
    """Of a process. Linux only."""
    kilobytes = dict.fromkeys(("Rss", "Pss", "Private_Clean", "Private_Dirty"), 0)
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in kilobytes:
            kilobytes[name] = int(rest.split()[0])
    own = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return Memory(kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024, own / 1024)


@contextmanager
def served(first: str) -> Iterator[Served]:
    """The connected database's product, until the block ends. `first` is the first question."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begun = time.perf_counter()
    server = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "tests.benchmarks.served_app", "-k", "gthread",
            "--preload", "-w", str(WORKERS), "--threads", str(THREADS), "-b", f"127.0.0.1:{port}",
            "--log-level", "warning",
        ],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "gis_vip.settings.local"},
    )  # fmt: skip
    try:
        while True:
            try:
                User(port).ask(first)
                break
            except (OSError, http.client.HTTPException):
                if server.poll() is not None or time.perf_counter() - begun > 60:
                    raise
                time.sleep(0.02)
        yield Served(port, server.pid, time.perf_counter() - begun)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
