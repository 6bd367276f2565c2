# SPDX-License-Identifier: Apache-2.0
"""An index by which one thing's entries are found: whether it was written down within the hour, and one's own sign-ins."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Entries of a thing, by time."""

    dependencies = [("audit", "0003_mendpassport_never_emptied")]
    operations = [
        migrations.AddIndex("auditevent", models.Index(fields=["thing", "at"], name="audit_of_a_thing")),
    ]
