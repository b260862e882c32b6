"""A demo retailer, Larkfield Home & Hardware, made from a seed and loaded like users' own files."""
