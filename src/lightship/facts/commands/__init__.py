"""Commands that RUN calls, and whether the image has them."""
