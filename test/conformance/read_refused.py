"""Asks for a share with the delta-sharing connector, and prints the status with which it is refused, or else the fault, as JSON."""

import json
import sys

import delta_sharing

try:
    delta_sharing.load_as_pandas(f"{sys.argv[1]}#moh.handover.persons")
    print("null")
except Exception as error:
    print(json.dumps(getattr(getattr(error, "response", None), "status_code", None) or type(error).__name__))
