# SPDX-License-Identifier: Apache-2.0
"""The log is neither emptied nor written over, and its head is there from the beginning: a log without one was emptied."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE, SENTENCE = "audit_auditevent", "the audit log only grows"


def refuse_more(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put triggers on the table: TRUNCATE fires none that guards rows, and REPLACE in SQLite none that guards deleting."""
    if editor.connection.vendor == "sqlite":
        editor.execute(
            f"CREATE TRIGGER audit_no_replace BEFORE INSERT ON {TABLE} "  # noqa: S608 - our own table
            f"WHEN NEW.number <= (SELECT max(number) FROM {TABLE}) BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        )
        return
    editor.execute(
        f"CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
    )


def allow_again(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away."""
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER audit_no_replace")
    else:
        editor.execute(f"DROP TRIGGER audit_never_emptied ON {TABLE}")


def begin(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give a log that nobody has written in a head; one that was written in has it, or shows as broken."""
    if not apps.get_model("audit", "AuditEvent").objects.exists():
        apps.get_model("audit", "AuditHead").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    """Append-only, by whichever statement."""

    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.RunPython(refuse_more, allow_again),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
