"""Command lines that build images: `docker build`, its kin, and scripts that hold them."""
