"""A name of a document has one content, in whichever table it stands: what is there already claims its name, what was published here first."""

import uuid

from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def claim_names(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Give every document that is here its name; of two contents under one name, that which is public already keeps it."""
    kept = apps.get_model("exchange", "DocumentName")
    published = apps.get_model("exchange", "Publication").objects.filter(state="published")
    for found in (published, apps.get_model("exchange", "PulledDocument").objects):
        for document, version, digest in found.values_list("document", "version", "digest"):
            kept.objects.get_or_create(document=document, version=version, defaults={"digest": digest})


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0002_publication_publish"),
        ("organisations", "0003_mendaccess_letter"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentName",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("document", models.CharField(max_length=500)),
                ("version", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=71)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="publication",
            name="one_publication_a_version",
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("waiting", "published"))),
                fields=("organisation", "document", "version"),
                name="one_publication_of_each",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentname",
            constraint=models.UniqueConstraint(fields=("document", "version"), name="one_content_a_name"),
        ),
        migrations.RunPython(claim_names, migrations.RunPython.noop),
    ]
