"""The steps of a run, one file each. A step reads artifacts, makes artifacts, and says what it found."""
