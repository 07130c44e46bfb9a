"""Files that ship with the project: fonts and drawn icons, each with its licence beside it."""
