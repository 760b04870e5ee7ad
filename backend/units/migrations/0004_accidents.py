from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('units', '0003_searches'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='record',
            index=models.Index(condition=models.Q(('stage', 'accident')), fields=['happened_on', 'region'], name='record_accident'),
        ),
    ]
