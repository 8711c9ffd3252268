"""Figures that this room works with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AddressesConf:
    near_door_m: float = 50.0
    near_boundary_m: float = 15.0
    boundary_seen_m: float = 250.0  # another district is looked for within
    near_crossing_m: float = 150.0
    stands_on: float = 0.10  # share of a building's area that a parcel must hold
    country: str = "Türkiye"  # the first component of an address in an exchange file
    country_code: str = "TR"  # ISO 3166-1
    country_code_3: str = "TUR"
    gml_depth: int = 64  # elements within elements of a GML file that are followed
    gml_elements: int = 200_000  # elements of one feature
    gml_feature_bytes: int = 64 * 1024**2
    gml_components: int = 2_000_000  # names of streets and areas that are kept at once
    gml_bytes: int = 16 * 1024**3
    query_max: int = 1000  # characters of a free text that are looked at
    query_refused: int = 10_000  # a text of more characters is no address
    message_refused: int = 100_000  # a message of more characters is none
    places_max: int = 1000  # a wish for more places is a mistake; each interface gives fewer
    geocode_rate: str = "600/min"
    geocode_table_rate: str = "20/min"  # tables that are answered at once
    table_text_max: int = 200_000  # characters of all its addresses: a hundred each
    table_rows_max: int = 2000  # rows of such a table; a longer one is a batch
    table_bytes_max: int = 2 * 1024**2
    batch_rows_max: int = 100_000
    batch_bytes_max: int = 50 * 1024**2  # of the file
    batch_unpacked_max: int = 400 * 1024**2  # of a spreadsheet's parts, unpacked
    batch_columns_max: int = 200
    batch_chunk: int = 200  # rows that are done, and kept, at once
    batch_share_s: float = 10.0  # then a batch lets other work by
    batch_days: int = 7  # until a batch is deleted with all its texts
    batches_a_day: int = 30  # of one person
    batches_at_once: int = 3  # unfinished ones of one person
    failures_shown: int = 1000
    register_rate: str = "600/min"
    request_rate: str = "60/hour"  # requests to change the register, by person or by address
    page_max: int = 1000  # records on a page of the register
    extract_at_once: int = 60_000  # rows; a larger extract is made by a worker
    extracts_kept: int = 40  # files
    extracts_waiting: int = 4  # jobs
    extract_rate: str = "30/hour"  # new files, by sender
    checked_at_once: int = 5_000  # changes of a set; a larger one is checked by a worker
    checked_areas_max: int = 40  # neighbourhoods in which a check runs the rules of quality
    touched_boxes_max: int = 2_000  # a change set of more records draws the whole map anew
    nearby_max: int = 2000  # records of one kind that an editor's map loads
    nearby_degrees: float = 0.05
    streams_max: int = 3  # answers of the feed that flow at once; and checksums that are summed
    evidence_bytes: int = 20 * 1024**2
    vertices_max: int = 100_000  # of one geometry that somebody draws or sends
    drawn_line_max: int = 1_000  # points of a line that cuts


CONF = AddressesConf()
