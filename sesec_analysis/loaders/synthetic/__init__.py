"""Make synthetic raw files in every layout, with the truth behind each withheld cell."""
