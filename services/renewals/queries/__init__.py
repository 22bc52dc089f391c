"""What can be asked: one application, one's own, a queue. Nothing here changes anything."""
