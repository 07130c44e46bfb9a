"""Who may come in. For now one person on this machine, by a link that works once.

Owns `core.sign_in_links` and `core.sessions`; both hold only hashes.
"""
