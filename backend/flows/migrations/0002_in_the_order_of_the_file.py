"""Definitions as text: jsonb lost the order in which a flow names its decisions and grounds."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('flows', '0001_flow_versions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='flowversion',
            name='definition',
            field=models.TextField(help_text='Its document as JSON, in the order of its file, which jsonb would lose'),
        ),
    ]
