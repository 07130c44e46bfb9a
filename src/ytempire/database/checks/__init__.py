"""Check the database: what models, cards and files say, held against what is there; and how well it is kept.

Every check looks and changes nothing. It connects as the owner, who sees the structure of everything. A check that
cannot look says so as a problem of its own; it is never passed over as well. `run.py` has the list of checks and runs
them; `check.py` has what each is given and gives back; the others have the checks of one subject each. Nothing is
imported from here.
"""
