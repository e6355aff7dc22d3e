"""Write Word files with pandoc, as one process and in few calls."""
