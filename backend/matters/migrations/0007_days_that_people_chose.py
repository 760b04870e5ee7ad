from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0006_feed_letters_joined_with_units"),
    ]

    operations = [
        migrations.AddField(
            model_name="deadline",
            name="chosen_on",
            field=models.DateField(
                blank=True,
                help_text="The day that people chose; without one the rule counts",
                null=True,
            ),
        ),
    ]
