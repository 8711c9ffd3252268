"""Intake, routing, life cycle, portal and console of citizens' requests."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Cases"

    def ready(self) -> None:
        """The register tells this room how its tasks end, and asks what a change would mean."""
        from addresses.rules.effects import effect
        from addresses.rules.outcomes import tell
        from cases.actions.numbering import task_ended
        from cases.queries.boundary_effects import effects, in_words

        tell("CASE", task_ended)
        effect("cases", effects, in_words)
