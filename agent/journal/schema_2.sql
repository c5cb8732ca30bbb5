-- The journal, version 2: what the next plan must know of the last one, beside the exposures.

CREATE TABLE IF NOT EXISTS wish (underlying TEXT PRIMARY KEY, wished TEXT NOT NULL) STRICT;  -- of its policy
CREATE TABLE IF NOT EXISTS account (venue TEXT PRIMARY KEY, seen TEXT NOT NULL) STRICT;      -- equity and marks
