"""Set-up of a fresh clone: standard library only, since it runs before anything is installed."""
