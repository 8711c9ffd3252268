"""What each stage did, in words, for whoever asks why."""

from addresses.geocoder.answer import Step


class Trace:
    """Collects steps. Stages get None instead of a trace when nobody asked."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def say(self, stage: str, said: str) -> None:
        self.steps.append(Step(stage, said))
