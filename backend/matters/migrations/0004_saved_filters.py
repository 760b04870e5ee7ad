"""Filters of the list of matters that people keep by name."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matters', '0003_due_of_readers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('asked', models.JSONField(default=dict, help_text='What the list is narrowed by; see ``lists``')),
                ('key', models.UUIDField(help_text='Idempotency-Key of who saved it')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='saved_filters', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('name', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='one_filter_of_a_name'), models.UniqueConstraint(fields=('owner', 'key'), name='one_filter_per_key')],
            },
        ),
    ]
