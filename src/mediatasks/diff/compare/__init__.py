"""Two contracts compared, part by part."""
