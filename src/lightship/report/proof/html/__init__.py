"""The html reports of proofs: files that need no network. data.py has what is in them, page.py puts them together."""
