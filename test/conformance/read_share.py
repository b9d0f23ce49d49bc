"""Reads a share with the delta-sharing connector as a recipient does, and prints what came as JSON.

    read_share.py PROFILE OLDEST FIRST NEWEST CUT

OLDEST, FIRST and NEWEST are versions; the changes are those from after FIRST up to NEWEST. CUT is the instant of FIRST.
"""

import json
import sys

import delta_sharing
import pandas

profile, cut = sys.argv[1], sys.argv[5]
oldest, first, newest_version = (int(version) for version in sys.argv[2:5])
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


def column(name):
    return {"op": "column", "name": name, "valueType": "string"}


def literal(value):
    return {"op": "literal", "value": value, "valueType": "string"}


def read(table):
    url = f"{profile}#{table.share}.{table.schema}.{table.name}"
    newest = delta_sharing.load_as_pandas(url)
    before = delta_sharing.load_as_pandas(url, version=first)
    few = delta_sharing.load_as_pandas(url, limit=3)
    changes = delta_sharing.load_table_changes_as_pandas(url, starting_version=first + 1, ending_version=newest_version)
    since_oldest = delta_sharing.load_table_changes_as_pandas(url, starting_version=oldest)
    key = keys[table.name]
    provinces = sorted(newest["province_code"].unique())
    by_province = {"op": "equal", "children": [column("province_code"), literal(provinces[0])]}
    part = delta_sharing.load_as_pandas(url, jsonPredicateHints=json.dumps(by_province))
    return {
        "version": delta_sharing.get_table_version(url),
        "columns": list(newest.columns),
        "newest": len(newest),
        "first": len(before),
        "atCut": sorted(rows(delta_sharing.load_as_pandas(url, timestamp=cut))) == sorted(rows(before)),
        "limited": len(few),
        "types": {name: str(newest[name].dtype) for name in ["level"] if name in newest},
        "distinct": len(newest.drop_duplicates(key)),
        "provinces": provinces,
        "hinted": sorted(part["province_code"].unique()),
        "changes": changes["_change_type"].value_counts().to_dict(),
        "changedIn": sorted(int(version) for version in changes["_commit_version"].unique()),
        "oldestAsInserts": since_oldest[since_oldest["_commit_version"] == oldest]["_change_type"].value_counts().to_dict(),
        "changedSince": sorted(int(version) for version in since_oldest["_commit_version"].unique()),
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
                "changes from before the oldest": refusal_of(
                    lambda: delta_sharing.load_table_changes_as_pandas(persons, starting_version=oldest - 1)
                ),
                "delta format": refusal_of(lambda: delta_sharing.load_as_pandas(persons, use_delta_format=True)),
                "other share": refusal_of(
                    lambda: delta_sharing.load_as_pandas(f"{profile}#labour.handover.contributions")
                ),
            },
        }
    )
)
