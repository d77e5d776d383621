"""What COPY and ADD bring into the image, and where it comes from."""
