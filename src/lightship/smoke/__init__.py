"""Requests and the answers that are expected: `lightship.http`, which editors can send too."""
