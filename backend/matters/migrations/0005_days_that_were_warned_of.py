"""The day of each deadline of which people were told that it is near."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matters', '0004_saved_filters'),
    ]

    operations = [
        migrations.AddField(
            model_name='deadline',
            name='warned_of',
            field=models.DateField(blank=True, help_text='The day that people were told is near', null=True),
        ),
    ]
