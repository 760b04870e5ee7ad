"""What ends a password, an account or a lone factor ends the sign-ins that it opened."""

from django.db import migrations

ENDS = """
CREATE FUNCTION accounts_end_sign_ins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- It only grows: a stale row that is saved brings no ended session back.
    NEW.sign_outs = GREATEST(OLD.sign_outs, NEW.sign_outs);
    -- A hash of other parameters is the same password, made anew at a sign-in after an upgrade.
    IF (OLD.password IS DISTINCT FROM NEW.password AND (NEW.password LIKE '!%'
            OR split_part(OLD.password, '$', 1) || '$' || split_part(OLD.password, '$', 2)
             = split_part(NEW.password, '$', 1) || '$' || split_part(NEW.password, '$', 2)))
       OR (OLD.is_active AND NOT NEW.is_active)
       OR OLD.sign_outs IS DISTINCT FROM NEW.sign_outs THEN
        DELETE FROM accounts_devicetoken WHERE user_id = NEW.id;
        IF OLD.sign_outs IS NOT DISTINCT FROM NEW.sign_outs AND NOT NEW.is_active THEN
            NEW.sign_outs = OLD.sign_outs + 1;
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER end_sign_ins BEFORE UPDATE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION accounts_end_sign_ins();

CREATE FUNCTION accounts_end_devices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM accounts_devicetoken WHERE user_id = NEW.user_id;
    RETURN NULL;
END $$;
CREATE TRIGGER end_devices AFTER INSERT ON mfa_authenticator
    FOR EACH ROW WHEN (NEW.type <> 'recovery_codes') EXECUTE FUNCTION accounts_end_devices();

UPDATE accounts_devicetoken SET expiry = now() + interval '90 days' WHERE expiry IS NULL;
"""
LIVE_ON = """
DROP TRIGGER end_devices ON mfa_authenticator;
DROP FUNCTION accounts_end_devices();
DROP TRIGGER end_sign_ins ON accounts_user;
DROP FUNCTION accounts_end_sign_ins();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_sign_ins'),
        ('mfa', '0003_authenticator_type_uniq'),
    ]

    operations = [
        migrations.RunSQL(ENDS, LIVE_ON),
    ]
