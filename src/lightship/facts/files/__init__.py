"""What COPY, ADD and RUN bring into an image, change there and remove."""
