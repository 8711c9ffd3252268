"""The tables of the copy. Each row belongs to one case and is copied again when that case changes."""

_CASES = {
    "case_id": "BIGINT",
    "opened": "TIMESTAMP",
    "opened_on": "DATE",
    "opened_hour": "UTINYINT",
    "resolved": "TIMESTAMP",
    "resolved_on": "DATE",
    "ended": "TIMESTAMP",
    "ended_on": "DATE",
    "due": "TIMESTAMP",
    "legal_due": "TIMESTAMP",
    "state": "VARCHAR",
    "kind": "VARCHAR",
    "channel": "INTEGER",
    "type": "INTEGER",
    "result": "INTEGER",
    "organisation": "INTEGER",
    "department": "INTEGER",
    "crew": "INTEGER",
    "district": "INTEGER",
    "neighbourhood": "INTEGER",
    "street": "INTEGER",
    "cell": "BIGINT",
    "public": "BOOLEAN",
    "lon": "DOUBLE",
    "lat": "DOUBLE",
    "parent": "BIGINT",
    "duplicate_of": "BIGINT",
}
_DEEDS = {
    "case_id": "BIGINT",
    "done": "TIMESTAMP",
    "done_on": "DATE",
    "deed": "VARCHAR",
    "actor": "INTEGER",
    "noted": "BOOLEAN",
}
_REFERRALS = {
    "case_id": "BIGINT",
    "referred_on": "DATE",
    "from_organisation": "INTEGER",
    "to_organisation": "INTEGER",
    "accepted": "BOOLEAN",
}
_SURVEYS = {
    "case_id": "BIGINT",
    "asked_on": "DATE",
    "answered_on": "DATE",
    "satisfied": "UTINYINT",
    "solved": "BOOLEAN",
}

#: Table → column → type in the copy, in the order in which `sql/copy_<table>.sql` gives them.
TABLES: dict[str, dict[str, str]] = {
    "cases": _CASES,
    "deeds": _DEEDS,
    "referrals": _REFERRALS,
    "surveys": _SURVEYS,
}
