"""Forecast of next week's cases on H3 cells, and its measurement against what then happened.

The machinery is plain numpy, scipy, scikit-learn and h3: it knows nothing of Django, of the database or
of one city.  The way of the data:

    Events -> clean_events -> build_history -> FeatureTable -> estimators -> backtest, forecast

`events` checks what came in, `placeholders` finds default coordinates, `grid` lays the cells, `history`
counts cells x weeks, `features` says what was known before a week, `estimators` and `learned` forecast,
`measures` and `backtest` judge, `forecast` writes next week.
"""
