"""Keep published editions: freeze, compare, publish, verify."""
