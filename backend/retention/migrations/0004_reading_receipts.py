"""Who read an announcement when is forgotten by a rule; what was announced stays."""

from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("backend.retention.migrations.0003_letters_and_notifications").AFTER
BRANCH = """
        WHEN 'reading-receipts' THEN
            DELETE FROM announcements_receipt WHERE id IN (
                SELECT r.id FROM announcements_receipt r
                  JOIN announcements_announcement a ON a.id = r.announcement_id
                 WHERE a.matters_until < (oldest AT TIME ZONE 'Asia/Shanghai')::date
                 LIMIT portion);
        END CASE;"""
AFTER = BEFORE.replace(
    "'hotline_reporterlook']", "'hotline_reporterlook', 'announcements_receipt']"
).replace("\n        END CASE;", BRANCH)


class Migration(migrations.Migration):

    dependencies = [
        ("retention", "0003_letters_and_notifications"),
        ("announcements", "0001_announcements"),
    ]

    operations = [
        migrations.AlterField(
            model_name="retentionrule",
            name="subject",
            field=models.CharField(
                choices=[
                    ("scans", "Scans"), ("scan-positions", "Scan Positions"), ("items", "Items"),
                    ("looks", "Looks"), ("sign-ins", "Sign Ins"),
                    ("reporter-looks", "Reporter Looks"), ("reporters", "Reporters"),
                    ("notifications", "Notifications"), ("reading-receipts", "Reading Receipts"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunSQL(AFTER, BEFORE),
    ]
