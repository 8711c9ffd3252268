"""Subscriptions of the register's feed become webhooks like all others, with their ids and secrets."""

from django.db import migrations

KIND, TOPIC = "register.advanced", "register"


def move(apps, schema_editor):
    old = apps.get_model("addresses", "FeedSubscription")
    new = apps.get_model("notifications", "WebhookSubscription")
    for row in old.objects.order_by("pk").iterator():
        new.objects.create(
            id=row.pk,
            user_id=row.owner_id,
            url=row.url,
            kinds=[KIND],
            secret=row.secret,
            active=row.active,
            told={TOPIC: row.told},
            last_success=row.created_at,
            created_at=row.created_at,
        )
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('notifications_webhooksubscription', 'id'),"
            " greatest((SELECT max(id) FROM notifications_webhooksubscription), 1),"
            " EXISTS (SELECT FROM notifications_webhooksubscription))"
        )


def back(apps, schema_editor):
    old = apps.get_model("addresses", "FeedSubscription")
    new = apps.get_model("notifications", "WebhookSubscription")
    rows = new.objects.filter(user__isnull=False, kinds__contains=[KIND]).order_by("pk")
    for row in rows.iterator():
        old.objects.create(
            id=row.pk,
            owner_id=row.user_id,
            url=row.url,
            secret=row.secret,
            active=row.active,
            told=row.told.get(TOPIC, 0),
            created_at=row.created_at,
        )
    new.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("addresses", "0017_names_version"),
        ("notifications", "0002_webhooks"),
    ]

    operations = [
        migrations.RunPython(move, back),
        migrations.DeleteModel(name="FeedSubscription"),
    ]
