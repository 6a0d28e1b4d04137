"""Numbers of computed secure items of module 06: functions of a connection to the data and what the item is given."""


def capacity(connection, given):
    """Pieces of work that all workers finish in a second."""
    return round(given["load"]["workers"] / given["load"]["seconds"], 6)


def surplus(connection, given):
    """How many more come than go, each second."""
    return given["load"]["arrivals"] - capacity(connection, given)


def seconds_of_peak(connection, given):
    """How long the peak lasts."""
    return given["load"]["minutes"] * 60


def backlog(connection, given):
    """What is waiting when the peak ends."""
    return round(surplus(connection, given) * seconds_of_peak(connection, given))


def all_arrivals(connection, given):
    """What arrived, as if nothing had been finished."""
    return given["load"]["arrivals"] * seconds_of_peak(connection, given)


def backlog_in_minutes(connection, given):
    """The surplus of a second, multiplied by minutes."""
    return round(surplus(connection, given) * given["load"]["minutes"])
