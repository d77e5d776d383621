"""The page of every html report: its frame, its styles, its tables and its treemap.

A report brings its data, the scripts that lay its sections out, and styles of its own.
"""
