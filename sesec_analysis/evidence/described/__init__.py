"""Describe what is shown, so that a document can make it from the records of its findings."""
