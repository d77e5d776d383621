"""The page of a build context: its data as JSON, and the scripts that draw it."""
