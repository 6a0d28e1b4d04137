"""What is true of the fictional company in every variant. All names are invented."""

from clock import at

COMPANY = "Larkpost"

ACCOUNTS = {"tiny": 600, "full": 12_000}
"""Accounts at each scale."""

RETIRED = at("2024-06-01")
"""The plan legacy_pro is no longer sold."""
RENAMED = at("2024-09-27")
"""From here on the event label_create is called label_created."""
GUIDED = (at("2024-11-01"), at("2025-01-01"))
"""The guided-onboarding experiment, from and up to."""
OUTAGE = (at("2025-02-04 09:00:00"), at("2025-02-04 11:40:00"))
"""Incident INC-001: the label renderer is down and callers try again."""

# id, code, USD cents a month, EUR cents a month, labels included, API calls a minute
PLANS = (
    (1, "free", 0, 0, 15, 60),
    (2, "starter", 2_900, 2_700, 60, 120),
    (3, "growth", 7_900, 7_300, 300, 300),
    (4, "scale", 24_900, 22_900, 1_500, 1_200),
    (5, "legacy_pro", 4_900, 4_500, 120, 300),
)
FREE, STARTER, GROWTH, SCALE, LEGACY_PRO = 1, 2, 3, 4, 5
NEXT_PLAN = {FREE: STARTER, STARTER: GROWTH, GROWTH: SCALE, SCALE: GROWTH}

SEGMENTS = {"solo": 52, "small": 31, "mid": 13, "enterprise": 4}
CHANNELS = {
    "solo": {"organic": 36, "paid_search": 30, "app_store": 14, "referral": 14, "partner": 6},
    "small": {"organic": 34, "paid_search": 24, "app_store": 10, "referral": 14, "partner": 15, "sales": 3},
    "mid": {"organic": 22, "paid_search": 14, "referral": 12, "partner": 26, "sales": 26},
    "enterprise": {"organic": 8, "partner": 27, "sales": 65},
}

COUNTRIES = {
    "US": 500, "GB": 110, "CA": 80, "DE": 75, "FR": 50, "NL": 40, "AU": 40,
    "ES": 30, "IT": 25, "IE": 20, "SE": 15, "PL": 15,
}  # fmt: skip
EURO = frozenset(("DE", "FR", "NL", "ES", "IT", "IE"))
TIME_ZONES = {
    "US": ("America/New_York", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    "GB": ("Europe/London",),
    "CA": ("America/Toronto", "America/Toronto", "America/Vancouver"),
    "DE": ("Europe/Berlin",),
    "FR": ("Europe/Paris",),
    "NL": ("Europe/Amsterdam",),
    "AU": ("Australia/Sydney", "Australia/Melbourne", "Australia/Perth"),
    "ES": ("Europe/Madrid",),
    "IT": ("Europe/Rome",),
    "IE": ("Europe/Dublin",),
    "SE": ("Europe/Stockholm",),
    "PL": ("Europe/Warsaw",),
}

CARRIERS = {"nordpost": 40, "swifthaul": 28, "bluevan": 22, "aeroparcel": 10}
STORE_PLATFORMS = {"storefly": 44, "cartwood": 26, "craftbay": 19, "bazaario": 11}
CSV_UPLOAD = "csv_upload"
"""The merchant sends orders as a file, which is no integration."""

# Merchants in a thousand that connect a store, see rates, make a label.
FUNNEL = {
    "organic": (720, 590, 480),
    "paid_search": (620, 460, 345),
    "app_store": (780, 640, 500),
    "referral": (760, 640, 540),
    "partner": (810, 700, 610),
    "sales": (860, 770, 690),
}
GUIDED_GAIN = 40
"""More labels in a thousand among those who signed up while the experiment ran."""

NAME_STARTS = (
    "Alder", "Bramble", "Cinder", "Dapple", "Ember", "Fennel", "Gorse", "Heather", "Inkle", "Juniper", "Kestrel",
    "Linnet", "Mallow", "Nettle", "Osier", "Pippin", "Quill", "Rushel", "Sorrel", "Thistle", "Umber", "Vetch",
    "Wicken", "Yarrow",
)  # fmt: skip
NAME_ENDS = (
    "wick", "moor", "fold", "garth", "holt", "mere", "nook", "combe", "stow", "thorpe", "dell", "hatch", "croft",
    "beck", "howe", "sley",
)  # fmt: skip
NAME_GOODS = (
    "Candles", "Ceramics", "Textiles", "Teas", "Toys", "Prints", "Leather", "Soaps", "Knitwear", "Bicycle Parts",
    "Garden Tools", "Stationery", "Coffee", "Spices", "Lamps", "Footwear", "Jewellery", "Books", "Puzzles", "Rugs",
    "Kitchenware", "Outdoor Gear", "Pet Goods", "Cosmetics", "Yarns", "Glassware", "Watches", "Music", "Art Supply",
    "Baby Wear", "Hats", "Bags", "Honey", "Chocolates", "Tableware", "Furniture", "Seeds", "Frames", "Games", "Tiles",
)  # fmt: skip
