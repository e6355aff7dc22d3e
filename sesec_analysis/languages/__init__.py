"""Know of the languages that texts are translated into: how each writes numbers, and who has reviewed it."""
