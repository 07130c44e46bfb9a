"""YouTube's numbers come back: counters every few minutes, reports every day, into the one pipeline of measurements.

It owns how the collection of each channel is, the last reading of each video's counters, which days of reports were
read, what reports said of views, and the gaps. `collector` does it, in the worker; `queries` says how fresh everything
is. What happened goes in by `ingest.ingestor`, as everybody's does.

What always holds: a reading is stored before it is ingested, and ingested again when nobody knows whether it
was; its key is its moment, so twice is once. A counter that falls is a negative count, and stays to be seen. One source
for each measure: views, likes and comments are the counters'; what reports say of those is kept beside, to compare. A
worker that lost its lease writes nothing. What uploads need of the quota is left to them. What is late is said.
"""
