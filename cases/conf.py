"""Figures that this room works with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CasesConf:
    feed_days: int = 90  # so far back the feed of cases goes
    corrections_least: int = 3  # corrections by hand that make a proposal
    corrections_share: float = 0.5  # of the cases of that kind that the rule decided
    boundary_seen_m: float = 250.0  # other areas are looked for within
    description_max: int = 4000
    answer_days: int = 14  # how long a reporter may take to answer a question
    reopen_days: int = 7  # a resolved case is closed then; until 30 days later it can be reopened
    reopen_closed_days: int = 30
    photo_max_bytes: int = 20 * 1024 * 1024
    photo_max_pixels: int = 60_000_000
    photo_side: int = 2048
    photos_max: int = 5
    external_days: int = 14  # how long an outside party's link holds, unless told otherwise
    external_days_max: int = 90
    plan_days_max: int = 366  # a day that is further away is a slip of the finger
    many_looks: int = 20  # at contact data by one person in one hour: shown to the officer
    nearby_m: float = 100.0  # open public cases so near are offered to whoever reports
    nearby_most: int = 5
    survey_days: int = 60  # how long its link holds
    bulk_at_once: int = 50  # more cases than these are a job's
    bulk_most: int = 500
    xlsx_rows: int = 20_000  # a spreadsheet is made whole before it is sent
    map_points: int = 2_000  # of a list, on the map beside it
    tile_points: int = 4_000  # single cases on one tile; more are gathered
    tile_counted: int = 100_000  # cases that a tile counts; of more it counts the open ones
    tile_grid: int = 16  # cells across a tile below zoom 12
    tile_grid_near: int = 32  # and from there on, where single cases are too many
    near_m: float = (
        100.0  # neighbours on the page of a case, and while somebody is on the telephone
    )
    alike_m: float = 250.0  # likely duplicates lie within
    alike_days: int = 90
    alike_least: float = 0.6
    exchange_lease_seconds: int = 300  # how long one request to a partner may take, and more
    exchange_wait_seconds: int = 30  # after the first failure; twice as long after each further one
    exchange_wait_most_seconds: int = 6 * 3600
    exchange_attempts: int = 16  # failures in a row, about two days: then a person is needed
    exchange_follow_seconds: int = 600  # how often a partner is asked what became of a case
    exchange_at_once: int = 50  # cases that one question is about
    works_near_m: float = 12.0  # works so near to each other are at one place
    works_along_m: float = 30.0  # beside a street: a work on it, and not one that crosses it
    works_share_m: float = 10.0  # trenches so near could be one
    works_share_days: int = 180  # and so close in time
    works_share_least_m: float = 20.0
    works_fresh_days: int = 730  # a new surface is not to be cut for so long
    works_cases_m: float = 20.0  # what is wrong so near to a work may be the work's
    works_points_max: int = 1_000  # of the shape of a work
    works_metres_max: int = 50_000
    works_seconds: float = 3.0  # of the database for one shape
    works_rate: str = "120/minute"  # of the API, for each sender without a key
    crew_speed_kmh: float = 25.0  # between two places of work, in a town


CONF = CasesConf()
