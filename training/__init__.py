"""How the shipped models are made: run `python -m training --help`."""
