from django.db import migrations


class Migration(migrations.Migration):
    """Drops Django's twin for LIKE: in the collation C the constraint's own index serves that too.

    A migration of its own, because Django makes the twin when the first one ends.
    """

    dependencies = [("units", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "DROP INDEX IF EXISTS units_unit_device_code_46c841b9_like",
            "CREATE INDEX units_unit_device_code_46c841b9_like"
            " ON units_unit (device_code varchar_pattern_ops)",
        ),
    ]
