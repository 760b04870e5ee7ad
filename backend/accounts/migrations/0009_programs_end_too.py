"""What ends the phones of an account ends the tokens that it gave to programs."""

from django.db import migrations

BODY = """
CREATE OR REPLACE FUNCTION accounts_end_sign_ins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- It only grows: a stale row that is saved brings no ended session back.
    NEW.sign_outs = GREATEST(OLD.sign_outs, NEW.sign_outs);
    -- A hash of other parameters is the same password, made anew at a sign-in after an upgrade.
    IF (OLD.password IS DISTINCT FROM NEW.password AND (NEW.password LIKE '!%'
            OR split_part(OLD.password, '$', 1) || '$' || split_part(OLD.password, '$', 2)
             = split_part(NEW.password, '$', 1) || '$' || split_part(NEW.password, '$', 2)))
       OR (OLD.is_active AND NOT NEW.is_active)
       OR OLD.sign_outs IS DISTINCT FROM NEW.sign_outs THEN
        DELETE FROM accounts_devicetoken WHERE user_id = NEW.id;{programs}
        IF OLD.sign_outs IS NOT DISTINCT FROM NEW.sign_outs AND NOT NEW.is_active THEN
            NEW.sign_outs = OLD.sign_outs + 1;
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""
PROGRAMS = "\n        DELETE FROM accounts_programtoken WHERE user_id = NEW.id;"


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0008_program_tokens"),
    ]

    operations = [
        migrations.RunSQL(
            BODY.replace("{programs}", PROGRAMS), BODY.replace("{programs}", "")
        ),
    ]
