"""Asks for a share with the delta-sharing connector, and prints the status with which it is refused as JSON."""

import json
import sys

import delta_sharing

try:
    delta_sharing.load_as_pandas(f"{sys.argv[1]}#moh.handover.persons")
    print("null")
except Exception as error:
    print(json.dumps(error.response.status_code))
