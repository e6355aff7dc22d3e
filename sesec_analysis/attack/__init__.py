"""Attack our own editions as a stranger would, before they are put in place."""
