"""What was answered to the questions of a case's type, in the words that were asked then."""

from dataclasses import dataclass, field

from cases.models import Case, TypeVersion
from cases.rules.questionnaire import read_questionnaire
from cases.rules.questions import Questionnaire, said


@dataclass(frozen=True)
class Answered:
    name: str
    question: str
    answer: str
    private: bool


@dataclass
class Wordings:
    """Reads each version of a type once, however many cases answer it."""

    _known: dict[int, tuple[str, Questionnaire]] = field(default_factory=dict)

    def answered(self, case: Case, *, private: bool) -> list[Answered]:
        """The answers in the order of the questions; without `private`, those are masked."""
        if not case.answers or case.answers_to_id is None:
            return []
        _name, questionnaire = self._of(case.answers_to_id)
        return [
            Answered(
                q.name,
                str(q.words),
                said(q, case.answers[q.name]) if private or not q.private else "•••",
                q.private,
            )
            for q in questionnaire.questions
            if q.name in case.answers
        ]

    def in_one_line(self, case: Case, *, private: bool) -> str:
        """For a cell of a table."""
        return "; ".join(f"{a.question} {a.answer}" for a in self.answered(case, private=private))

    def other_type(self, case: Case) -> str:
        """The name of the type that the answers were for, if the case has another one now."""
        if case.answers_to is None or case.answers_to.request_type_id == case.request_type_id:
            return ""
        return self._of(case.answers_to.pk)[0]

    def _of(self, version: int) -> tuple[str, Questionnaire]:
        if version not in self._known:
            content = TypeVersion.objects.values_list("content", flat=True).get(pk=version)
            self._known[version] = (
                content["name"], read_questionnaire(content["questionnaire"])
            )  # fmt: skip
        return self._known[version]
