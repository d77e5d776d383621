"""The user's files: the only folder that finds, reads and writes them.

`search` finds Dockerfiles, `reading` and `writing` take and give bytes, `walk` lists a directory.
`context` and `trees` make of a directory what a build is sent, `blobs` what an image is read from.
"""
