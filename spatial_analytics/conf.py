"""Figures that this room works with."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class AnalyticsConf:
    """`public_minimum`: counts under it are not shown to the public (1 to 2 cases in an area or cell
    could be recognised); `density_fold_share`: changes that one transaction folds into the counts;
    `least_residents`, `least_dwellings`: a cell with fewer has no rate; `hotspot_weeks_kept`: older forecasts are deleted; `least_for_primary`: an area with fewer cases has no typical one.

    `emergence_history_weeks` are scanned for what is usual; `emergence_least_cases`: a type or group with fewer is looked at
    among all only; `alert_recurrence_days`: what chance makes more often is no alert.

    `dashboards_each`: that one person may keep; `facts_oldest`: an older columnar copy is not used; `facts_laid_over`: changes after which a newer one is looked
    for, and made by the job; `facts_threads`, `facts_memory`: of each process that asks it.

    Tables of outside values: `outside_bytes` and `outside_rows` at most; of more than `outside_at_once` rows a worker makes
    the import, and the preview reads only so many; `outside_shown` rows are shown, `outside_reasons` refusals listed
    and kept; a draft is deleted after `outside_draft_days`.

    `report_lines`, `report_lines_on_paper`: a worker writes files with more; asked for again within `report_file_same` it is the
    same file, which is kept for `report_file_kept`."""

    public_minimum: int = 3
    density_days: int = 365
    density_fold_share: int = 200_000
    least_residents: float = 50.0
    least_dwellings: float = 20.0
    hotspot_history_weeks: int = 156
    emergence_history_weeks: int = 108
    emergence_least_cases: int = 120
    alert_recurrence_days: float = 30.0
    hotspot_weeks_kept: int = 26
    least_for_primary: int = 5
    dashboards_each: int = 100
    facts_oldest: timedelta = timedelta(days=1)
    facts_laid_over: int = 5_000
    facts_threads: int = 2
    facts_memory: str = "1GB"
    outside_bytes: int = 20 * 1024**2
    outside_rows: int = 100_000
    outside_at_once: int = 3_000
    outside_shown: int = 12
    outside_reasons: int = 200
    outside_draft_days: int = 7
    report_lines: int = 10_000
    report_lines_on_paper: int = 300
    report_file_same: timedelta = timedelta(minutes=10)
    report_file_kept: timedelta = timedelta(days=2)


CONF = AnalyticsConf()
