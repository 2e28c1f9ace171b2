-- The record of a hub on PostgreSQL. The same names as in the file of SQLite (db/schema.sql), so
-- that one and the same questions serve both.
--
-- Only text, bigint and bytea; no upsert, no arrays, nothing that a relative of PostgreSQL may
-- lack. What an op says is bytes: no encoding, no empty string taken for NULL. What is compared or
-- sorted is compared by its bytes, as SQLite does.

CREATE TABLE meta (
  k text COLLATE "C" PRIMARY KEY,
  v text NOT NULL
);

-- The hub's private keys, sealed with the key of its data folder.
CREATE TABLE secret (
  k text COLLATE "C" PRIMARY KEY,
  v bytea NOT NULL
);

-- The number of a site begins with its town: 990101103 000001. So the journal can be divided by
-- town without a column more.
CREATE TABLE site (
  n bigint PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE
);

CREATE SEQUENCE op_recv;

-- The journal: rows are added, never changed.
CREATE TABLE op (
  recv bigint NOT NULL DEFAULT nextval('op_recv'),
  site bigint NOT NULL,
  epoch bigint NOT NULL,
  seq bigint NOT NULL,
  hash bytea NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (site, epoch, seq)
);

CREATE FUNCTION op_stays() RETURNS trigger AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$ LANGUAGE plpgsql;
CREATE TRIGGER op_never_changed BEFORE UPDATE OR DELETE ON op
FOR EACH ROW EXECUTE PROCEDURE op_stays();

-- Where each chain stands. Its row is what two writers of one chain wait for.
CREATE TABLE chain (
  site bigint NOT NULL,
  epoch bigint NOT NULL,
  head_seq bigint NOT NULL,
  head_hash bytea NOT NULL,
  hlc_ms bigint NOT NULL,
  hlc_counter bigint NOT NULL,
  PRIMARY KEY (site, epoch)
);

-- For which town a chain is, where its first op says so.
CREATE TABLE lane (
  site bigint NOT NULL,
  epoch bigint NOT NULL,
  town text COLLATE "C" NOT NULL,
  PRIMARY KEY (site, epoch)
);

CREATE TABLE attest (
  site bigint NOT NULL,
  epoch bigint NOT NULL,
  seq bigint NOT NULL,
  hash bytea NOT NULL,
  sig bytea NOT NULL,
  PRIMARY KEY (site, epoch, seq)
);

CREATE TABLE envelope (
  site bigint NOT NULL,
  epoch bigint NOT NULL,
  seq bigint NOT NULL,
  id text NOT NULL,
  cipher bytea NOT NULL,
  room_key text NOT NULL,
  wrapped_key bytea,
  PRIMARY KEY (site, epoch, seq)
);

CREATE INDEX envelope_id ON envelope (id);

-- Envelopes whose data was erased: nothing of them that still comes is kept.
CREATE TABLE erased (
  env text COLLATE "C" NOT NULL,
  town text COLLATE "C" NOT NULL,
  incident text COLLATE "C" NOT NULL,
  PRIMARY KEY (env, town, incident)
);

-- Branches that another one standing in the journal made refused: kept whole.
CREATE TABLE fork (
  site bigint NOT NULL,
  epoch bigint NOT NULL,
  seq bigint NOT NULL,
  hash bytea NOT NULL,
  body bytea NOT NULL,
  sig bytea,
  envelope text,
  cipher bytea,
  room_key text,
  wrapped_key bytea,
  seen_from text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (site, epoch, seq, hash)
);

CREATE INDEX fork_envelope ON fork (envelope);

CREATE TABLE peer (
  id text COLLATE "C" PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  name text NOT NULL,
  url text NOT NULL,
  town text COLLATE "C" NOT NULL,
  station text COLLATE "C" NOT NULL,
  sign_key bytea NOT NULL,
  box_key bytea NOT NULL,
  seen_at bigint
);

-- Of two stations that enrol under one code at the same moment, one is refused.
CREATE UNIQUE INDEX peer_station ON peer (town, station) WHERE kind = 'station';

CREATE TABLE enrol_code (
  hash bytea PRIMARY KEY,
  town text COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL,
  used_by text
);

-- Attached files, encrypted by those who sent them, in pieces as they came. One is whole when it
-- stands in `blob`.
CREATE TABLE blob (
  hash text COLLATE "C" NOT NULL,
  town text COLLATE "C" NOT NULL,
  size bigint NOT NULL,
  PRIMARY KEY (hash, town)
);

CREATE TABLE blob_piece (
  hash text COLLATE "C" NOT NULL,
  town text COLLATE "C" NOT NULL,
  start bigint NOT NULL,
  size bigint NOT NULL,
  bytes bytea NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (hash, town, start)
);
