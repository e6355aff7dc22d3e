"""Write a static site with a page for every number, over its years."""
