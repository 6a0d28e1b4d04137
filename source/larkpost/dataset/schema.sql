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

-- Grain: one row per scan of a parcel. One label in three is tracked.
CREATE TABLE tracking_events (
    tracking_id       INTEGER PRIMARY KEY,
    shipment_id       INTEGER NOT NULL REFERENCES shipments (shipment_id),
    status            TEXT    NOT NULL CHECK (status IN ('accepted', 'in_transit', 'out_for_delivery', 'delivered', 'exception', 'returned')),
    occurred_at_local TEXT    NOT NULL, -- local time where the parcel was scanned, not UTC
    tz_offset_min     INTEGER NOT NULL, -- minutes by which that local time is ahead of UTC; negative in America
    received_at       TEXT    NOT NULL  -- when the scan reached us, UTC; scans may arrive late and out of order
);

-- Grain: one row per sampled API call: every 40th call is kept, so counts stand for forty times as many.
CREATE TABLE api_requests (
    request_id   INTEGER PRIMARY KEY,
    account_id   INTEGER NOT NULL REFERENCES accounts (account_id),
    method       TEXT    NOT NULL CHECK (method IN ('GET', 'POST', 'DELETE')),
    path         TEXT    NOT NULL,  -- the path of the operation, such as /v1/labels/{id}
    status_code  INTEGER NOT NULL,
    latency_ms   INTEGER NOT NULL,
    requested_at TEXT    NOT NULL,
    api_version  TEXT    NOT NULL CHECK (api_version IN ('v1', 'v2'))
);

-- Grain: one row per attempt to deliver a webhook. A delivery that fails is attempted again.
CREATE TABLE webhook_deliveries (
    attempt_id   INTEGER PRIMARY KEY,
    delivery_id  INTEGER NOT NULL,  -- the same for every attempt of one delivery
    account_id   INTEGER NOT NULL REFERENCES accounts (account_id),
    event_type   TEXT    NOT NULL CHECK (event_type IN ('label.created', 'label.voided', 'tracking.updated', 'tracking.delivered')),
    attempt      INTEGER NOT NULL CHECK (attempt >= 1),
    status_code  INTEGER,           -- what the merchant's server answered; NULL: no answer within 5 seconds
    attempted_at TEXT    NOT NULL
);

-- Grain: one row per part of the system that a squad runs.
CREATE TABLE services (
    service TEXT PRIMARY KEY,
    kind    TEXT NOT NULL CHECK (kind IN ('web', 'gateway', 'app', 'worker', 'adapter', 'database')),
    owner   TEXT NOT NULL           -- the squad
);

-- Grain: one row per pair of services of which the first calls, or feeds, the second.
CREATE TABLE service_dependencies (
    from_service TEXT    NOT NULL REFERENCES services (service),
    to_service   TEXT    NOT NULL REFERENCES services (service),
    mode         TEXT    NOT NULL CHECK (mode IN ('sync', 'async')),
    availability REAL    NOT NULL,  -- share of calls that the second service answers, measured over 90 days
    p99_ms       INTEGER,           -- NULL for async: nobody waits
    PRIMARY KEY (from_service, to_service)
);

-- Grain: one row per service and quarter of an hour, over 14 days.
CREATE TABLE capacity_samples (
    service     TEXT    NOT NULL REFERENCES services (service),
    sampled_at  TEXT    NOT NULL,   -- begin of the quarter of an hour
    arrivals    INTEGER NOT NULL,   -- pieces of work that came in during it
    completed   INTEGER NOT NULL,
    queue_depth INTEGER NOT NULL,   -- waiting at its end
    workers     INTEGER NOT NULL,
    cpu_pct     INTEGER NOT NULL CHECK (cpu_pct BETWEEN 0 AND 100),
    PRIMARY KEY (service, sampled_at)
);

-- Grain: one row per incident.
CREATE TABLE incidents (
    incident_id TEXT    PRIMARY KEY, -- such as INC-001
    severity    INTEGER NOT NULL CHECK (severity BETWEEN 1 AND 3), -- 1 is the worst
    service     TEXT    NOT NULL REFERENCES services (service),
    started_at  TEXT    NOT NULL,
    detected_at TEXT    NOT NULL,
    resolved_at TEXT    NOT NULL,
    cause       TEXT    NOT NULL CHECK (cause IN ('deployment', 'capacity', 'vendor', 'configuration', 'data', 'unknown'))
);

-- Grain: one row per deployment.
CREATE TABLE deployments (
    deploy_id       INTEGER PRIMARY KEY,
    service         TEXT    NOT NULL REFERENCES services (service),
    deployed_at     TEXT    NOT NULL,
    lead_time_hours INTEGER NOT NULL, -- from the first commit to production
    rolled_back     INTEGER NOT NULL CHECK (rolled_back IN (0, 1)),
    incident_id     TEXT REFERENCES incidents (incident_id) -- NULL: caused none
);

