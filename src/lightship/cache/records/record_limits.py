"""How much of a record is read: a file that has more is refused, or the rest is left out."""

from __future__ import annotations

LARGEST_FILE = 256 << 20  # bytes of a file, and of a build record once it is unpacked
LARGEST_JSON = 64 << 20  # bytes of one document
LARGEST_MESSAGE = 64 << 20  # bytes of one message of a log
MOST_MESSAGES = 1_000_000  # of a log
MOST_STATES = 2_000_000  # of steps, over a whole log
MOST_ENTRIES = 10_000  # of an archive
MOST_DESCRIPTORS = 20_000  # of manifests and layers in an archive
MOST_RECORDS = 1_000  # builds in one file
MOST_VALUES = 10_000  # attributes, lines or materials of one build
LONGEST_VALUE = 10_000  # characters of one
