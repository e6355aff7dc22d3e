"""Measures: OBSERVATIONS in, ESTIMATES out. A measure knows a table, never a file."""
