"""What a role may do. The one table of permissions; deny is the default."""

from enum import StrEnum


class Permission(StrEnum):
    OPEN_CASE = "open_case"  # open cases for others, by any channel
    SEE_CASES = "see_cases"  # the cases of one's body
    SEE_ALL_CASES = "see_all_cases"  # every body's cases
    SEE_CONTACT = "see_contact"  # the reporter's contact data, each look logged
    TRIAGE_CASE = "triage_case"  # say what a case is, where, and whose; merge, refer, cancel
    WORK_CASE = "work_case"  # accept, return, progress, resolve
    PLAN_WORK = "plan_work"  # share work among crews, plan their days, give it to outside parties
    SEE_REGISTER = "see_register"
    EDIT_REGISTER = "edit_register"  # draft changes, in the areas of one's body
    REVIEW_REGISTER = "review_register"
    PUBLISH_REGISTER = "publish_register"
    SEE_ANALYTICS = "see_analytics"
    ADMINISTER = "administer"


ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    "AGENT": frozenset(
        {
            Permission.OPEN_CASE,
            Permission.SEE_CASES,
            Permission.SEE_ALL_CASES,
            Permission.SEE_CONTACT,
            Permission.TRIAGE_CASE,
        }
    ),
    "COORDINATOR": frozenset(
        {
            Permission.OPEN_CASE,
            Permission.SEE_CASES,
            Permission.SEE_CONTACT,
            Permission.TRIAGE_CASE,
            Permission.WORK_CASE,
            Permission.PLAN_WORK,
        }
    ),
    "CREW": frozenset({Permission.SEE_CASES, Permission.WORK_CASE}),
    "GIS_VIEWER": frozenset({Permission.SEE_REGISTER}),
    "GIS_EDITOR": frozenset({Permission.SEE_REGISTER, Permission.EDIT_REGISTER}),
    "GIS_REVIEWER": frozenset(
        {Permission.SEE_REGISTER, Permission.EDIT_REGISTER, Permission.REVIEW_REGISTER}
    ),
    "GIS_PUBLISHER": frozenset(
        {Permission.SEE_REGISTER, Permission.REVIEW_REGISTER, Permission.PUBLISH_REGISTER}
    ),
    "MANAGER": frozenset({Permission.SEE_CASES, Permission.SEE_ANALYTICS, Permission.SEE_REGISTER}),
    "ADMINISTRATOR": frozenset(Permission),
}
