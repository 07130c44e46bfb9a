"""Running YTEMPIRE on one machine: its data folder, the embedded servers, one supervised tree of processes.

Never decides anything about videos; other packages do not know how they were started.
"""
