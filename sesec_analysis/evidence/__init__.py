"""Turn ESTIMATES into numbers ready to be quoted: gated, worded, cited."""
