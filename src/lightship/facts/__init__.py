"""What several rules share: what a Build does, and how its text is rearranged."""
