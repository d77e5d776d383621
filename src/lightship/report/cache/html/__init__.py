"""The html report of the layer cache: one file that needs no network. page.py has the frame, data.py what is in it."""
