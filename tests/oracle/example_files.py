# SPDX-License-Identifier: Apache-2.0
"""A tiny reader for the project's worked examples: every scalar is text, as the loader's rule is."""

from pathlib import Path

import yaml

EXAMPLES = Path(__file__).parents[1] / "examples" / "recognition"
YES_OR_NO = ("accept_close", "mapping_complete", "reuse_allowed", "equivalent")


def read_yaml(path):
    """One YAML document in normal form, as far as the oracle cares."""
    return typed(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))


def typed(value):
    """Only yes and no need a type: numbers are read from their text where they are used."""
    if isinstance(value, list):
        return [typed(each) for each in value]
    if isinstance(value, dict):
        return {key: each == "true" if key in YES_OR_NO else typed(each) for key, each in value.items()}
    return value


def read_crosswalk(path):
    """An SSSOM/TSV file: a commented YAML block, then rows."""
    lines = path.read_text(encoding="utf-8").splitlines()
    head = yaml.load("\n".join(line[1:] for line in lines if line.startswith("#")), Loader=yaml.BaseLoader)
    columns, *rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {
        "kind": "Crosswalk",
        "id": head["mapping_set_id"],
        "version": head["mapping_set_version"],
        "status": head["ext_status"],
        "mappings": [dict(zip(columns, row, strict=True)) for row in rows],
    }


def read_documents():
    """All documents of the worked example."""
    folder = EXAMPLES / "documents"
    return [read_yaml(path) for path in sorted(folder.glob("*.yaml"))] + [
        read_crosswalk(path) for path in sorted(folder.glob("*.tsv"))
    ]
