"""What clients use: counted in Redis, written to a table of days, lost and doubled by no repetition."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import ApiClient, ClientToken, ClientUsage, UsageBatch

_LIVE = "usage"
_BATCHES = "usage:batches"
_KEPT_BATCHES = timedelta(days=14)
_METRICS = ("requests", "errors", "refused", "sent_bytes")

# Sets what was counted so far aside under a name, in one step. KEYS: live, batches, batch. ARGV: its name.
_ASIDE = """
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('RENAME', KEYS[1], KEYS[3])
  redis.call('SADD', KEYS[2], ARGV[1])
end
return redis.call('SMEMBERS', KEYS[2])
"""


def note(client: int, group: str, *, status: int, size: int, now: datetime) -> None:
    """Counts one answer to a client, in one message. `size` in bytes."""
    day = timezone.localdate(now).isoformat()
    counts = {
        "requests": 1,
        "errors": int(status >= 400 and status != 429),
        "refused": int(status == 429),
        "sent_bytes": size,
    }
    asked = [
        ("HINCRBY", _LIVE, f"{client}|{day}|{group}|{metric}", n)
        for metric, n in counts.items()
        if n
    ]
    cache.ask(*asked)  # type: ignore[attr-defined]


def write_down(*, now: datetime) -> int:
    """Adds what Redis has counted to the table; how many rows were touched.

    A batch is set aside in one step, added in one transaction together with its name, and only then
    thrown away: a worker that dies anywhere between leaves it to the next, who knows whether it was
    added.
    """
    fresh = str(uuid.uuid4())
    names = cache.evaluate(  # type: ignore[attr-defined]
        _ASIDE, [_LIVE, _BATCHES, f"{_LIVE}:{fresh}"], [fresh]
    )
    touched = 0
    for name in (n.decode() for n in names or ()):
        (flat,) = cache.ask(("HGETALL", f"{_LIVE}:{name}")) or (None,)  # type: ignore[attr-defined]
        if flat is None:
            continue  # the server went away: next time
        # A mapping, or in the older form of the protocol a flat list.
        pairs = flat.items() if isinstance(flat, dict) else zip(flat[::2], flat[1::2], strict=True)
        counts = {k.decode(): int(v) for k, v in pairs}
        touched += _add(uuid.UUID(name), counts, now)
        cache.ask(("DEL", f"{_LIVE}:{name}"), ("SREM", _BATCHES, name))  # type: ignore[attr-defined]
    UsageBatch.objects.filter(added_at__lt=now - _KEPT_BATCHES).delete()
    ClientToken.objects.filter(expires_at__lt=now).delete()
    return touched


@transaction.atomic
def _add(batch: uuid.UUID, counts: Mapping[str, int], now: datetime) -> int:
    _row, new = UsageBatch.objects.get_or_create(pk=batch, defaults={"added_at": now})
    if not new:
        return 0
    rows: dict[tuple[int, date, str], dict[str, int]] = defaultdict(dict)
    for named, n in counts.items():
        client, day, group, metric = named.split("|")
        if metric in _METRICS:
            rows[int(client), date.fromisoformat(day), group][metric] = n
    living = set(
        ApiClient.objects.filter(pk__in={c for c, _, _ in rows}).values_list("pk", flat=True)
    )
    for (one, on, kind), metrics in sorted(rows.items()):
        if one not in living:
            continue
        ClientUsage.objects.get_or_create(client_id=one, day=on, group=kind)
        ClientUsage.objects.filter(client=one, day=on, group=kind).update(
            **{metric: F(metric) + n for metric, n in metrics.items()}
        )
    return len(rows)
