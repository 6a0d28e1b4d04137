"""How each kind of node is printed: a writer is a function from a `Page` and a node to HTML.

Print needs its own HTML: semantic elements, no flex or grid in the flow, nothing folded up, ids on headings, links
that say their page.
"""
