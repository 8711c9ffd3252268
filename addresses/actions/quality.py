"""Inspecting the register by the rules of quality, and accepting what is an exception."""

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.rules.viewer import Viewer
from addresses.actions.drafting import NotAllowed
from addresses.conf import CONF
from addresses.models import Neighbourhood, QualityCount, QualityFinding, QualityNote, QualityRun
from addresses.queries.quality import Reach, chosen, parameters, reach, statement
from addresses.queries.rights import rights_of
from addresses.rules.quality import Rule, Scope
from tiles.actions.versions import data_changed
from tiles.rules.regions import Box

_COLUMNS = (
    "entity_id, other_id, entity_uid, label, district_id, neighbourhood_id,"
    " other_neighbourhood_id, detail, geom"
)
# A finding that was resolved and is there again is open again, and no longer an exception: who
# accepted it did so for what was there then.
_STORE = f"""
INSERT INTO addresses_qualityfinding AS old
    (rule, severity, entity, {_COLUMNS}, first_seen, last_seen, accepted_reason)
SELECT %(rule)s, %(severity)s, %(entity)s, {_COLUMNS}, %(now)s, %(now)s, '' FROM quality_found
ON CONFLICT (rule, entity_id, other_id) DO UPDATE SET
    severity = EXCLUDED.severity, label = EXCLUDED.label, detail = EXCLUDED.detail,
    geom = EXCLUDED.geom, district_id = EXCLUDED.district_id,
    neighbourhood_id = EXCLUDED.neighbourhood_id,
    other_neighbourhood_id = EXCLUDED.other_neighbourhood_id, last_seen = EXCLUDED.last_seen,
    first_seen = CASE WHEN old.resolved_at IS NULL THEN old.first_seen ELSE EXCLUDED.first_seen END,
    accepted_at = CASE WHEN old.resolved_at IS NULL THEN old.accepted_at END,
    accepted_by_id = CASE WHEN old.resolved_at IS NULL THEN old.accepted_by_id END,
    accepted_reason = CASE WHEN old.resolved_at IS NULL THEN old.accepted_reason ELSE '' END,
    resolved_at = NULL
RETURNING first_seen = %(now)s AS is_new, accepted_at IS NOT NULL AS is_accepted
"""
_RESOLVE = """
UPDATE addresses_qualityfinding old SET resolved_at = %(now)s
WHERE rule = %(rule)s AND resolved_at IS NULL AND last_seen < %(now)s AND {where}
"""
_IN_AREAS = (
    "(%(areas)s::bigint[] IS NULL OR neighbourhood_id = ANY(%(areas)s::bigint[])"
    " OR other_neighbourhood_id = ANY(%(areas)s::bigint[]))"
)
_IN_DISTRICTS = "(%(areas)s::bigint[] IS NULL OR district_id = ANY(%(areas)s::bigint[]))"


@dataclass
class Tally:
    """What one inspection did for one rule. `open` counts what it found and nobody accepted."""

    open: int = 0
    new: int = 0
    resolved: int = 0
    accepted: int = 0
    seconds: float = 0.0


@dataclass
class Result:
    run: QualityRun
    rules: dict[str, Tally] = field(default_factory=dict)


@transaction.atomic
def inspect(
    neighbourhoods: Collection[int] | None,
    *,
    now: datetime,
    rules: Collection[str] | None = None,
) -> Result:
    """Runs the rules for these neighbourhoods (ids; None: the whole register) and stores what they
    find: new findings, those that are still there, those that are gone, those that came back.

    `now` must be later than that of the inspection before. Raises LookupError for an unknown rule.
    """
    where = reach(neighbourhoods)
    tallies: dict[str, Tally] = {}
    with connection.cursor() as cursor:
        # One inspection after the other: two of the same area would resolve each other's findings.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('addresses.inspect_quality'))")
        for rule in chosen(rules):
            began = time.monotonic()
            tallies[rule.code] = _inspect_by(cursor, rule, where, now)
            tallies[rule.code].seconds = round(time.monotonic() - began, 3)
    run = QualityRun.objects.create(
        started_at=now,
        finished_at=timezone.now(),
        whole=neighbourhoods is None,
        neighbourhoods=sorted(neighbourhoods or []),
        rules={code: vars(tally) for code, tally in tallies.items()},
    )
    data_changed("quality", where=_where(neighbourhoods, now))
    return Result(run, tallies)


