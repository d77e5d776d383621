"""Inspections and comparisons of images -> text, one file per format."""
