"""For whom a webhook is: what they may follow, what they see, and which subscriptions are theirs."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from accounts.queries.clients import effective
from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from notifications.models import WebhookSubscription
from notifications.rules.topics import TOPICS, Topic


@dataclass(frozen=True)
class Follower:
    """A person (`user`) or a program (`client`), as row ids, with what they see."""

    viewer: Viewer
    user: int | None = None
    client: int | None = None
    scopes: frozenset[str] = frozenset()

    def may(self, topic: Topic) -> bool:
        if self.client is not None and topic.scope not in self.scopes:
            return False
        return topic.may(self.viewer)


def own(follower: Follower) -> QuerySet[WebhookSubscription]:
    """The subscriptions of this person, or of this client, and nobody else's. A token of a client that has fewer
    scopes than it sees and touches those only that follow nothing more."""
    rows = WebhookSubscription.objects.filter(user=follower.user, client=follower.client)
    if follower.client is None:
        return rows
    open_ = [kind for one in TOPICS.values() if follower.may(one) for kind in one.kinds]
    return rows.filter(kinds__contained_by=open_)


def follower_of(row: WebhookSubscription) -> Follower | None:
    """Whose subscription it is, with today's rights; None for who is switched off."""
    if row.client_id is not None:
        principal = effective(row.client_id)
        if principal is None:
            return None
        return Follower(principal.viewer, client=row.client_id, scopes=principal.client.scopes)
    user = User.objects.filter(pk=row.user_id or 0, is_active=True).first()
    return None if user is None else Follower(viewer_of(user), user=user.pk)
