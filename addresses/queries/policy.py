"""How this city runs its register."""

from addresses.models import RegisterPolicy


def policy() -> RegisterPolicy:
    """The one row of the policy, or its defaults."""
    return RegisterPolicy.objects.first() or RegisterPolicy()
