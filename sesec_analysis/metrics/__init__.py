"""Measure equity: OBSERVATIONS in, ESTIMATES out; one module a question."""
