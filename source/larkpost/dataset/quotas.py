"""How many rows carry each quirk: exact numbers, somewhat different in each variant."""

from dataclasses import astuple, dataclass, replace
from itertools import chain, count

import world
from known import is_new
from stream import Stream
from variation import PUBLIC

WEIGHT_NULL = 30
"""Q08: labels in a thousand without a weight."""
EVENT_REPEATED = 6
"""Q04: events in a thousand delivered twice."""
INTEGRATION_UNCLAIMED = 10
"""Q15: connections in a thousand without an account, in public variants."""
OTHER_UNCLAIMED = (7, 8, 12, 13, 14)
"""The same in other variants."""
INVOICE_STATUS = {"open": 30, "void": 15, "refunded": 25}
"""Q06: invoices in a thousand that are not paid."""
FANOUT_TENTHS = 37
"""Q11: joined to users, paid USD revenue of external accounts grows to 3.7 times."""


@dataclass(frozen=True)
class Quotas:
    """Accounts that carry a quirk."""

    internal: int
    """Q01: our own test accounts."""
    country_lower: int
    """Q02: 'us' where 'US' is meant."""
    country_null: int
    """Q02: no country."""
    erased: int
    """Accounts without any user."""
    plan_changes: int
    """Accounts that change plan once, apart from legacy_pro."""
    overlaps: int
    """Q07: plan changes where the old subscription was not closed in time."""
    legacy: int
    """Accounts that bought legacy_pro."""
    legacy_kept: int
    """Q16: those still on it after it was retired."""
    duplicate_labels: int
    """Q09: labels made twice during the outage."""
    duplicate_labels_keyed: int
    """Q09: those sent with a key, a new one for each attempt."""
    unclaimed: int = INTEGRATION_UNCLAIMED
    """Q15: connections in a thousand without an account."""

    @property
    def figures(self) -> tuple[int, ...]:
        """What can be counted in the data and so is quoted."""
        counted = astuple(replace(self, duplicate_labels_keyed=self.duplicate_labels - self.duplicate_labels_keyed))
        return *counted[:-1], self.plan_changes + self.legacy - self.legacy_kept


def plan_quotas(seed: str, accounts: int) -> Quotas:
    """The quotas of a variant for this number of accounts.

    None of a secure variant's quotas at full scale is that of a public variant, or an answer could be carried over.
    """
    if seed in PUBLIC:
        return _draw_quotas(seed, accounts)
    whole = world.ACCOUNTS["full"]
    known = [_draw_quotas(public, whole).figures for public in PUBLIC]
    keys = chain((seed,), (f"{seed}#{attempt}" for attempt in count(2)))
    key = next(key for key in keys if is_new(_draw_quotas(key, whole).figures, known))
    return replace(_draw_quotas(key, accounts), unclaimed=Stream(seed, "quotas", "unclaimed").pick(OTHER_UNCLAIMED))


def _draw_quotas(variant: str, accounts: int) -> Quotas:
    chance = Stream(variant, "quotas", "accounts")

    def quota(low: int, high: int) -> int:
        """A number in ten thousand of the accounts, two at least."""
        return max(2, accounts * chance.between(low, high) // 10_000)

    legacy = quota(150, 180)
    duplicates = quota(34, 48)
    return Quotas(
        internal=quota(110, 130),
        country_lower=quota(220, 280),
        country_null=quota(270, 330),
        erased=quota(140, 160),
        plan_changes=quota(310, 350),
        overlaps=quota(70, 90),
        legacy=legacy,
        legacy_kept=max(2, legacy * chance.between(25, 33) // 100),
        duplicate_labels=duplicates,
        duplicate_labels_keyed=duplicates // 8,
    )
