"""Rules about lists: filters, order, limits, pages."""
