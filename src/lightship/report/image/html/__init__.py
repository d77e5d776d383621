"""The html report of an image: one file that needs no network. page.py has the frame, data.py what is in it."""
