"""Ends the name of an object that the scan's file has now."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incoming', '0002_scans_are_files'),
    ]

    operations = [
        migrations.RemoveField(model_name='incomingdocument', name='scan_name'),
        migrations.AlterField(
            model_name='incomingdocument',
            name='scan',
            field=models.ForeignKey(blank=True, help_text='A PDF or photo of what came on paper', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.file'),
        ),
    ]
