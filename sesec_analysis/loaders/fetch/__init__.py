"""Fetch releases from the state's portal."""
