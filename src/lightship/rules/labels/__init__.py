"""Labels: what an image says about itself."""
