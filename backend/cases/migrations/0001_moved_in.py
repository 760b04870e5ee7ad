"""The table of cases, which stays where it is, now belongs to this app. Nothing is done to it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('fieldwork', '0008_unsettled_items'),
        ('geo', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[
            migrations.CreateModel(
                name='Case',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('jump', 'too far in too short a time'), ('clock', 'clock that cannot be right'), ('retired-tag', 'scan of a tag after its end'), ('two-places', 'one tag in two places'), ('mock-location', 'made-up position')], max_length=16)),
                    ('subject', models.CharField(help_text='The phone or the tag it is about', max_length=120)),
                    ('facts', models.JSONField(default=dict, help_text='What was measured: km, km/h, seconds')),
                    ('opened_at', models.DateTimeField()),
                    ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ('verdict', models.CharField(blank=True, max_length=400)),
                    ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases_closed', to=settings.AUTH_USER_MODEL)),
                    ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='geo.region')),
                    ('user', models.ForeignKey(help_text='Whose fact opened it', on_delete=django.db.models.deletion.PROTECT, related_name='cases', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'db_table': 'fieldwork_case',
                    'indexes': [models.Index(fields=['region', '-id'], name='fieldwork_c_region__9f547a_idx')],
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('kind', 'subject'), name='one_open_case_per_subject'),
                        models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), models.Q(('verdict', ''), _negated=True)), _connector='OR'), name='closed_case_has_a_verdict'),
                    ],
                },
            ),
        ]),
    ]
