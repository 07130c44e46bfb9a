"""Builds the library of drawn pictures that ships with the project, and the words that each is looked up by."""
