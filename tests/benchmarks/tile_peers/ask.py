"""Asks a server over many kept connections for some seconds and prints answers a second.

`python -m tests.benchmarks.tile_peers.ask PORT CONNECTIONS SECONDS`, paths on the standard input. Reads
only what it must of an answer, so that asking costs little beside answering.
"""

import asyncio
import random
import sys
import time


async def _live(port: int, requests: list[bytes], until: float, seed: int) -> int:
    rng, answers = random.Random(seed), 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    while time.perf_counter() < until:
        writer.write(rng.choice(requests))
        head = await reader.readuntil(b"\r\n\r\n")
        status, lower = int(head[9:12]), head.lower()
        if status not in (200, 204):
            raise RuntimeError(head.decode())
        if b"content-length: " in lower:
            length = int(lower.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
        elif b"chunked" in lower:
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        answers += 1
        if b"connection: close" in lower:
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    writer.close()
    return answers


async def _main(port: int, connections: int, seconds: float) -> None:
    head = "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n"
    requests = [head.format(line.strip()).encode() for line in sys.stdin if line.strip()]
    began = time.perf_counter()
    done = await asyncio.gather(
        *(_live(port, requests, began + seconds, n) for n in range(connections))
    )
    print(sum(done) / (time.perf_counter() - began))


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
