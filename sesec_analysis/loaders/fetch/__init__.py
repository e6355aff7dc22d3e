"""Fetch releases from the state's portal into the cache."""
