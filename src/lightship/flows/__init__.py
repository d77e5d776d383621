"""What the commands do, as functions over typed requests; the command line is one of their callers.

A flow reads files, engines and registries through the edges below, and gives back data. It prints
nothing: what is to be told on the way goes through a function that the caller hands over.
"""
