"""Results as text: a folder for each kind of result, one file per format, and their kit."""
