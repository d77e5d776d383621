"""The script inside an instruction: its commands and words, and what package managers do in it."""
