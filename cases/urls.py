"""Addresses of the portal, the console and the API of cases."""

from django.urls import path

from cases.api import cases as api
from cases.api import work as work_api
from cases.web import (
    agent,
    console,
    crew,
    external,
    members,
    photos,
    portal,
    public,
    retyping,
    routing,
    work,
)

urlpatterns = [
    path("report/", portal.report, name="report"),
    path("track/", portal.track, name="track"),
    path("t/<slug:token>/", portal.tracking, name="tracking"),
    path("t/<slug:token>/photos/<int:photo>.jpg", photos.for_reporter, name="tracking_photo"),
    path("t/<slug:token>/<slug:move>/", portal.tracking_move, name="tracking_move"),
    path("console/", console.case_list, name="console"),
    path("console/new/", agent.new_case, name="console_new"),
    path("console/cases.csv", console.export_csv, name="console_csv"),
    path("console/work/", work.board, name="work"),
    path("console/work/print/", work.board_print, name="work_print"),
    path("console/work/tour.json", work.crew_tour, name="work_tour"),
    path("console/work/plan/", work.plan, name="work_plan"),
    path("console/work/order/", work.reorder, name="work_reorder"),
    path("console/work/orders/<int:order>/", work.move, name="work_move"),
    path("console/changes/", console.changes, name="console_changes"),
    path("console/cases/<slug:number>/", console.case_detail, name="console_case"),
    path("console/cases/<slug:number>/move/", console.make_move, name="console_move"),
    path("console/cases/<slug:number>/crew/", work.give, name="console_give"),
    path("console/cases/<slug:number>/place/", console.correct, name="console_place"),
    path("console/cases/<slug:number>/type/", retyping.correct_type, name="console_type"),
    path("console/routing/", routing.rule_list, name="routing"),
    path("console/routing/rules/new/", routing.rule_form, name="routing_new"),
    path("console/routing/rules/<int:rule>/", routing.rule_form, name="routing_rule"),
    path("console/routing/rules/<int:rule>/act/", routing.rule_act, name="routing_act"),
    path("console/routing/areas/", routing.area_list, name="routing_areas"),
    path("console/routing/corrections/", routing.correction_list, name="routing_corrections"),
    path("console/routing/reroute/", routing.reroute_all, name="routing_reroute"),
    path("console/routing/runs/<int:job>/", routing.run, name="routing_run"),
    path("console/routing/runs/<int:job>/cancel/", routing.run_cancel, name="routing_cancel"),
    path("console/cases/<slug:number>/contact/", console.contact, name="console_contact"),
    path(
        "console/cases/<slug:number>/photos/<int:photo>.jpg", photos.for_staff, name="console_photo"
    ),
    path("console/cases/<slug:number>/party/", external.make_link, name="console_party"),
    path(
        "console/cases/<slug:number>/party/<int:link>/withdraw/",
        external.withdraw,
        name="console_party_withdraw",
    ),
    path("ext/<slug:token>/", external.party_page, name="external"),
    path("ext/<slug:token>/photos/<int:photo>.jpg", external.party_photo, name="external_photo"),
    path("crew/", crew.my_day, name="crew"),
    path("map/list/", public.map_list, name="map_list"),
    path("neighbourhood/", public.neighbourhood, name="neighbourhood"),
    path("console/members/", members.members, name="members"),
    path("api/v1/work-orders", work_api.WorkDay.as_view(), name="api_work_day"),
    path(
        "api/v1/work-orders/<int:order>/<slug:deed>",
        work_api.WorkDeed.as_view(),
        name="api_work_deed",
    ),
    path("api/v1/cases", api.CaseCollection.as_view(), name="api_cases"),
    path("api/v1/cases/<slug:number>", api.CaseItem.as_view(), name="api_case"),
    path("api/v1/request-types", api.RequestTypes.as_view(), name="api_request_types"),
]
