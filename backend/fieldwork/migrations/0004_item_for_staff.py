from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fieldwork', '0003_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='item',
            name='item_held',
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(condition=models.Q(('state__in', ['held', 'waiting'])), fields=['region', '-id'], name='item_for_staff'),
        ),
    ]
