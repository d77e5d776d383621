"""Files that name packages without listing what belongs to them, one kind a module.

Each reader takes what gives a part of a file, and yields the packages that it names. All is
hostile: nothing is run or evaluated, all is bounded, and what cannot be read names nothing.
"""
