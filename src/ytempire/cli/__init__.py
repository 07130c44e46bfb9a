"""The command line: parse, call services, print. One file for each group of commands."""
