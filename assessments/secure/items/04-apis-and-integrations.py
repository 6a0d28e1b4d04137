"""Numbers of computed secure items of module 04. Each function gets a connection, and what the item is given."""


def import_calls(connection, given):
    """The batches of the import, each of which is a call."""
    return given["case"]["addresses"] // given["case"]["batch"]


def import_left(connection, given):
    """The calls a minute that other programs leave."""
    return given["case"]["limit"] - given["case"]["others"]


def import_minutes(connection, given):
    """Batches, divided by the calls a minute that are left."""
    return import_calls(connection, given) / import_left(connection, given)


def import_minutes_full(connection, given):
    """As if other programs had a limit of their own."""
    return import_calls(connection, given) / given["case"]["limit"]


def import_minutes_single(connection, given):
    """As if each address were a call."""
    return given["case"]["addresses"] / import_left(connection, given)


def archive_calls(connection, given):
    """The pages of the archive, each of which is a call."""
    return given["case"]["loans"] // given["case"]["page"]


def archive_left(connection, given):
    """The calls a minute that the desks leave."""
    return given["case"]["limit"] - given["case"]["desks"]


def archive_minutes(connection, given):
    """Pages, divided by the calls a minute that are left."""
    return archive_calls(connection, given) / archive_left(connection, given)


def archive_minutes_full(connection, given):
    """As if the desks had a limit of their own."""
    return archive_calls(connection, given) / given["case"]["limit"]


def archive_minutes_single(connection, given):
    """As if each loan were a call."""
    return given["case"]["loans"] / archive_left(connection, given)
