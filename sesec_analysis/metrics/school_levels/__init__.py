"""Give schools a level from 1 to 5 by fixed cut points, and count the schools at each level."""
