from django.db import migrations


class Migration(migrations.Migration):
    """Until now "withdrawn" meant what art. 69 of the Licensing Law annuls (撤销)."""

    dependencies = [
        ('approvals', '0003_licences_taken_back_and_annulled'),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE approvals_certificate SET ending = 'annulled' WHERE ending = 'withdrawn'",
            reverse_sql="UPDATE approvals_certificate SET ending = 'withdrawn' WHERE ending = 'annulled'",
        ),
    ]
