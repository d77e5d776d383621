"""The only folder that talks to an engine."""
