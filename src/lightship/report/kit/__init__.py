"""What several reports are made with, by format."""
