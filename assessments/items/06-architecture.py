"""Numbers of computed items of module 06. Each function gets a connection to the data, and what the item is given."""

MONTH = 30 * 24 * 60
EACH = 0.999


def minutes_of_one(connection, given):
    """Minutes of 30 days in which one program is down."""
    return (1 - EACH) * MONTH


def minutes_of_chain(connection, given):
    """Minutes of 30 days in which at least one of the services in a chain is down."""
    return (1 - EACH ** given["n"]["count"]) * MONTH


def minutes_more(connection, given):
    """How many more these are."""
    return minutes_of_chain(connection, given) - minutes_of_one(connection, given)
