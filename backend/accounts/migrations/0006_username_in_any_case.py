"""No two accounts whose names differ in the case of letters alone: neither could sign in."""

from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_given_passwords'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(Upper('username'), name='username_in_any_case'),
        ),
    ]
