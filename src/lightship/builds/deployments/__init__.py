"""Files of platforms that build an image themselves."""
