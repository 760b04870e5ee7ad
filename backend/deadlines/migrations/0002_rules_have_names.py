"""What is due by each rule, as people read it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deadlines', '0001_deadline_rules'),
    ]

    operations = [
        migrations.AddField(
            model_name='deadlinerule',
            name='name',
            field=models.CharField(blank=True, help_text='What is due by it, in English; told by gettext', max_length=80),
        ),
    ]
