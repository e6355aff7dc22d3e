"""Gather the texts that readers see, to be translated, and set translations beside them, to be reviewed."""
