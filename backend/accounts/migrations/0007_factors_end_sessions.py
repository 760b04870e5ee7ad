"""A second factor that is set up or taken off ends sessions in browsers too, not phones alone."""

from django.db import migrations

SESSIONS_TOO = """
CREATE OR REPLACE FUNCTION accounts_end_devices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The trigger end_sign_ins ends the devices with it.
    UPDATE accounts_user SET sign_outs = sign_outs + 1
    WHERE id = COALESCE(NEW.user_id, OLD.user_id);
    RETURN NULL;
END $$;
CREATE TRIGGER end_sessions AFTER DELETE ON mfa_authenticator
    FOR EACH ROW WHEN (OLD.type <> 'recovery_codes') EXECUTE FUNCTION accounts_end_devices();
"""
DEVICES_ALONE = """
DROP TRIGGER end_sessions ON mfa_authenticator;
CREATE OR REPLACE FUNCTION accounts_end_devices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM accounts_devicetoken WHERE user_id = NEW.user_id;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_username_in_any_case'),
    ]

    operations = [
        migrations.RunSQL(SESSIONS_TOO, DEVICES_ALONE),
    ]
