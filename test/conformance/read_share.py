"""Reads a share with the delta-sharing connector as a recipient does, and prints what came as JSON.

    read_share.py PROFILE FIRST NEWEST

FIRST and NEWEST are versions; the changes are those from after FIRST up to NEWEST.
"""

import json
import sys

import delta_sharing
import pandas

profile, first, newest_version = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
client = delta_sharing.SharingClient(profile)
keys = {
    "households": ["household_id"],
    "persons": ["person_id"],
    "cards": ["person_id", "card_number", "valid_from"],
    "eligibility": ["person_id"],
}


def folded(before, changes, key):
    """The rows after the changes: what changed or went is taken out, what came or changed is put in."""
    touched = set(changes[key].itertuples(index=False, name=None))
    kept = before[[row not in touched for row in before[key].itertuples(index=False, name=None)]]
    came = changes[changes["_change_type"].isin(["insert", "update_postimage"])][before.columns]
    return [*rows(kept), *rows(came)]


def rows(frame):
    return [tuple(cell(value) for value in row) for row in frame.itertuples(index=False, name=None)]


def cell(value):
    """Where a column has gaps, pandas holds whole numbers as decimal ones."""
    if pandas.isna(value):
        return ""
    return str(int(value)) if isinstance(value, float) else str(value)


def read(table):
    url = f"{profile}#{table.share}.{table.schema}.{table.name}"
    newest = delta_sharing.load_as_pandas(url)
    before = delta_sharing.load_as_pandas(url, version=first)
    few = delta_sharing.load_as_pandas(url, limit=3)
    changes = delta_sharing.load_table_changes_as_pandas(url, starting_version=first + 1, ending_version=newest_version)
    key = keys[table.name]
    return {
        "version": delta_sharing.get_table_version(url),
        "columns": list(newest.columns),
        "newest": len(newest),
        "first": len(before),
        "limited": len(few),
        "distinct": len(newest.drop_duplicates(key)),
        "provinces": sorted(newest["province_code"].unique()),
        "changes": changes["_change_type"].value_counts().to_dict(),
        "changedIn": sorted(int(version) for version in changes["_commit_version"].unique()),
        "foldsToNewest": sorted(folded(before, changes, key)) == sorted(rows(newest)),
    }


def refusal_of(attempt):
    try:
        attempt()
        return None
    except Exception as error:
        return getattr(getattr(error, "response", None), "status_code", None) or repr(error)


tables = client.list_all_tables()
persons = f"{profile}#moh.handover.persons"
print(
    json.dumps(
        {
            "shares": [share.name for share in client.list_shares()],
            "schemas": [schema.name for share in client.list_shares() for schema in client.list_schemas(share)],
            "tables": {table.name: read(table) for table in tables},
            "refused": {
                "missing version": refusal_of(lambda: delta_sharing.load_as_pandas(persons, version=newest_version + 1)),
                "delta format": refusal_of(lambda: delta_sharing.load_as_pandas(persons, use_delta_format=True)),
                "other share": refusal_of(
                    lambda: delta_sharing.load_as_pandas(f"{profile}#labour.handover.contributions")
                ),
            },
        }
    )
)
