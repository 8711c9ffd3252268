"""Tables of people and bodies."""

from accounts.models.api_key import ApiKey
from accounts.models.membership import Membership, MembershipEvent
from accounts.models.organisation import Crew, Department, Organisation
from accounts.models.user import User

__all__ = ["ApiKey", "Crew", "Department", "Membership", "MembershipEvent", "Organisation", "User"]
