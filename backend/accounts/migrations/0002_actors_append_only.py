"""Who did something is as append-only as what was done."""

from django.db import migrations

GUARD = """
CREATE FUNCTION accounts_keep_context() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.metadata::jsonb @> OLD.metadata::jsonb THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'pghistory_context: who did something cannot be changed or deleted';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON pghistory_context
    FOR EACH ROW EXECUTE FUNCTION accounts_keep_context();
"""
FREE = """
DROP TRIGGER append_only ON pghistory_context;
DROP FUNCTION accounts_keep_context();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.RunSQL(GUARD, FREE),
    ]
