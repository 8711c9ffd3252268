"""Counts who asks how often, in Redis: one round trip, whoever asks and however often."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from accounts.rules.clients import Limits

# The generic cell rate algorithm: `tat` is when the bucket would be full again if nothing more came.
# KEYS: tat, count of the day. ARGV: now (s), seconds for one, burst, a day's quota (0: none).
# Gives: whether, left at once, seconds until full, seconds to wait, left of the day (-1: no end).
_SCRIPT = """
local now, each, burst, quota = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local used = tonumber(redis.call('GET', KEYS[2]) or '0')
if quota > 0 and used >= quota then
  return {0, 0, tostring(tat - now), '-1', 0}
end
local after = tat + each
if after - now > burst * each + 0.000001 then
  local left = quota > 0 and quota - used or -1
  return {0, 0, tostring(tat - now), tostring(after - burst * each - now), left}
end
redis.call('SET', KEYS[1], string.format('%.6f', after), 'PX', math.ceil((after - now) * 1000) + 1000)
local left = -1
if quota > 0 then
  left = quota - redis.call('INCR', KEYS[2])
  redis.call('EXPIRE', KEYS[2], 172800)
end
local free = math.floor((burst * each - (after - now)) / each + 0.000001)
return {1, free, tostring(after - now), '0', left}
"""


@dataclass(frozen=True)
class Counted:
    """What came of one request: `left` at once, `full_in` and `wait` in seconds (`wait`: refused until
    then), `left_today` None without a quota."""

    admitted: bool
    left: int
    full_in: float
    wait: float
    left_today: int | None


def count(who: str, limits: Limits, *, now: datetime) -> Counted | None:
    """Counts one request of `who`. None: the counter cannot be reached, and says so in the log."""
    local = timezone.localtime(now)
    keys = [f"rate:{{{who}}}", f"quota:{{{who}}}:{local:%Y%m%d}"]
    each = 60 / limits.per_minute
    reply: Any = cache.evaluate(  # type: ignore[attr-defined]
        _SCRIPT, keys, [f"{now.timestamp():.6f}", f"{each:.9f}", limits.burst, limits.per_day]
    )
    if reply is None:
        return None
    admitted, left, full, wait, today = (float(value) for value in reply)
    if wait < 0:  # the day's quota is used up
        wait = _until_midnight(local)
    return Counted(bool(admitted), int(left), full, wait, int(today) if today >= 0 else None)


def _until_midnight(local: datetime) -> float:
    """Seconds; an hour of daylight saving more or less is left to the next refusal."""
    return 86_400.0 - (local.hour * 3600 + local.minute * 60 + local.second)
