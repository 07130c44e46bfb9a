"""The one write path of measured events: batches, copies into partitions, quarantine, rollups and their rebuilds."""
