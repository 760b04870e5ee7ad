"""The key by which an office was opened and a post given, so that a request sent twice does it once."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('offices', '0005_posts_of_standing_accounts'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='office',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='office',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='office',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='post',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='post',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='post',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='office',
            name='idempotency_key',
            field=models.UUIDField(blank=True, editable=False, help_text='Of who opened it', null=True, unique=True),
        ),
        migrations.AddField(
            model_name='officeevent',
            name='idempotency_key',
            field=models.UUIDField(blank=True, editable=False, help_text='Of who opened it', null=True),
        ),
        migrations.AddField(
            model_name='post',
            name='idempotency_key',
            field=models.UUIDField(blank=True, editable=False, help_text='Of who gave it', null=True, unique=True),
        ),
        migrations.AddField(
            model_name='postevent',
            name='idempotency_key',
            field=models.UUIDField(blank=True, editable=False, help_text='Of who gave it', null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='office',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "offices_officeevent" ("authority_id", "body_id", "code", "id", "idempotency_key", "name", "parent_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "successor_id", "valid_from", "valid_to") SELECT new_values."authority_id", new_values."body_id", new_values."code", new_values."id", new_values."idempotency_key", new_values."name", new_values."parent_id", new_values."path", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."region_id", new_values."successor_id", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='92cc8d9a3fe7f5b96e01766063c702f311c6e6ac', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_40732', referencing='REFERENCING NEW TABLE AS new_values ', table='offices_office', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='office',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "offices_officeevent" ("authority_id", "body_id", "code", "id", "idempotency_key", "name", "parent_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "successor_id", "valid_from", "valid_to") SELECT new_values."authority_id", new_values."body_id", new_values."code", new_values."id", new_values."idempotency_key", new_values."name", new_values."parent_id", new_values."path", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."region_id", new_values."successor_id", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='62d95c61c3ff6e0c0dc056f38edfd2bdfc05980d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_2fc86', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='offices_office', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='office',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "offices_officeevent" ("authority_id", "body_id", "code", "id", "idempotency_key", "name", "parent_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "successor_id", "valid_from", "valid_to") SELECT old_values."authority_id", old_values."body_id", old_values."code", old_values."id", old_values."idempotency_key", old_values."name", old_values."parent_id", old_values."path", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."region_id", old_values."successor_id", old_values."valid_from", old_values."valid_to" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='53d33b151efc29cdb3657907a0aeb31ff1de39a3', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_5a956', referencing='REFERENCING OLD TABLE AS old_values ', table='offices_office', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "offices_postevent" ("ends_on", "id", "idempotency_key", "office_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "starts_on", "title", "user_id") SELECT new_values."ends_on", new_values."id", new_values."idempotency_key", new_values."office_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."role", new_values."starts_on", new_values."title", new_values."user_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='21af79618d589666f3633adc4e82ac5be0d2e48f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_fb393', referencing='REFERENCING NEW TABLE AS new_values ', table='offices_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "offices_postevent" ("ends_on", "id", "idempotency_key", "office_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "starts_on", "title", "user_id") SELECT new_values."ends_on", new_values."id", new_values."idempotency_key", new_values."office_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."role", new_values."starts_on", new_values."title", new_values."user_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='74207f0bf8427187649cd1301b8b003bf5e98a07', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_3f245', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='offices_post', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='post',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "offices_postevent" ("ends_on", "id", "idempotency_key", "office_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "starts_on", "title", "user_id") SELECT old_values."ends_on", old_values."id", old_values."idempotency_key", old_values."office_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."role", old_values."starts_on", old_values."title", old_values."user_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='99eaa8ddcc0a4f05f94d20cba8684e681a69ce7c', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_f31cf', referencing='REFERENCING OLD TABLE AS old_values ', table='offices_post', when='AFTER')),
        ),
    ]
