"""Write a static site on which every number has a page of its own."""
