"""Tables of cases."""

from cases.models.case import Case
from cases.models.catalogue import (
    Channel,
    RequestType,
    RequestTypeGroup,
    ResultCode,
    TypeVersion,
)
from cases.models.clock import CalendarDay, EscalationStep, Target, WorkCalendar
from cases.models.event import CaseEvent, ContactLook
from cases.models.exchange import (
    Jurisdiction,
    Partner,
    Received,
    ReceivedUpdate,
    RemoteUpdate,
    ServicesChange,
    Transfer,
    TransferStep,
)
from cases.models.feed import FeedCounter, FeedEvent, FeedPending
from cases.models.intake import IntakeMessage
from cases.models.listing import BulkAct, BulkRow, ListExport, SavedFilter
from cases.models.photo import Photo
from cases.models.planned_work import (
    DepartmentFollow,
    Moratorium,
    PlannedWork,
    PlannedWorkEvent,
    StreetFollow,
)
from cases.models.privacy import PersonRequest, Tombstone
from cases.models.referral import Referral
from cases.models.reporter import CaseReporter, Reporter, SignInCode, Survey, Unsubscribed
from cases.models.routing import RoutingArea, RoutingDecision, RoutingPolicy, RoutingRule
from cases.models.suggestion import SuggestionModel
from cases.models.work import ExternalLink, Material, WorkOrder, WorkReport

__all__ = [
    "BulkAct",
    "BulkRow",
    "CalendarDay",
    "Case",
    "CaseEvent",
    "CaseReporter",
    "Channel",
    "ContactLook",
    "DepartmentFollow",
    "EscalationStep",
    "ExternalLink",
    "FeedCounter",
    "FeedEvent",
    "FeedPending",
    "IntakeMessage",
    "Jurisdiction",
    "ListExport",
    "Material",
    "Moratorium",
    "Partner",
    "PersonRequest",
    "Photo",
    "PlannedWork",
    "PlannedWorkEvent",
    "Received",
    "ReceivedUpdate",
    "Referral",
    "RemoteUpdate",
    "Reporter",
    "RequestType",
    "RequestTypeGroup",
    "ResultCode",
    "RoutingArea",
    "RoutingDecision",
    "RoutingPolicy",
    "RoutingRule",
    "SavedFilter",
    "ServicesChange",
    "SignInCode",
    "StreetFollow",
    "SuggestionModel",
    "Survey",
    "Target",
    "Tombstone",
    "Transfer",
    "TransferStep",
    "TypeVersion",
    "Unsubscribed",
    "WorkCalendar",
    "WorkOrder",
    "WorkReport",
]
