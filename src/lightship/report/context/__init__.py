"""A build context, shown: as text, json, or a page with a treemap."""
