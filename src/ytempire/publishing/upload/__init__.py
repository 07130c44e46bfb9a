"""Bring a publication one attempt further: begin, send, ask, look, beside, follow.

Between two notes an attempt may be killed anywhere; whoever goes on reads the row and asks YouTube. `attempt` frames it
with lease, heartbeat and settlement; the others have one part each, and share `progress`.
"""
