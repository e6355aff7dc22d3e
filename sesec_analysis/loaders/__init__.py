"""Load what was published: raw files into OBSERVATIONS."""
