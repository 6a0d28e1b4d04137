"""``python -m builders.cli`` is the command ``coursepack``."""

from builders.cli import main

main()
