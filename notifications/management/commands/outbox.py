"""`vip manage outbox [--try NUMBER]`: what messages leave through, how they stand, and the last error."""

import uuid
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from notifications.actions import sms
from notifications.actions.outbox import can_send, put_all, send_waiting
from notifications.models import Message
from notifications.queries.outbox import standing


class Command(BaseCommand):
    help = "Says whether e-mail and SMS leave, how many wait, and the last error."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--try", dest="number", metavar="NUMBER",
            help="Sends an SMS to a mobile number (+905…) first, with whatever waits.",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        if options["number"]:
            self._try(options["number"])
        mail = f"to {settings.EMAIL_HOST or settings.EMAIL_BACKEND}, {settings.DEFAULT_FROM_EMAIL}"
        for transport, way in (
            (Message.Transport.EMAIL, mail if can_send(Message.Transport.EMAIL) else ""),
            (Message.Transport.SMS, "" if sms.trouble() else sms.name()),
        ):
            now = standing(transport)
            self.stdout.write(f"{transport}: {way or 'not configured'}")
            if transport == Message.Transport.SMS and sms.trouble():
                self.stdout.write(f"  {sms.trouble()}")
            for state, count in now.counts.items():
                self.stdout.write(f"  {state}: {count}")
            if now.waiting_since:
                self.stdout.write(f"  waiting since {now.waiting_since:%Y-%m-%d %H:%M} UTC")
            if now.error:
                self.stdout.write(f"  last error: {now.error}")

    def _try(self, number: str) -> None:
        if sms.trouble():
            raise CommandError(sms.trouble())
        if not sms.reaches(number):
            raise CommandError("Write a mobile number as +905…, of a country in SMS_REGIONS.")
        key = f"try:{uuid.uuid4()}"
        text = f"{settings.VIP_CITY_NAME}: ğüşıöçİ ✓"
        put_all([Message(key=key, transport=Message.Transport.SMS, recipient=number, body=text)])
        send_waiting(now=timezone.now())
        row = Message.objects.get(key=key)
        self.stdout.write(f"{row.state} {row.gateway_id}{row.error}".rstrip())
