from django.db import migrations

# The same pairs as before, so that what is indexed stays good. ``substr`` walks to its place from
# the beginning: a draft of 60 000 letters took minutes. The cost is what it takes for a name, beside
# an operator: without it the planner rather works out the pairs of every row than read the index.
IN_ONE_PASS = """
CREATE OR REPLACE FUNCTION letter_pairs(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 2000 AS $$
    SELECT coalesce(array_agg(DISTINCT one || next), '{}')
      FROM (SELECT string_to_array(lower($1), NULL) AS letters) AS split,
           unnest(letters[:cardinality(letters) - 1], letters[2:]) AS pair (one, next)
$$;
"""
BY_PLACE = """
CREATE OR REPLACE FUNCTION letter_pairs(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100 AS $$
    SELECT coalesce(array_agg(DISTINCT substr(folded, place, 2)), '{}')
      FROM (SELECT lower($1) AS folded) AS one,
           generate_series(1, length(folded) - 1) AS place
$$;
"""


class Migration(migrations.Migration):

    dependencies = [("directory", "0005_people_by_region")]

    operations = [migrations.RunSQL(IN_ONE_PASS, BY_PLACE)]
