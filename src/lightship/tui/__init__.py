"""The terminal viewer; the only importer of textual."""
