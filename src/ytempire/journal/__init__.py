"""What happened, and who must know: the event log, the log of API requests, notifications.

Events and notifications are written by triggers in the transaction of what they tell
(`database/code/core/journal.sql`), so that nothing happens without them; requests by the API itself. This package reads
all three.
"""
