"""The register of transfers is no person's but an organisation's: its table goes over to an app of its own, with what stands in it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("passport", "0002_claimed_by_glue")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable("transfer", "transfers_transfer")],
            state_operations=[migrations.DeleteModel("transfer")],
        )
    ]
