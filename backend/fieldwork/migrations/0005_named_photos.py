import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fieldwork', '0004_item_for_staff'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='item', name='item_missing'),
        migrations.RenameField(model_name='item', old_name='missing', new_name='photos'),
        migrations.AlterField(
            model_name='item',
            name='photos',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), blank=True, default=list, help_text='SHA-256 of those that its body names, be they here or not', size=None),
        ),
        migrations.AddIndex(
            model_name='item',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('state', 'waiting')), fields=['photos'], name='item_photos'),
        ),
    ]
