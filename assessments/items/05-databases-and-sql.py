"""Numbers of computed items of module 05. Each function gets a connection to the data, and what the item is given."""

WITH_USER = (1, 3, 5)
WITH_ACTIVE_USER = (1, 5)


def _others(given, partners):
    return [number for number in range(1, given["accounts"]["n"] + 1) if number not in partners]


def _listed(numbers):
    return ", ".join(map(str, numbers[:-1])) + f" and {numbers[-1]}"


def accounts_without_user(connection, given):
    """The accounts that have no row in the table of users, in words."""
    return _listed(_others(given, WITH_USER))


def accounts_without_active_user(connection, given):
    """The accounts where nobody can log in, in words."""
    return _listed(_others(given, WITH_ACTIVE_USER))


def rows_of_antijoin(connection, given):
    """One row for each account where nobody can log in."""
    return len(_others(given, WITH_ACTIVE_USER))


def rows_without_user(connection, given):
    """The rows of an anti-join against all users, active or not."""
    return len(_others(given, WITH_USER))


def rows_with_repeat(connection, given):
    """The rows, were one account in the list once more."""
    return rows_of_antijoin(connection, given) + 1
