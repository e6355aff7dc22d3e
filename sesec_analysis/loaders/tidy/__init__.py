"""Tidy raw rows into OBSERVATIONS: what is known of each cell."""
