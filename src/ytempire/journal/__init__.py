"""What happened: the event log and the log of API requests.

Events are written by triggers in the transaction of what they tell (`core.record_event`, outbox/sql), so that nothing
happens without them; requests by the API itself. This package reads both.
"""
