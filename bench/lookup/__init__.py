"""The public look-up over HTTP: by number, and by a misspelt name."""
