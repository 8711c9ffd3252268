"""What people have taught the geocoder."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from addresses.models.address import Address


class PlaceAlias(models.Model):
    """These words meant this door, says a person who looked.

    `text_key` are the words as `geocoder.aliases.key_of` folds them; of one key one alias holds at a
    time. `text` may hold what a citizen wrote: it is shown to administrators only.
    """

    text_key = models.CharField(max_length=300)
    text = models.CharField(max_length=300)
    address = models.ForeignKey(Address, models.PROTECT, related_name="aliases")
    taught_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taught_at = models.DateTimeField(default=timezone.now)
    reference = models.CharField(max_length=40, blank=True, help_text="The case it came from.")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["text_key"],
                name="place_alias_once",
                condition=models.Q(withdrawn_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.text_key
