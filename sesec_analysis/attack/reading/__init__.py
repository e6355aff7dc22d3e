"""Read an edition's files as a stranger would."""
