"""What a domain adds to the product, declared in its own `domain.py`; the list of domains is in `domains`."""
