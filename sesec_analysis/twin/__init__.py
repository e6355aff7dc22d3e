"""The synthetic twin: made-up raw files in each source's own layout, with the truth they hide, to try things out on."""
