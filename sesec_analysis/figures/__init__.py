"""Plot ESTIMATES: one module a plot."""
