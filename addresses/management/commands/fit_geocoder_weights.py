"""`vip manage fit_geocoder_weights FILE`: fits the geocoder's weights to labelled texts."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from addresses.actions.fit_weights import fit, labelled
from addresses.exchange.errors import ImportRefused
from addresses.geocoder.fitting import Outcome
from addresses.geocoder.weights import in_use


class Command(BaseCommand):
    help = (
        "Fits the geocoder's weights to a CSV or XLSX with the columns query, and uid or lon and lat"
        " of the right door. They are kept only where cross-validation is no worse than what is in"
        " use, and used by processes that start afterwards."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--folds", type=int, default=5, help="Of the cross-validation; 2 to 20."
        )
        parser.add_argument("--seed", type=int, default=1, help="How the doors fall into folds.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not 2 <= options["folds"] <= 20:
            raise CommandError(_("--folds: 2 to 20"))
        try:
            texts = labelled(path.read_bytes())
            before = in_use()
            with tqdm(desc="  questions", unit="", disable=None) as bar:
                report = fit(
                    texts, source=path, folds=options["folds"], seed=options["seed"],
                    now=timezone.now(), progress=lambda: bar.update() and None,
                )  # fmt: skip
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except ImportRefused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            _("%(texts)s texts of %(doors)s doors, %(folds)s folds")
            % {"texts": report.texts, "doors": report.doors, "folds": options["folds"]}
        )
        self._table(report.fitted.before, report.fitted.after)
        for name, value in report.fitted.weights.items():
            self.stdout.write(f"  {name:16} {before[name]:8.4f} → {value:8.4f}")
        if report.path is not None:
            self.stdout.write(_("Written, and used by what starts from now on: %s") % report.path)
        elif report.fitted.weights:
            self.stdout.write(_("On texts that it had not seen it is worse: nothing was written."))
        else:
            self.stdout.write(_("Nothing better was found: the weights in use stay."))

    def _table(self, before: Outcome, after: Outcome) -> None:
        self.stdout.write(f"{'':44}{_('before'):>10}{_('after'):>10}")
        for label, name in (
            (_("right door"), "right"),
            (_("wrong door"), "wrong"),
            (_("sure (A or B, not ambiguous)"), "sure"),
            (_("of these right"), "sure_right"),
            (_("sure, with 998 of 1,000 right"), "covered"),
        ):
            self.stdout.write(
                f"{label:44}{getattr(before, name):>10.2%}{getattr(after, name):>10.2%}"
            )
