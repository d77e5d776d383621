"""Asks a server on this network one thing: a request as JSON on standard input, the answer as JSON on standard output.

It is run in the network of a container, with the Python of the tests.
"""

from __future__ import annotations

import http.client
import json
import sys
from urllib.parse import urlencode


def answer(request: dict) -> dict | None:
    body, headers = None, {}
    if "json" in request:
        body, headers = (
            json.dumps(request["json"]),
            {"Content-Type": "application/json"},
        )
    elif "form" in request:
        body, headers = (
            urlencode(request["form"]),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
    connection = http.client.HTTPConnection("127.0.0.1", request["port"], timeout=20)
    try:
        connection.request(
            "GET" if body is None else "POST", request["path"], body, headers
        )
        found = connection.getresponse()
        kind = found.getheader("Content-Type")
        return {
            "status": found.status,
            "type": kind,
            "body": found.read().decode("latin-1"),
        }
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
