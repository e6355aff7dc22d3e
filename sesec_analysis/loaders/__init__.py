"""Loaders: from a publisher's raw file to OBSERVATIONS, with every withheld cell kept as what is known of it."""