-- Grain: one row per support ticket.
CREATE TABLE tickets (
    ticket_id  INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (account_id),
    opened_at  TEXT    NOT NULL,
    closed_at  TEXT,                -- NULL: still open
    category   TEXT    NOT NULL CHECK (category IN ('labels', 'tracking', 'billing', 'integration', 'api', 'account')),
    csat       INTEGER CHECK (csat BETWEEN 1 AND 5) -- NULL: the merchant did not answer
);

-- Grain: one row per piece of planned work.
CREATE TABLE backlog_items (
    item_id        TEXT    PRIMARY KEY, -- such as LP-101
    title          TEXT    NOT NULL,
    type           TEXT    NOT NULL CHECK (type IN ('feature', 'enabler', 'debt', 'bug', 'compliance')),
    service        TEXT    NOT NULL REFERENCES services (service),
    est_low        INTEGER NOT NULL, -- days of one engineer
    est_likely     INTEGER NOT NULL,
    est_high       INTEGER NOT NULL,
    reach          INTEGER NOT NULL, -- merchants a quarter
    impact         REAL    NOT NULL CHECK (impact IN (0.25, 0.5, 1, 2, 3)),
    confidence_pct INTEGER NOT NULL CHECK (confidence_pct BETWEEN 0 AND 100),
    squad          TEXT    NOT NULL,
    depends_on     TEXT REFERENCES backlog_items (item_id) -- NULL: on nothing
);

-- Grain: one row per entry of the debt register.
CREATE TABLE debt_items (
    debt_id                  TEXT    PRIMARY KEY, -- such as TD-01
    service                  TEXT    NOT NULL REFERENCES services (service),
    kind                     TEXT    NOT NULL CHECK (kind IN ('code', 'test', 'architecture', 'data', 'infrastructure', 'documentation')),
    principal_hours          INTEGER NOT NULL, -- to pay it off
    interest_hours_per_month INTEGER NOT NULL, -- what it costs as long as it stays
    complexity               INTEGER NOT NULL, -- cyclomatic complexity of the worst file
    changes_90d              INTEGER NOT NULL,
    incidents_12m            INTEGER NOT NULL
);

-- Grain: one row per vendor that made an offer.
CREATE TABLE vendor_quotes (
    vendor            TEXT    PRIMARY KEY,
    capability        TEXT    NOT NULL,
    unit_price_micros INTEGER NOT NULL, -- millionths of a US dollar a call
    monthly_min_cents INTEGER NOT NULL,
    integration_days  INTEGER NOT NULL,
    exit_days         INTEGER NOT NULL,
    sla_pct           REAL    NOT NULL
);

-- Grain: one row per experiment.
CREATE TABLE experiments (
    experiment     TEXT PRIMARY KEY, -- EXP1 to EXP4
    key            TEXT NOT NULL UNIQUE,
    hypothesis     TEXT NOT NULL,
    planned_split  TEXT NOT NULL,    -- such as 50/50
    primary_metric TEXT NOT NULL,
    started_at     TEXT NOT NULL,
    ended_at       TEXT NOT NULL     -- not part of the experiment
);

-- Grain: one row per account in an experiment.
CREATE TABLE experiment_assignments (
    experiment   TEXT    NOT NULL REFERENCES experiments (experiment),
    account_id   INTEGER NOT NULL REFERENCES accounts (account_id),
    variant      TEXT    NOT NULL,
    assigned_at  TEXT    NOT NULL,
    activated_7d INTEGER NOT NULL CHECK (activated_7d IN (0, 1)), -- did what the primary metric counts within 7 days
    tickets_14d  INTEGER NOT NULL,  -- support tickets within 14 days
    PRIMARY KEY (experiment, account_id)
);

-- Grain: one row per job posting of the collected corpus.
CREATE TABLE job_postings (
    posting_id INTEGER PRIMARY KEY,
    company    TEXT    NOT NULL,
    industry   TEXT    NOT NULL,
    stage      TEXT    NOT NULL CHECK (stage IN ('startup', 'growth', 'enterprise')),
    title      TEXT    NOT NULL,
    years      INTEGER NOT NULL     -- of experience asked for
);

-- Grain: one row per skill that a posting names.
CREATE TABLE posting_skills (
    posting_id  INTEGER NOT NULL REFERENCES job_postings (posting_id),
    skill       TEXT    NOT NULL,
    requirement TEXT    NOT NULL CHECK (requirement IN ('must', 'nice')),
    PRIMARY KEY (posting_id, skill)
);

CREATE INDEX users_account_id ON users (account_id);
CREATE INDEX subscriptions_account_id ON subscriptions (account_id);
CREATE INDEX invoices_account_id ON invoices (account_id);
CREATE INDEX integrations_account_id ON integrations (account_id);
CREATE INDEX shipments_account_id ON shipments (account_id);
CREATE INDEX events_account_id ON events (account_id);
CREATE INDEX tracking_events_shipment_id ON tracking_events (shipment_id);
CREATE INDEX api_requests_account_id ON api_requests (account_id);
CREATE INDEX webhook_deliveries_account_id ON webhook_deliveries (account_id);
CREATE INDEX tickets_account_id ON tickets (account_id);
