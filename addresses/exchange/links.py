"""Ties that follow from where things lie: buildings to their parcels, doors to their building."""

from addresses.conf import CONF
from addresses.exchange.session import Session
from core.queries import sql


def link_to_parcels(session: Session) -> None:
    """Ties buildings to the parcels they stand on, where this run touched either of them."""
    tied = sql.execute(
        "addresses",
        "import_links_parcels",
        {"change_set": session.change_set.pk, "share": CONF.stands_on},
    )
    session.summary.count("building_parcel", inserted=tied)


def link_doors(session: Session) -> None:
    """Gives doors that have no building the one that this run brought and that holds them."""
    updated = sql.execute("addresses", "import_links_doors", {"change_set": session.change_set.pk})
    session.summary.count("address", updated=updated)
