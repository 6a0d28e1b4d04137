"""Numbers of computed items of module 05. Each function gets a connection to the data, and what the item is given."""


def doubled_cost(connection, given):
    """The labels of account 1, each once for either of its two users."""
    return 2 * (given["first"] + given["second"])


def cost_after_join(connection, given):
    """The sum after the inner join: account 1 twice, account 2 once, account 3 not at all."""
    return doubled_cost(connection, given) + given["other"]


def cost_without_join(connection, given):
    """The sum of all labels, each once."""
    return given["first"] + given["second"] + given["other"] + given["alone"]


def cost_with_all(connection, given):
    """The sum after a join that would keep account 3."""
    return cost_after_join(connection, given) + given["alone"]


def cost_without_fanout(connection, given):
    """The sum of the labels that have a partner, each once."""
    return given["first"] + given["second"] + given["other"]
