"""Tables of people and bodies."""

from accounts.models.api_key import ApiKey
from accounts.models.client import (
    ApiClient,
    ClientCeiling,
    ClientEvent,
    ClientKey,
    ClientToken,
    ClientUsage,
    UsageBatch,
)
from accounts.models.membership import Membership, MembershipEvent
from accounts.models.organisation import Crew, CrewEvent, Department, Organisation
from accounts.models.user import User

__all__ = [
    "ApiClient",
    "ApiKey",
    "ClientCeiling",
    "ClientEvent",
    "ClientKey",
    "ClientToken",
    "ClientUsage",
    "Crew",
    "CrewEvent",
    "Department",
    "Membership",
    "MembershipEvent",
    "Organisation",
    "UsageBatch",
    "User",
]
