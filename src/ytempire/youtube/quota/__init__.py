"""The quota of API projects: what calls reserve of it, what an upload costs, how the day is shared, what is left."""
