"""The one lawful way to remove rows of append-only tables: the owner's function, by the rules."""

from django.db import migrations

MAKE = r"""
CREATE FUNCTION retention_remove_portion() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    -- A function that declares such a setting itself could be made by a superuser alone.
    ignored CONSTANT text := coalesce(current_setting('pgtrigger.ignore', true), '');
    portion CONSTANT integer := 20000;
    rule record;
    oldest timestamptz;
    gone bigint;
    total bigint := 0;
BEGIN
    -- Open to this function alone, and to its end.
    PERFORM set_config('pgtrigger.ignore', coalesce((
        SELECT array_agg(tgname)::text FROM pg_trigger
         WHERE tgrelid = ANY (ARRAY['tagging_scan', 'fieldwork_item',
                                    'directory_personaldatalook', 'accounts_signin']::regclass[])
           AND tgname ~ '^pgtrigger_(append_only|never_deleted)_'), '{}'), true);
    FOR rule IN
        SELECT code, subject, months FROM retention_retentionrule
         WHERE valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
           AND (valid_to IS NULL OR valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date)
         ORDER BY subject
    LOOP
        oldest := now() - make_interval(months => rule.months);
        CASE rule.subject
        WHEN 'items' THEN
            -- Not what staff mended or took over, whose original stays readable, nor open cases'.
            WITH old AS (
                SELECT id FROM fieldwork_item i
                 WHERE received_at < oldest AND stated_by_id IS NULL
                   AND state IN ('accepted', 'conflict', 'rejected')
                   AND NOT EXISTS (
                       SELECT FROM fieldwork_case_items l JOIN fieldwork_case c ON c.id = l.case_id
                        WHERE l.item_id = i.id AND c.closed_at IS NULL)
                 LIMIT portion
            ), links AS (
                DELETE FROM fieldwork_case_items l USING old WHERE l.item_id = old.id
            )
            DELETE FROM fieldwork_item i USING old WHERE i.id = old.id;
        WHEN 'scans' THEN
            DELETE FROM tagging_scan WHERE id IN (
                SELECT id FROM tagging_scan s
                 WHERE received_at < oldest
                   AND NOT EXISTS (SELECT FROM fieldwork_item i WHERE i.scan_id = s.id)
                 LIMIT portion);
        WHEN 'scan-positions' THEN
            UPDATE tagging_scan
               SET position = NULL, accuracy_m = NULL, datum = '', source_coordinates = NULL,
                   network = NULL
             WHERE id IN (
                SELECT id FROM tagging_scan
                 WHERE received_at < oldest AND (position IS NOT NULL OR network IS NOT NULL)
                 LIMIT portion);
        WHEN 'looks' THEN
            DELETE FROM directory_personaldatalook WHERE id IN (
                SELECT id FROM directory_personaldatalook WHERE at < oldest LIMIT portion);
        WHEN 'sign-ins' THEN
            DELETE FROM accounts_signin WHERE id IN (
                SELECT id FROM accounts_signin WHERE at < oldest LIMIT portion);
        END CASE;
        GET DIAGNOSTICS gone = ROW_COUNT;
        IF gone > 0 THEN
            INSERT INTO retention_removal (rule_id, at, before, rows)
            VALUES (rule.code, clock_timestamp(), oldest, gone);
        END IF;
        total := total + gone;
    END LOOP;
    PERFORM set_config('pgtrigger.ignore', ignored, true);
    RETURN total;
END $$;
REVOKE EXECUTE ON FUNCTION retention_remove_portion() FROM PUBLIC;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("retention", "0001_rules"),
        ("tagging", "0004_ends_of_tags_told_widely"),
        ("fieldwork", "0010_stated_by"),
        ("cases", "0004_harvests"),
        ("directory", "0004_invitations"),
        ("accounts", "0007_factors_end_sessions"),
    ]

    operations = [migrations.RunSQL(MAKE, "DROP FUNCTION retention_remove_portion();")]
