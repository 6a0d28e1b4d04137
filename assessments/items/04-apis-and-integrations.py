"""Numbers of computed items of module 04. Each function gets a connection to the data, and what the item is given."""


def calls_of_export(connection, given):
    """The pages of the list, each of which is a call."""
    return given["case"]["labels"] // given["case"]["page"]


def calls_left(connection, given):
    """What the other program leaves of the calls of a minute."""
    return given["case"]["limit"] - given["case"]["other"]


def minutes_of_export(connection, given):
    """Calls, divided by the calls a minute that are left."""
    return calls_of_export(connection, given) / calls_left(connection, given)


def minutes_with_full_limit(connection, given):
    """As if the other program had a limit of its own."""
    return calls_of_export(connection, given) / given["case"]["limit"]


def minutes_label_by_label(connection, given):
    """As if each label were a call."""
    return given["case"]["labels"] / calls_left(connection, given)
