extensions = ["myst_parser", "sphinx_design", "builders.book"]
