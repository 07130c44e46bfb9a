"""Notifications: what one person must know. Their text is made here, from facts of the outbox."""
