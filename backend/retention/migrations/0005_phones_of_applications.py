"""Phone numbers in the forms of closed applications end by a rule too, in their trail as well."""

from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("backend.retention.migrations.0004_reading_receipts").AFTER
BRANCH = """
        WHEN 'application-phones' THEN
            -- Of the form, of what it was before, and of what was put right in it.
            WITH old AS (
                SELECT a.matter_id FROM approvals_application a
                  JOIN matters_matter m ON m.id = a.matter_id
                 WHERE m.closed_at < oldest AND EXISTS (
                       SELECT FROM jsonb_each_text(a.form) f
                        WHERE f.key ~ 'phone$' AND f.value <> '')
                 LIMIT portion
            ), past AS (
                UPDATE approvals_applicationevent e SET form = (
                    SELECT jsonb_object_agg(
                               key, CASE WHEN key ~ 'phone$' THEN '""'::jsonb ELSE value END)
                      FROM jsonb_each(e.form))
                  FROM old WHERE e.pgh_obj_id = old.matter_id
            ), corrections AS (
                UPDATE matters_step s SET facts = jsonb_set(s.facts, '{details,before}', '""')
                  FROM old
                 WHERE s.matter_id = old.matter_id AND s.facts #>> '{details,field}' ~ 'phone$'
            )
            UPDATE approvals_application a SET form = (
                SELECT jsonb_object_agg(
                           key, CASE WHEN key ~ 'phone$' THEN '""'::jsonb ELSE value END)
                  FROM jsonb_each(a.form))
              FROM old WHERE a.matter_id = old.matter_id;
        END CASE;"""
AFTER = BEFORE.replace(
    "'announcements_receipt']",
    "'announcements_receipt',\n"
    "                                    'approvals_applicationevent', 'matters_step']",
).replace("\n        END CASE;", BRANCH)


class Migration(migrations.Migration):

    dependencies = [
        ("retention", "0004_reading_receipts"),
        ("approvals", "0001_applications"),
        ("matters", "0001_matters"),
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
                    ("application-phones", "Application Phones"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunSQL(AFTER, BEFORE),
    ]
