"""Programs for who develops YTEMPIRE; the product does not know them."""
