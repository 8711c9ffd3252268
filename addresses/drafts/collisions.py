"""What the database refused, in words: which record has already what the draft wants."""

import re
from typing import Any

from django.db import IntegrityError, models
from django.utils.translation import gettext as _

from addresses.models import ChangeSet
from addresses.models.entity import LIVING
from addresses.queries.data_model import EntityType, entity
from addresses.queries.drafted import Drafted
from addresses.queries.labels import day_label
from addresses.queries.naming import Names
from addresses.queries.titles import titles

_KEY = re.compile(r"Key \(([\w, ]+)\)=\((.*)\) already exists")
_PERIOD = re.compile(r"Key \((\w+), .*?\)=\((\d+), ")
_TOO_EARLY = re.compile(r"in force since (\d{4}-\d\d-\d\d), it cannot change on (\d{4}-\d\d-\d\d)")


def explained(change_set: ChangeSet, kind: EntityType, error: IntegrityError) -> tuple[str, str]:
    """The uid of the change that is refused ("" where that is not told), and why.

    Asked after the statement was taken back: the register is as it was before this kind.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    message = getattr(diagnosis, "message_primary", None) or ""
    detail = getattr(diagnosis, "message_detail", None) or ""
    if early := _TOO_EARLY.search(message):
        words = _("In force since %(since)s, it cannot change on %(day)s.")
        return "", words % {"since": day_label(early[1]), "day": day_label(early[2])}
    named = {
        "address_number_once": _("Another door of this street has the number already"),
        "parcel_number_once": _("Another parcel of the neighbourhood has this block and number"),
        "side_once": _("The street has this side in the neighbourhood already"),
        "building_parcel_once": _("The building stands on this parcel already"),
        "neighbourhood_code_once": _("Another neighbourhood has this code"),
        "neighbourhood_head_one_at_a_time": _("The neighbourhood has a head in this period"),
        "street_name_one_at_a_time": _("The street had another name in this period"),
    }.get(getattr(diagnosis, "constraint_name", None) or "")
    if named is None:
        known = getattr(error.__cause__, "pgcode", "") == "23505"  # something is there twice
        named = _("Another record has the same already") if known else _("The register refuses it")
    uid, holder = _who(change_set, kind, detail)
    return uid, f"{named}: {holder}." if holder else f"{named}."


def _who(change_set: ChangeSet, kind: EntityType, detail: str) -> tuple[str, str]:
    """The draft's record that wants it, and what the one that has it is called."""
    if key := _KEY.search(detail):
        columns, values = key[1].split(", "), key[2].split(", ")
        if len(columns) != len(values):
            return "", ""
        wanted = dict(zip(columns, values, strict=True))
        holder = (
            kind.model._default_manager.filter(**wanted, status__in=LIVING)
            .values_list("uid", flat=True)
            .first()
        )
        ours = _ours(change_set, kind, wanted)
        if holder is not None and str(holder) not in ours:
            return next(iter(ours), ""), titles(kind, [str(holder)]).get(str(holder), "")
        name = next(iter(ours.values()), "")
        return next(iter(ours), ""), f"{name} ({_('twice in this draft')})" if name else ""
    if period := _PERIOD.search(detail):
        owner = next((c for c in kind.columns if c.column == period[1]), None)
        if owner is not None and owner.reference:
            other = entity(owner.reference)
            uid = other.model._default_manager.filter(pk=period[2]).values_list("uid", flat=True)
            found = titles(other, [str(u) for u in uid])
            return "", next(iter(found.values()), "")
    return "", ""


def _ours(change_set: ChangeSet, kind: EntityType, wanted: dict[str, str]) -> dict[str, str]:
    """What the draft's records are called that would hold these columns."""
    fields: dict[str, str] = {}
    for column in kind.columns:
        if column.column not in wanted:
            continue
        value = wanted[column.column]
        if column.type == "reference":
            rows: models.QuerySet[Any] = entity(column.reference).model._default_manager.all()
            value = str(rows.filter(pk=value).values_list("uid", flat=True).first() or "")
        fields[column.name] = value
    changed = change_set.changes.filter(entity=kind.name).values_list("entity_uid", flat=True)
    bodies = Drafted(change_set).records(kind, map(str, changed))
    met = {
        uid: body
        for uid, body in bodies.items()
        if all(str(body.get(name) or "") == value for name, value in fields.items())
    }
    names = Names(change_set, [(kind, body) for body in met.values()])
    return {uid: names.label(kind, body) for uid, body in met.items()}
