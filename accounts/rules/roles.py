"""What a role may do. The one table of permissions; deny is the default."""

from enum import StrEnum


class Permission(StrEnum):
    OPEN_CASE = "open_case"  # open cases for others, by any channel
    SEE_CASES = "see_cases"  # the cases of one's body
    SEE_ALL_CASES = "see_all_cases"  # every body's cases
    SEE_CONTACT = "see_contact"  # the reporter's contact data, each look logged
    TRIAGE_CASE = "triage_case"  # say what a case is, where, and whose; merge, refer, cancel
    WORK_CASE = "work_case"  # accept, return, progress, resolve
    SEE_NEIGHBOURHOOD = "see_neighbourhood"  # the public facts of one's own area, as a list
    PLAN_WORK = "plan_work"  # share work among crews, plan their days, give it to outside parties
    SEE_REGISTER = "see_register"
    EDIT_REGISTER = "edit_register"  # draft changes, in the areas of one's body
    REVIEW_REGISTER = "review_register"
    PUBLISH_REGISTER = "publish_register"
    SEE_ANALYTICS = "see_analytics"
    IMPORT_FIGURES = "import_figures"  # bring in outside indicators of one's body
    MANAGE_MEMBERS = "manage_members"  # who does what in one's own organisation
    AUDIT_PRIVACY = "audit_privacy"  # who looked at contact data, and who was granted what
    EXPORT_PERSON = "export_person"  # everything that is held about a person (law 6698, article 11)
    ERASE_PERSON = "erase_person"
    PUBLISH_WORKS = "publish_works"  # plan works on streets for one's own organisation
    PERMIT_WORKS = "permit_works"  # permit the works of all, and say where nobody may dig
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
    "MANAGER": frozenset(
        {
            Permission.SEE_CASES,
            Permission.SEE_ANALYTICS,
            Permission.SEE_REGISTER,
            Permission.IMPORT_FIGURES,
        }
    ),
    "NEIGHBOURHOOD_HEAD": frozenset({Permission.OPEN_CASE, Permission.SEE_NEIGHBOURHOOD}),
    "ORGANISATION_ADMIN": frozenset({Permission.MANAGE_MEMBERS}),
    "WORKS_PLANNER": frozenset({Permission.PUBLISH_WORKS}),
    "WORKS_OFFICE": frozenset({Permission.PUBLISH_WORKS, Permission.PERMIT_WORKS}),
    "DATA_PROTECTION": frozenset(
        {Permission.AUDIT_PRIVACY, Permission.EXPORT_PERSON, Permission.ERASE_PERSON}
    ),
    # What is held about a person is the officer's alone.
    "ADMINISTRATOR": frozenset(Permission) - {Permission.EXPORT_PERSON, Permission.ERASE_PERSON},
}

# Roles that reach beyond the organisation that they are held in: only administrators grant them.
BEYOND_ORGANISATION = frozenset(
    role
    for role, may in ROLE_PERMISSIONS.items()
    if may
    & {
        Permission.SEE_ALL_CASES,
        Permission.AUDIT_PRIVACY,
        Permission.PUBLISH_REGISTER,
        Permission.SEE_ANALYTICS,
        Permission.PERMIT_WORKS,
        Permission.ADMINISTER,
    }
)
