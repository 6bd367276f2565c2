"""The table is there already: passport's 0003 has given it this app's name."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisations", "0001_initial"),
        ("passport", "0003_transfers_tidy"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Transfer",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("to_region", models.CharField(max_length=8)),
                        ("recipient", models.CharField(max_length=200)),
                        ("purpose", models.CharField(max_length=200)),
                        ("categories", models.CharField(max_length=200)),
                        ("reference", models.CharField(max_length=80)),
                        ("effective", models.DateField()),
                        ("filed", models.DateField()),
                        ("assessed", models.CharField(max_length=80)),
                        ("until", models.DateField()),
                        ("ended", models.DateTimeField(null=True)),
                        ("created", models.DateTimeField()),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transfers",
                                to="organisations.organisation",
                            ),
                        ),
                    ],
                ),
            ],
        )
    ]
