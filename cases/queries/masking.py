"""Contact data as everybody in the console sees them: masked."""

from cases.models import Case


def masked_contacts(case: Case) -> list[str]:
    """`A*** Y***`, `+90 ••• •• 67`: enough to recognise, too little to use."""
    return [
        " · ".join(part for part in (_name(r.full_name), _phone(r.phone), _email(r.email)) if part)
        for r in case.reporters.all()
    ]


def _name(name: str) -> str:
    return " ".join(word[0] + "***" for word in name.split())


def _phone(phone: str) -> str:
    return f"{phone[:3]} ••• •• {phone[-2:]}" if len(phone) > 5 else ""


def _email(email: str) -> str:
    name, at, host = email.partition("@")
    return f"{name[:1]}***@{host}" if at else ""
