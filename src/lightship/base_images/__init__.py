"""What is known of published images without asking a registry: names, users, slim forms,
lifetimes.
"""
