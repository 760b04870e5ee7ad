import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0001_moved_in'),
        ('fieldwork', '0009_cases_moved_out'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='case',
            name='closed_case_has_a_verdict',
        ),
        migrations.AddField(
            model_name='case',
            name='record',
            field=models.BigIntegerField(blank=True, help_text='Number of the record it is about', null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='unit',
            field=models.BigIntegerField(blank=True, help_text='Number of the unit it is about', null=True),
        ),
        migrations.AlterField(
            model_name='case',
            name='closed_by',
            field=models.ForeignKey(blank=True, help_text='Nobody if its cause is gone', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases_closed', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='case',
            name='facts',
            field=models.JSONField(default=dict, help_text='What was found the last time: km, seconds'),
        ),
        migrations.AlterField(
            model_name='case',
            name='kind',
            field=models.CharField(choices=[('jump', 'too far in too short a time'), ('clock', 'clock that cannot be right'), ('retired-tag', 'scan of a tag after its end'), ('two-places', 'one tag in two places'), ('mock-location', 'made-up position'), ('record-unfit', 'record that no longer fits'), ('report-doubtful', 'report whose parts contradict each other'), ('number-twice', 'one number on two units')], max_length=16),
        ),
        migrations.AlterField(
            model_name='case',
            name='subject',
            field=models.CharField(help_text='The one phone, tag, record, report or number it is about', max_length=120),
        ),
        migrations.AlterField(
            model_name='case',
            name='user',
            field=models.ForeignKey(blank=True, help_text="Whose fact opened it; nobody's if the register itself found it", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('unit__isnull', False)), fields=['unit'], name='case_of_unit'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True)), models.Q(('closed_at__isnull', False), models.Q(('verdict', ''), _negated=True)), _connector='OR'), name='closed_case_has_a_verdict'),
        ),
    ]
