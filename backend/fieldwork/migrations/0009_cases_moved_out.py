"""Cases are another app's; an item names those it is in, by the table that joined them before."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0001_moved_in'),
        ('fieldwork', '0008_unsettled_items'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[
            migrations.RemoveField(model_name='case', name='items'),
            migrations.DeleteModel(name='Case'),
            migrations.AddField(
                model_name='item',
                name='cases',
                field=models.ManyToManyField(db_table='fieldwork_case_items', related_name='items', to='cases.case'),
            ),
        ]),
    ]
