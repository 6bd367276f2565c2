from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def _one_waits(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Of several cases of one thing that wait, the first stays: nobody has decided the others, and they ask the same."""
    case, seen = apps.get_model("cases", "Case"), set()
    for each in case.objects.filter(state__in=("waiting", "appealed")).order_by(
        "state", "filed"
    ):  # an appeal goes first
        asked = (each.organisation_id, each.holder_id, each.target)
        if asked in seen and each.state == "waiting":
            each.state, each.kept_until = "withdrawn", each.filed
            each.save(update_fields=["state", "kept_until"])
        seen.add(asked)


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_certificate_publish")]

    operations = [
        migrations.AddField(model_name="case", name="shown", field=models.JSONField(default=list)),
        migrations.AddField(model_name="case", name="note", field=models.TextField(blank=True, default="")),
        migrations.RunPython(_one_waits, migrations.RunPython.noop),
    ]
