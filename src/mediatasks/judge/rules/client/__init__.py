"""Rules about what clients ask for: no check of a server has them."""
