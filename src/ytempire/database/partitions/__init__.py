"""Make partitions by time ahead, and put them away when they are older than is kept. Months and weeks are UTC.

For tables that are partitioned by range over one `timestamptz` or `date` column. There is never a default partition: it
would forbid `DETACH ... CONCURRENTLY`, and hide that a month is missing. `creation.py` and `removal.py` work as the
table's owner, hold one advisory lock so that two processes do not work at once (`locks.py`), and may be repeated or
killed at any point. `listing.py` reads what is there. Nothing is imported from here.
"""
