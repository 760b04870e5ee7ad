"""One folded text of each unit, with an index of its parts."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

import backend.units.search

FOLDED = r"""
CREATE FUNCTION units_folded(VARIADIC texts text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(lower(normalize(array_to_string(texts, '|'), NFKC)), '[\s()\[\]—·.-]', '', 'g')
$$;
"""
GONE = "DROP FUNCTION units_folded(text[]);"


class Migration(migrations.Migration):

    dependencies = [
        ('units', '0009_hold_rules'),
    ]

    operations = [
        TrigramExtension(),
        migrations.RunSQL(FOLDED, GONE),
        migrations.AddIndex(
            model_name='unit',
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    backend.units.search.FoldedTexts(*backend.units.search.SEARCHED_COLUMNS),
                    name='gin_trgm_ops',
                ),
                name='unit_texts',
            ),
        ),
    ]
