"""Figures that this room works with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TilesConf:
    buffer: int = 64  # of 4096 tile units: how far a tile reaches beyond its edge
    # Regions are the tiles between these two zooms: a tile below them follows the whole body of data,
    # one above them the region that it lies in.
    region_first: int = 8
    region_last: int = 14
    regions_most: int = 512  # what touches more regions of a body of data moves all of it
    region_reserve_m: float = 30.0  # metres of EPSG:3857: a layer may move what it draws so far
    layers_most: int = 16  # of one request
    query_bytes: int = 1024  # of one request's filters
    budget_bytes: int = 500_000  # of a tile, unpacked: above it layers are drawn roughly
    wait_seconds: float = 5.0  # for another process that builds the same tile
    slot_seconds: float = 3.0  # for a turn at the database
    build_seconds: float = 3.0  # of the database for one layer
    retry_seconds: int = 2  # after which a refused caller may come back
    held_below: int = 12  # tiles of these zooms keep their version for a moment
    held_seconds: int = 1
    keep_seconds: int = 24 * 3600  # a built tile, also an empty one
    region_seconds: int = 25 * 3600  # a region's version outlives the tiles that name it
    behind_seconds: float = 5.0  # a change that has not moved its versions by then is left behind
    # Features (OGC API).
    page: int = 1000  # features of a page, unless the caller says otherwise
    page_most: int = 10_000
    chunk: int = 2_000  # features that one statement reads: a larger page is sent in parts
    counted_most: int = 10_000  # up to here what a filter matches is counted
    count_seconds: float = 0.4  # of the database; what takes longer is not counted
    count_all_seconds: float = (
        2.0  # the same of a whole collection, once for each state of the data
    )
    page_seconds: float = 5.0  # of the database for one statement
    filter_bytes: int = 64_000
    filter_terms: int = 200
    filter_items: int = 1_000  # of all lists of a filter
    filter_depth: int = 24
    filter_vertices: int = 2_000
    sorts_most: int = 4
    sent_file_bytes: int = 5_000_000  # of a GeoPackage of proposals
    sent_features: int = 500
    sent_bytes: int = 1_000_000  # of a feature that somebody proposes


CONF = TilesConf()
