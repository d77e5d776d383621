"""Which steps of a build are hits, and why the others are rebuilt."""
