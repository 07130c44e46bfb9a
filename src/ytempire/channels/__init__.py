"""Channels and their personas.

Owns `core.channels`. A channel is where videos belong: its persona says how they sound and look. It never produces
or publishes anything itself.
"""
