from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('risk', '0002_standing_tile'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='reader',
            name='snapshot',
        ),
        migrations.AddField(
            model_name='reader',
            name='scan_xid',
            field=models.BigIntegerField(default=0, help_text='The oldest transaction that ran at the last look at the scan log'),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='cellfigures',
            index=models.Index(condition=models.Q(('units', 0)), fields=['level'], name='cellfigures_empty'),
        ),
    ]
