"""Files with commands that people run: scripts, Makefiles, justfiles, Taskfiles, manifests."""
