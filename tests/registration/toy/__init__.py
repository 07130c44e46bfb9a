"""A domain that counts waves: the smallest that has everything."""
