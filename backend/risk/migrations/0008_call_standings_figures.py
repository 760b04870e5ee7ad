"""The row of one unit is called as those of regions and cells; its table keeps its name."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("risk", "0007_owner_functions")]

    operations: ClassVar = [
        migrations.AlterModelTable(name="standing", table="risk_standing"),
        migrations.RenameModel(old_name="Standing", new_name="UnitFigures"),
    ]
