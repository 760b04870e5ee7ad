"""What only the owner of the figures may do, done by it for the role that serves requests."""

from django.db import migrations

MAKE = """
CREATE FUNCTION risk_empty_figures() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    TRUNCATE risk_standing, risk_cellfigures, risk_regionfigures, risk_reader;
END $$;
CREATE FUNCTION risk_analyze_figures() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE risk_standing, risk_cellfigures, risk_regionfigures;
END $$;
CREATE FUNCTION risk_analyze_rates() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE risk_rate;
END $$;
REVOKE EXECUTE ON FUNCTION risk_empty_figures(), risk_analyze_figures(), risk_analyze_rates()
    FROM PUBLIC;
"""
REMOVE = """
DROP FUNCTION risk_empty_figures();
DROP FUNCTION risk_analyze_figures();
DROP FUNCTION risk_analyze_rates();
"""


class Migration(migrations.Migration):

    dependencies = [("risk", "0006_list_the_worst_of_a_city")]

    operations = [migrations.RunSQL(MAKE, REMOVE)]
