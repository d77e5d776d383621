"""Lock files: the packages that an install takes from them, one ecosystem a module.

Each reader takes the text of a file. A LockError says why it cannot be read; what is odd inside a
file that can be read is left out.
"""
