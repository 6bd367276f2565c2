# SPDX-License-Identifier: Apache-2.0
"""The database itself refuses to change or delete what stands in the audit log."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE, SENTENCE = "audit_auditevent", "the audit log only grows"


def refuse_changes(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put triggers on the table."""
    if editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            editor.execute(
                f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            )
        return
    editor.execute(
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$"
    )
    editor.execute(
        f"CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
    )


def allow_changes(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away."""
    if editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            editor.execute(f"DROP TRIGGER audit_no_{verb}")
        return
    editor.execute(f"DROP TRIGGER audit_only_grows ON {TABLE}")
    editor.execute("DROP FUNCTION audit_refuse()")


class Migration(migrations.Migration):
    """Append-only."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
