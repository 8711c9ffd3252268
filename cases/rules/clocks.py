"""When a case is due. Targets count calendar hours."""

from datetime import datetime, timedelta

PETITION = timedelta(days=30)  # law 3071
WORKING_DAYS_15 = timedelta(days=21)  # law 4982: fifteen working days, holidays not yet counted


def due_at(opened_at: datetime, target_hours: int) -> datetime:
    return opened_at + timedelta(hours=target_hours)


def legal_due_at(opened_at: datetime, clock: str) -> datetime | None:
    match clock:
        case "PETITION_30_DAYS":
            return opened_at + PETITION
        case "INFORMATION_15_WORKING_DAYS":
            return opened_at + WORKING_DAYS_15
    return None
