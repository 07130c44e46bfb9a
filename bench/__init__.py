"""Measurements of what the project claims, as ratios within one run; they come with the source, outside the product."""
