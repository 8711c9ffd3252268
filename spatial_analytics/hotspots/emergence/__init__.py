"""Emergence: what begins now and should not be there.

Pure numpy and scipy: it knows nothing of Django, of the database or of one city.  The way of the data:

    cleaned cases -> build_world -> calibrate (weekly) -> scan_day (nightly) -> follow

`world` counts cases by unit and day and lays the zones, `expectation` says what is usual, `scan` weighs
every zone in several windows, `tails` and `calibrate` put that on the scale of the city's own past,
`alerts` joins what is found on several days, `stored` keeps thresholds, `classes` names the eight
classes of emerging hot spots.  Days are numbers: day 0 is the world's first, and the scan "of day t" is
that of the morning of t, which knows the days before t.
"""
