"""Which commands an image has when a RUN calls them."""
