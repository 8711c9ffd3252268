"""Single facts about this installation, such as whether its data are synthetic."""

from django.db import models


class Fact(models.Model):
    name = models.CharField(max_length=60, primary_key=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"
