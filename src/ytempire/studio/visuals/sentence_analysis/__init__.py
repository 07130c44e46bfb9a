"""Understands a sentence just enough to picture it, by patterns of English alone: figures, lists, definitions, causes,
the phrase that matters. What is found is always the sentence's own words; where nothing is found, nothing is made up.
"""
