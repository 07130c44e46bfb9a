"""Channels: personas they speak with, categories, templates, credentials.

Owns the tables of `models.py`. A channel is where videos belong: its persona says how they sound and look. It never
produces or publishes anything itself.
"""
