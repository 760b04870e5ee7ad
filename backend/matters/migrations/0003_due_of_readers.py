"""By when each matter is due, beside who may see it, so that what is overdue is found by reader."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# Days of matters that are under way already.
TAKE_DAYS = """
    UPDATE matters_matterreader r SET due_on = m.due_on FROM matters_matter m
     WHERE m.id = r.matter_id AND m.closed_at IS NULL AND m.due_on IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('matters', '0002_papers_of_matters'),
        ('offices', '0005_posts_of_standing_accounts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='matterreader',
            name='due_on',
            field=models.DateField(editable=False, help_text='Written by the database. By when the matter is due; none once it is closed', null=True),
        ),
        migrations.RunSQL(TAKE_DAYS, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='matterreader',
            index=models.Index(condition=models.Q(('due_on__isnull', False), ('office__isnull', False)), fields=['office', 'due_on'], name='due_of_reading_office'),
        ),
        migrations.AddIndex(
            model_name='matterreader',
            index=models.Index(condition=models.Q(('due_on__isnull', False), ('user__isnull', False)), fields=['user', 'due_on'], name='due_of_reading_person'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='matter',
            trigger=pgtrigger.compiler.Trigger(name='pass_due_on', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on"))', func='\n    UPDATE matters_matterreader\n       SET due_on = CASE WHEN NEW.closed_at IS NULL THEN NEW.due_on END\n     WHERE matter_id = NEW.id;\n    RETURN NULL;\n', hash='2311f70e0bbbdeb7ff3c5e7963dd1e2510ef13dd', operation='UPDATE OF "due_on", "closed_at"', pgid='pgtrigger_pass_due_on_12063', table='matters_matter', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='matterreader',
            trigger=pgtrigger.compiler.Trigger(name='take_due', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    SELECT CASE WHEN closed_at IS NULL THEN due_on END INTO NEW.due_on\n      FROM matters_matter WHERE id = NEW.matter_id;\n    RETURN NEW;\n', hash='87a342b4f73b7e302bda6390487445565cb34d53', operation='INSERT', pgid='pgtrigger_take_due_aa3c1', table='matters_matterreader', when='BEFORE')),
        ),
    ]
