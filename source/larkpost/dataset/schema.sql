-- Teaching database of the case company.
-- Money is whole cents, booleans are 0 or 1, times are UTC text 'YYYY-MM-DD HH:MM:SS'.
-- The window runs from 2024-01-01 00:00:00 up to, not including, 2025-07-01 00:00:00.

-- Grain: one row per price plan.
CREATE TABLE plans (
    plan_id               INTEGER PRIMARY KEY,
    code                  TEXT    NOT NULL UNIQUE,
    monthly_price_cents   INTEGER NOT NULL CHECK (monthly_price_cents >= 0), -- list price in USD cents
    included_labels       INTEGER NOT NULL,  -- labels a month without extra charge
    api_rate_limit_per_min INTEGER NOT NULL, -- API calls a minute
    retired_at            TEXT               -- NULL: still sold; subscriptions may outlive the plan
);

-- Grain: one row per merchant that signed up in the window.
CREATE TABLE accounts (
    account_id  INTEGER PRIMARY KEY,
    name        TEXT    NOT NULL,
    segment     TEXT    NOT NULL CHECK (segment IN ('solo', 'small', 'mid', 'enterprise')),
    country     TEXT,               -- as typed at sign-up: mostly ISO codes, some lower case, some NULL
    time_zone   TEXT    NOT NULL,   -- IANA name
    channel     TEXT    NOT NULL,   -- how the merchant found us
    signup_at   TEXT    NOT NULL,
    is_internal INTEGER NOT NULL CHECK (is_internal IN (0, 1)), -- 1: our own test account
    churned_at  TEXT                -- NULL: still a customer at the end of the window
);

-- Grain: one row per person with a login. An account has none, one or many.
CREATE TABLE users (
    user_id        INTEGER PRIMARY KEY,
    account_id     INTEGER NOT NULL REFERENCES accounts (account_id),
    role           TEXT    NOT NULL CHECK (role IN ('owner', 'admin', 'operator', 'developer', 'finance')),
    created_at     TEXT    NOT NULL,
    deactivated_at TEXT              -- NULL: may still log in
);

-- Grain: one row per account, plan and period. An account that changes plan has several.
CREATE TABLE subscriptions (
    subscription_id INTEGER PRIMARY KEY,
    account_id      INTEGER NOT NULL REFERENCES accounts (account_id),
    plan_id         INTEGER NOT NULL REFERENCES plans (plan_id),
    started_at      TEXT    NOT NULL,
    ended_at        TEXT,             -- not part of the period; NULL: still running
    cancel_reason   TEXT              -- NULL: still running
);

-- Grain: one row per invoice. Free plans are not invoiced.
CREATE TABLE invoices (
    invoice_id      INTEGER PRIMARY KEY,
    account_id      INTEGER NOT NULL REFERENCES accounts (account_id),
    subscription_id INTEGER NOT NULL REFERENCES subscriptions (subscription_id),
    period_start    TEXT    NOT NULL, -- first day of the month that is invoiced, at 00:00:00
    amount_cents    INTEGER NOT NULL, -- cents of the row's currency
    currency        TEXT    NOT NULL CHECK (currency IN ('USD', 'EUR')),
    status          TEXT    NOT NULL CHECK (status IN ('paid', 'open', 'void', 'refunded')),
    issued_at       TEXT    NOT NULL,
    paid_at         TEXT              -- NULL: open or void
);

-- Grain: one row per connection to a store platform.
CREATE TABLE integrations (
    integration_id  INTEGER PRIMARY KEY,
    account_id      INTEGER REFERENCES accounts (account_id), -- NULL: begun in the platform's shop, never claimed
    provider        TEXT NOT NULL,
    connected_at    TEXT NOT NULL,
    disconnected_at TEXT              -- NULL: still connected
);

-- Grain: one row per shipping label.
CREATE TABLE shipments (
    shipment_id     INTEGER PRIMARY KEY,
    account_id      INTEGER NOT NULL REFERENCES accounts (account_id),
    created_at      TEXT    NOT NULL,
    carrier_code    TEXT    NOT NULL,
    source          TEXT    NOT NULL CHECK (source IN ('web', 'api', 'integration')),
    label_status    TEXT    NOT NULL CHECK (label_status IN ('created', 'voided', 'failed')),
    cost_cents      INTEGER NOT NULL, -- what the carrier charges, USD cents; 0 where the label failed
    weight_g        INTEGER,          -- grams; NULL: not stated
    dest_country    TEXT    NOT NULL,
    idempotency_key TEXT              -- NULL: the caller sent none
);

-- Grain: one row per delivery of a client event. The same event can be delivered twice.
CREATE TABLE events (
    row_id      INTEGER PRIMARY KEY,
    event_id    TEXT    NOT NULL,     -- the same for every delivery of one event
    account_id  INTEGER NOT NULL REFERENCES accounts (account_id),
    user_id     INTEGER REFERENCES users (user_id), -- NULL: the person has been erased
    event_name  TEXT    NOT NULL,
    occurred_at TEXT    NOT NULL,
    platform    TEXT    NOT NULL CHECK (platform IN ('web', 'ios', 'android')),
    app_version TEXT    NOT NULL,
    properties  TEXT    NOT NULL      -- a JSON object
);

CREATE INDEX users_account_id ON users (account_id);
CREATE INDEX subscriptions_account_id ON subscriptions (account_id);
CREATE INDEX invoices_account_id ON invoices (account_id);
CREATE INDEX integrations_account_id ON integrations (account_id);
CREATE INDEX shipments_account_id ON shipments (account_id);
CREATE INDEX events_account_id ON events (account_id);
