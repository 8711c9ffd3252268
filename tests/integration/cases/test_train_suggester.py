"""Training on past cases, by command: what is learned, what is put to use, what a case then gets."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.rules.viewer import ANONYMOUS
from cases.actions.open_case import open_case
from cases.actions.train_suggester import past_cases, use
from cases.models import Case, SuggestionModel
from cases.queries import suggesting
from cases.queries.suggesting import suggest_types
from cases.rules.draft import Draft
from tests.factories import NOW, City, make_case

pytestmark = pytest.mark.django_db
SAID = {
    "cop": ["Zibidi kutusu taşmış", "zibidi toplanmıyor", "zibidiler kokuyor"],
    "bilgi": ["Hangi evrak gerekir acaba", "evrak listesi nerede", "evrak soracaktım"],
}


@pytest.fixture(autouse=True)
def models(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    suggesting._in_use.cache_clear()
    yield
    suggesting._in_use.cache_clear()


@pytest.fixture
def past(city: City) -> City:
    """A hundred and twenty cases whose type a person has chosen, by words that no keyword knows."""
    for i in range(120):
        code = ("cop", "bilgi")[i % 2]
        text = f"{SAID[code][i % 3]} {('', 'yine', 'lütfen')[i % 3]}"
        make_case(
            city, kind=code, description=text, type_source="CHOSEN",
            opened_at=NOW + timedelta(hours=i),
        )  # fmt: skip
    return city


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("train_suggester", *options, stdout=out)
    suggesting._in_use.cache_clear()
    return out.getvalue()


def test_it_is_measured_and_not_in_use_until_somebody_says_so(past: City):
    said = run()
    assert "macro-F1: 1.000" in said and "--use" in said
    model = SuggestionModel.objects.get()
    assert (model.active, model.texts, model.scores["texts"]) == (False, 120, 24)
    assert suggest_types("zibidi")[:1] == []
    assert "In use." in run("--use")
    best = suggest_types("zibidi var")[0]
    assert (best.code, best.model, best.because) == (
        "cop", SuggestionModel.objects.get(active=True).pk, ("zibidi",)
    )  # fmt: skip


def test_a_case_gets_its_type_by_what_was_learned(past: City):
    run("--use")
    draft = Draft(
        description="zibidi toplanmıyor", channel="web", external_id="x",
        place_text="Atatürk Caddesi No 5",
    )  # fmt: skip
    case = open_case(draft, viewer=ANONYMOUS, now=NOW).case
    assert (case.request_type.code, case.type_source) == ("cop", "SUGGESTED")
    assert case.pk not in {c.pk for c in Case.objects.exclude(type_source="SUGGESTED")}


def test_the_model_does_not_learn_from_itself(past: City):
    Case.objects.update(type_source="SUGGESTED")
    assert past_cases().texts == []
    with pytest.raises(CommandError, match="--all"):
        run()
    assert "In use." in run("--all", "--use")


def test_a_worse_one_stays_out(past: City):
    run("--use")
    SuggestionModel.objects.update(scores={"macro_f1": 2.0})
    assert "that one stays" in run("--use")
    assert SuggestionModel.objects.filter(active=True).count() == 1


def test_a_type_that_is_retired_is_not_suggested(past: City):
    run("--use")
    past.types["cop"].active = False
    past.types["cop"].save()
    suggesting.request_types.cache_clear()  # type: ignore[attr-defined]
    assert "cop" not in {s.code for s in suggest_types("zibidi var")}


def test_a_file_that_is_gone_stops_nothing(past: City):
    run("--use")
    SuggestionModel.objects.get(active=True).file.delete(save=True)
    SuggestionModel.objects.update(file="models/gone.npz")
    suggesting._in_use.cache_clear()
    assert suggest_types("çöp alınmıyor")[0].model is None
    use(None)
    assert not SuggestionModel.objects.filter(active=True).exists()


def test_a_file_of_texts_is_cross_validated(tmp_path, db):
    path = tmp_path / "texts.csv"
    rows = [f'"{text} {i}","{code}"' for i in range(20) for code, s in SAID.items() for text in s]
    path.write_text("text,category\n" + "\n".join(rows), encoding="utf-8")
    assert "unseen texts: 120; right: 100.0%" in run("--file", str(path))
    for options in (["--file", "/nowhere.csv"], ["--file", str(path), "--type", "x"]):
        with pytest.raises(CommandError):
            run(*options)
