"""The running minutes: counters in Valkey of what was just ingested, and what open pages are told of it."""
