"""Decide what may be printed."""
