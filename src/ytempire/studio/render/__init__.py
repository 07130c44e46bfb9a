"""Sound and picture into one file: a synthesised music bed, the mix, one filtergraph and one encode."""
