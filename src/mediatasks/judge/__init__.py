"""The judge: exchanges in, findings out. It sends nothing and knows no source."""
