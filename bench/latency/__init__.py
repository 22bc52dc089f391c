"""From an approval's commit to the look-up's, approval by approval, a hundred a second."""
