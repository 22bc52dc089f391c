"""What can be done in printing. Commands load, decide, save and say; they never commit."""
