-- The history, version 2 (1 had no borrow): what markets did and what we held, hour by hour. Nothing is lost that a venue could not
-- tell again: the journal stands beside it and does not need it.
-- One row an hour and series: `hour_ms` is the end of that hour (UTC, milliseconds since 1970), `at_ms` the moment
-- in it that was looked at, the last one that a run saw. Rows are kept for ever: 24 a day and series, about 1 MB a
-- year. Decimals are text. `source` says who told: a price or a venue of the configuration, a file, an endpoint.

CREATE TABLE IF NOT EXISTS price (
  underlying TEXT NOT NULL,
  hour_ms    INTEGER NOT NULL,
  at_ms      INTEGER NOT NULL,
  price      TEXT NOT NULL,           -- USD, from outside the venues where that is known, else a venue's index
  source     TEXT NOT NULL,
  PRIMARY KEY (underlying, hour_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS mark (
  venue   TEXT NOT NULL,
  market  TEXT NOT NULL,
  hour_ms INTEGER NOT NULL,
  at_ms   INTEGER NOT NULL,
  mark    TEXT,                       -- null: not told
  high    TEXT,                       -- the highest and lowest mark of the hour
  low     TEXT,
  traded  TEXT,                       -- the last trade of the hour
  idx     TEXT,                       -- the venue's index; of a file, its spot
  source  TEXT NOT NULL,
  PRIMARY KEY (venue, market, hour_ms)
) STRICT, WITHOUT ROWID;

-- Funding > 0: longs paid, shorts received. `hour_ms` is when it was paid.
-- settled 1: what the venue says it paid then, for `interval_s`. 0: the rate that stood when a run last looked in
-- that hour, as what it takes in an hour; a settled one replaces it.
CREATE TABLE IF NOT EXISTS funding (
  venue      TEXT NOT NULL,
  market     TEXT NOT NULL,
  hour_ms    INTEGER NOT NULL,
  at_ms      INTEGER NOT NULL,
  rate       TEXT NOT NULL,
  interval_s INTEGER NOT NULL,
  settled    INTEGER NOT NULL CHECK (settled IN (0, 1)),
  source     TEXT NOT NULL,
  PRIMARY KEY (venue, market, hour_ms)
) STRICT, WITHOUT ROWID;

-- The borrow fee, which either side pays: the rate that stood when a run last looked in that hour, as what it takes in
-- an hour.
CREATE TABLE IF NOT EXISTS borrow (
  venue   TEXT NOT NULL,
  market  TEXT NOT NULL,
  hour_ms INTEGER NOT NULL,
  at_ms   INTEGER NOT NULL,
  rate    TEXT NOT NULL,
  source  TEXT NOT NULL,
  PRIMARY KEY (venue, market, hour_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS exposure (
  underlying TEXT NOT NULL,
  hour_ms    INTEGER NOT NULL,
  at_ms      INTEGER NOT NULL,
  amount     TEXT NOT NULL,           -- as a plan believed it, collateral in coins included
  source     TEXT NOT NULL,
  PRIMARY KEY (underlying, hour_ms)
) STRICT, WITHOUT ROWID;
