"""The pages that a program has, as its code, its health check or its answers state them."""
