"""Sphinx settings. Title, language, version and all else come from objectives.yaml through builders.book."""

extensions = ["myst_parser", "sphinx_design", "builders.book"]
html_theme = "furo"
