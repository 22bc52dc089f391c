"""What can be asked of the look-up. Each answer is one statement, so that a rebuild's swap never shows in it."""
