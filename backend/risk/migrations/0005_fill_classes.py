from django.db import migrations

# The figures count what there is by bands of 200 points; the follower moves them by differences.
FILL = "UPDATE risk_standing SET level = least(score / 200, 4) + 1"


class Migration(migrations.Migration):
    dependencies = [
        ('risk', '0004_rates_and_classes'),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