def _where(neighbourhoods: Collection[int] | None, now: datetime) -> list[Box] | None:
    """What may look different on a map after this inspection: the neighbourhoods, where a finding may
    have stood before, and what was found, which may reach beyond them."""
    if neighbourhoods is None:
        return None
    areas = Neighbourhood.objects.filter(pk__in=neighbourhoods).values_list("geom", flat=True)
    found = QualityFinding.objects.filter(last_seen=now).values_list("geom", flat=True)
    most = CONF.touched_boxes_max
    shapes = [*areas, *found[: most + 1]]
    return None if len(shapes) > most else [shape.extent for shape in shapes if shape]


def _inspect_by(cursor: Any, rule: Rule, where: Reach, now: datetime) -> Tally:
    cursor.execute("DROP TABLE IF EXISTS quality_found")
    cursor.execute(
        f"CREATE TEMP TABLE quality_found ON COMMIT DROP AS {statement(rule)}",
        parameters(rule, where),
    )
    values = {"rule": rule.code, "severity": rule.severity, "entity": rule.entity, "now": now}
    cursor.execute(
        f"WITH stored AS ({_STORE}) SELECT count(*), count(*) FILTER (WHERE is_new),"
        " count(*) FILTER (WHERE is_accepted) FROM stored",
        values,
    )
    found, new, accepted = cursor.fetchone()
    by_district = rule.scope == Scope.DISTRICT
    cursor.execute(
        _RESOLVE.format(where=_IN_DISTRICTS if by_district else _IN_AREAS),
        {**values, "areas": where.districts if by_district else where.areas(rule)},
    )
    return Tally(open=found - accepted, new=new, accepted=accepted, resolved=cursor.rowcount)


@transaction.atomic
def count_day(*, now: datetime) -> int:
    """Counts what is open today, by rule and neighbourhood, for the trend; returns the rows."""
    day = timezone.localdate(now)
    QualityCount.objects.filter(day=day).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO addresses_qualitycount (day, rule, neighbourhood_id, open, accepted)"
            " SELECT %(day)s, rule, neighbourhood_id, count(*) FILTER (WHERE accepted_at IS NULL),"
            " count(*) FILTER (WHERE accepted_at IS NOT NULL)"
            " FROM addresses_qualityfinding WHERE resolved_at IS NULL GROUP BY rule, neighbourhood_id"
            " UNION ALL SELECT %(day)s, code, NULL, 0, 0 FROM unnest(%(rules)s::text[]) code"
            " ON CONFLICT (day, rule, neighbourhood_id) DO NOTHING",
            {"day": day, "rules": [rule.code for rule in chosen(None)]},
        )
        return int(cursor.rowcount)


class NotOpen(Exception):
    """The finding is resolved, or is (or is not) an exception already."""


class NoReason(ValueError):
    """An exception needs a reason."""


@transaction.atomic
def accept(finding_id: int, *, reason: str, viewer: Viewer, now: datetime) -> QualityFinding:
    """Makes an exception of a finding: it is no fault, for this reason. Raises NoReason, NotOpen,
    NotAllowed, QualityFinding.DoesNotExist."""
    finding = _editable(finding_id, viewer)
    if not reason.strip():
        raise NoReason
    if finding.state != "open":
        raise NotOpen
    finding.accepted_by_id, finding.accepted_at = viewer.user_id, now
    finding.accepted_reason = reason.strip()[:500]
    finding.save(update_fields=["accepted_by", "accepted_at", "accepted_reason"])
    _note(finding, QualityNote.Kind.ACCEPTED, finding.accepted_reason, viewer, now)
    return finding


@transaction.atomic
def withdraw(finding_id: int, *, viewer: Viewer, now: datetime) -> QualityFinding:
    """Takes an exception back. Raises NotOpen, NotAllowed, QualityFinding.DoesNotExist."""
    finding = _editable(finding_id, viewer)
    if finding.state != "accepted":
        raise NotOpen
    reason = finding.accepted_reason
    finding.accepted_by_id = finding.accepted_at = None
    finding.accepted_reason = ""
    finding.save(update_fields=["accepted_by", "accepted_at", "accepted_reason"])
    _note(finding, QualityNote.Kind.WITHDRAWN, reason, viewer, now)
    return finding


def _editable(finding_id: int, viewer: Viewer) -> QualityFinding:
    rights = rights_of(viewer)
    finding = QualityFinding.objects.select_for_update().get(pk=finding_id)
    if not rights.view or not rights.may_edit(finding.neighbourhood_id):
        raise NotAllowed
    return finding


def _note(finding: QualityFinding, kind: str, text: str, viewer: Viewer, now: datetime) -> None:
    assert viewer.user_id is not None  # nobody else has rights
    QualityNote.objects.create(
        finding=finding, kind=kind, text=text, actor_id=viewer.user_id, at=now
    )
    data_changed("quality", where=[finding.geom.extent] if finding.geom else [])
