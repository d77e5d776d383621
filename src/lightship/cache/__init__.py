"""The layer cache, without building: what the key of each step depends on, and what a change
or a history rebuilds.
"""
