"""What planned works, their moves and what stands against them are called on the screen."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.queries.planned_works import Conflict
from cases.rules.work_words import KINDS, STATES, TRAFFICS
from workflows.rules.transitions import MoveRefused


def kind_name(kind: str) -> str:
    return str(KINDS.get(kind, kind))


def traffic_name(traffic: str) -> str:
    return str(TRAFFICS.get(traffic, traffic))


def state_name(state: str) -> str:
    return str(STATES.get(state, state))


def move_name(move: str) -> str:
    return {
        "filed": _("Filed"),
        "changed": _("Changed"),
        "submit": _("Submit"),
        "permit": _("Permit"),
        "permit_all_the_same": _("Permit all the same"),
        "refuse": _("Refuse"),
        "start": _("It has begun"),
        "finish": _("It is finished"),
        "withdraw": _("Withdraw"),
    }.get(move, move)


def refusal(refused: MoveRefused) -> str:
    words = {
        "wrong_state": _("It is not in a state for that any more."),
        "not_permitted": _("You may not do this."),
        "missing_note": _("Write why."),
        "hard_conflict": _("Nobody may dig there at that time: permit it all the same, and write why."),
        "too_early": _("It may not begin before its first day: change the period first."),
    }  # fmt: skip
    return " ".join(words.get(reason, reason) for reason in refused.reasons)


def conflict_words(one: Conflict) -> str:
    """What it means, in one or two sentences."""
    row = one.row
    who = {"title": row["title"], "owner": row["owner"], "begin": f"{row['begin']:%d.%m.%Y}",
           "end": f"{row['end']:%d.%m.%Y}", "metres": f"{row['metres']:.0f}"}  # fmt: skip
    if one.what == "MORATORIUM":
        return _("The surface is new: nobody digs here until %(end)s (%(title)s).") % who
    if one.what == "NEW_SURFACE":
        return (
            _(
                "The street gets a new surface and would be dug up after it: %(title)s, %(owner)s, %(begin)s – %(end)s."
            )
            % who
        )
    if one.what == "EVENT":
        return _("An event takes the street: %(title)s, %(owner)s, %(begin)s – %(end)s.") % who
    if one.what == "SAME_TIME":
        return (
            _("At the same time, %(metres)s m away: %(title)s, %(owner)s, %(begin)s – %(end)s.")
            % who
        )
    saved = one.saved
    assert saved is not None
    told = _("One trench for both? %(title)s, %(owner)s, from %(begin)s.") % who
    parts = [
        _("%(m)s m in common") % {"m": f"{saved.metres:.0f}"},
        _("%(m)s m² of surface restored once") % {"m": f"{saved.surface_m2:.0f}"},
    ]
    if saved.ground_m3 is not None:
        parts.append(_("%(m)s m³ dug once") % {"m": f"{saved.ground_m3:.0f}"})
    if saved.days:
        parts.append(
            ngettext("%(n)d day less on the street", "%(n)d days less on the street", saved.days)
            % {"n": saved.days}
        )
    return f"{told} {_('It saves:')} {', '.join(parts)}."


def kinds() -> list[tuple[str, str]]:
    return _list(KINDS)


def traffics() -> list[tuple[str, str]]:
    return _list(TRAFFICS)


def states() -> list[tuple[str, str]]:
    return _list(STATES)


def _list(words: dict[str, Any]) -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in words.items()]
