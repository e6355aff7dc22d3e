"""The attack: an edition read as an outsider would, and every withheld count solved with it and without it."""
