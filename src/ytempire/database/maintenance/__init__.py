"""The database, kept: what is done to it again and again, when, with what result, and what somebody must look at.

It works as the owner, in a process of its own (`runtime/maintenance.py`); the application only reads what it wrote.
Every task may be killed and repeated, and one runs at a time over all processes. `schedule.py` is light and says what
there is; `registry.py` brings the work.
"""
