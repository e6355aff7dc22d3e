"""Word what is printed: numbers, labels, sentences."""
