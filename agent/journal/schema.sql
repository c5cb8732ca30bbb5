-- The journal, version 1. The slot (lane, nonce) is the unit of "exactly once": two unique constraints hold it.
-- Words of ours are JSON as agent/model/plain.py writes it; decimals are text.

CREATE TABLE IF NOT EXISTS run (
  id         INTEGER PRIMARY KEY,
  command    TEXT NOT NULL,
  started_ms INTEGER NOT NULL,
  exit       INTEGER,                 -- null: still running, or it died
  summary    TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS run_started ON run (started_ms);

-- signed -> landed | done | refused | void; landed -> done | refused | void; the others are final.
-- A landed intent that a reorg removed stays landed here until the chain has decided again.
CREATE TABLE IF NOT EXISTS intent (
  id         INTEGER PRIMARY KEY,
  run        INTEGER NOT NULL REFERENCES run,
  lane       TEXT NOT NULL,
  nonce      INTEGER NOT NULL,
  ceiling    INTEGER NOT NULL,        -- wei per gas that no attempt may exceed; 0 for a message
  state      TEXT NOT NULL CHECK (state IN ('signed', 'landed', 'done', 'refused', 'void')),
  order_id   TEXT,
  settlement TEXT,
  reason     TEXT,
  stamp      TEXT,                    -- of the last outcome
  filled_ms  INTEGER,                 -- when a fill was first seen
  revoked    INTEGER NOT NULL DEFAULT 0,  -- 1: a flatten came after it
  retired    INTEGER NOT NULL DEFAULT 0,  -- the run that adopted a chain on which this slot was free again
  UNIQUE (lane, nonce, retired)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_signed_per_lane ON intent (lane) WHERE state = 'signed';
CREATE INDEX IF NOT EXISTS intent_open ON intent (lane, nonce) WHERE state IN ('signed', 'landed');
CREATE INDEX IF NOT EXISTS intent_filled ON intent (filled_ms) WHERE filled_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS intent_of_run ON intent (run);

-- Everything ever signed for a slot: first bytes, fee bumps, a burn.
CREATE TABLE IF NOT EXISTS attempt (
  intent  INTEGER NOT NULL REFERENCES intent,
  n       INTEGER NOT NULL,
  venue   TEXT NOT NULL,
  payload TEXT NOT NULL,
  raw     BLOB NOT NULL,
  ref     TEXT NOT NULL,
  PRIMARY KEY (intent, n)
) STRICT;

-- What the endpoint said to each send. Hints; nothing is decided by them.
CREATE TABLE IF NOT EXISTS answer (
  id     INTEGER PRIMARY KEY,
  intent INTEGER NOT NULL REFERENCES intent,
  said   TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS answer_of ON answer (intent);

-- What our records add up to, kept in step with the intents in the same transaction.
CREATE TABLE IF NOT EXISTS position (
  venue  TEXT NOT NULL,
  market TEXT NOT NULL,
  size   TEXT NOT NULL,
  PRIMARY KEY (venue, market)
) STRICT;
CREATE TABLE IF NOT EXISTS landing (source TEXT PRIMARY KEY, stamp TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS exposure (underlying TEXT PRIMARY KEY, seen TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS nonce (lane TEXT PRIMARY KEY, used INTEGER NOT NULL) STRICT;  -- as adopted

-- Set by a flatten, lifted by a person: until then nothing is added to a position.
CREATE TABLE IF NOT EXISTS hold (id INTEGER PRIMARY KEY CHECK (id = 1), why TEXT NOT NULL) STRICT;

-- The diary. Facts are never removed; notes of runs that sent nothing are, after a while.
CREATE TABLE IF NOT EXISTS fact (
  id      INTEGER PRIMARY KEY,
  run     INTEGER NOT NULL REFERENCES run,
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail  TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS note (
  id    INTEGER PRIMARY KEY,
  run   INTEGER NOT NULL REFERENCES run,
  entry TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS note_of ON note (run);
