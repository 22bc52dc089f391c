"""What can be done at the door: load, decide, save, say. Nothing here commits."""
