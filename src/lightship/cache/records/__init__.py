"""What builders and CI wrote of builds that were, as one record."""
