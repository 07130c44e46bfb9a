"""People: users, sign-in, sessions, API keys, permissions on channels, and the emails that these need.

Of secrets that come back from outside only hashes are stored.
"""
