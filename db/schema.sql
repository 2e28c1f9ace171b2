CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);

CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");

CREATE TABLE meta (k TEXT PRIMARY KEY, v TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE secret (k TEXT PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE site (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);

CREATE TABLE op (
  recv INTEGER PRIMARY KEY,
  site INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL,
  body BLOB NOT NULL,
  state INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  UNIQUE (site, epoch, seq)
);

CREATE INDEX op_subject ON op (subject);

CREATE INDEX op_held ON op (state) WHERE state <> 0;

CREATE TRIGGER op_never_changed BEFORE UPDATE OF site, epoch, seq, hash, body, recv ON op
BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;

CREATE TABLE chain (
  site INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  head_seq INTEGER NOT NULL,
  head_hash BLOB NOT NULL,
  hlc_ms INTEGER NOT NULL,
  hlc_counter INTEGER NOT NULL,
  PRIMARY KEY (site, epoch)
) WITHOUT ROWID;

CREATE TABLE attest (
  site INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL,
  sig BLOB NOT NULL,
  PRIMARY KEY (site, epoch, seq)
) WITHOUT ROWID;

CREATE TABLE subject (
  rid INTEGER PRIMARY KEY,
  ent TEXT NOT NULL,
  id TEXT NOT NULL,
  heads TEXT NOT NULL, stale TEXT NOT NULL DEFAULT '',
  UNIQUE (ent, id)
);

CREATE TABLE envelope (
  site INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  id TEXT NOT NULL,
  cipher BLOB NOT NULL,
  room_key TEXT NOT NULL,
  wrapped_key BLOB,
  PRIMARY KEY (site, epoch, seq)
);

CREATE INDEX envelope_id ON envelope (id);

CREATE TABLE peer (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  town TEXT NOT NULL,
  station TEXT NOT NULL,
  sign_key BLOB NOT NULL,
  box_key BLOB NOT NULL,
  seen_at INTEGER
) WITHOUT ROWID;

CREATE TABLE enrol_code (
  hash BLOB PRIMARY KEY,
  town TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  used_by TEXT
) WITHOUT ROWID;

CREATE TABLE area (
  rid INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  level TEXT NOT NULL,
  parent TEXT NOT NULL,
  grid_type TEXT NOT NULL,
  households INTEGER NOT NULL,
  lon_e6 INTEGER,
  lat_e6 INTEGER,
  ring TEXT NOT NULL
, crs TEXT NOT NULL DEFAULT '');

CREATE INDEX area_parent ON area (parent);

CREATE TABLE unit (
  rid INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  "key" TEXT NOT NULL,
  name TEXT NOT NULL,
  short_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  duty TEXT NOT NULL,
  capacity INTEGER NOT NULL,
  phone_day TEXT NOT NULL,
  phone_night TEXT NOT NULL
);

CREATE TABLE post (
  rid INTEGER PRIMARY KEY,
  area_code TEXT NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  phone TEXT NOT NULL
);

CREATE INDEX post_area ON post (area_code);

CREATE TABLE user (
  rid INTEGER PRIMARY KEY,
  "key" TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  roles TEXT NOT NULL,
  unit TEXT NOT NULL,
  area TEXT NOT NULL
, classes TEXT NOT NULL DEFAULT '*', secrecy INTEGER NOT NULL DEFAULT -1, ended INTEGER NOT NULL DEFAULT 0);

CREATE TABLE station (
  rid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  town TEXT NOT NULL,
  station TEXT NOT NULL,
  sign_key TEXT NOT NULL,
  box_key TEXT NOT NULL
);

CREATE TABLE incident (
  rid INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  number TEXT NOT NULL,
  title TEXT NOT NULL,
  content TEXT NOT NULL,
  class_code TEXT NOT NULL,
  urgency TEXT NOT NULL,
  secrecy INTEGER NOT NULL,
  source TEXT NOT NULL,
  source_no TEXT NOT NULL,
  source_unit TEXT NOT NULL,
  source_status TEXT NOT NULL,
  source_reply TEXT NOT NULL,
  source_replied_at INTEGER,
  category TEXT NOT NULL,
  reporter TEXT NOT NULL,
  caller TEXT NOT NULL,
  reported_at INTEGER NOT NULL,
  taken_in_at INTEGER NOT NULL,
  area_code TEXT NOT NULL,
  address TEXT NOT NULL,
  lon_e6 INTEGER,
  lat_e6 INTEGER,
  "precision" TEXT NOT NULL,
  level TEXT NOT NULL,
  state TEXT NOT NULL,
  lead_unit TEXT NOT NULL,
  outcome TEXT NOT NULL,
  public_reply TEXT NOT NULL,
  satisfaction TEXT NOT NULL,
  callback_attempts INTEGER NOT NULL,
  callback_done INTEGER NOT NULL,
  closed_at INTEGER,
  archived_at INTEGER,
  updated_at INTEGER NOT NULL,
  platform TEXT NOT NULL,
  village TEXT NOT NULL,
  due_at INTEGER,
  due_stage TEXT NOT NULL,
  sort_at INTEGER NOT NULL,
  is_open INTEGER NOT NULL
, conflicts INTEGER NOT NULL DEFAULT 0, policy TEXT NOT NULL DEFAULT '', merged_into TEXT NOT NULL DEFAULT '', merged_from TEXT NOT NULL DEFAULT '', rework_count INTEGER NOT NULL DEFAULT 0, return_count INTEGER NOT NULL DEFAULT 0, reopen_count INTEGER NOT NULL DEFAULT 0, forced INTEGER NOT NULL DEFAULT 0, solved TEXT NOT NULL DEFAULT '', blocked_note TEXT NOT NULL DEFAULT '');

CREATE INDEX incident_number ON incident (number);

CREATE INDEX incident_id ON incident (id);

CREATE INDEX incident_source ON incident (source, source_no) WHERE source_no <> '';

CREATE INDEX incident_archived ON incident (archived_at) WHERE archived_at IS NOT NULL;

CREATE TABLE assignment (
  incident INTEGER NOT NULL,
  unit TEXT NOT NULL,
  part TEXT NOT NULL,
  state TEXT NOT NULL,
  task TEXT NOT NULL,
  sent_at INTEGER,
  signed_at INTEGER,
  signed_by TEXT NOT NULL,
  due_at INTEGER,
  feedback_at INTEGER,
  feedback TEXT NOT NULL, sent_by TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', proposed TEXT NOT NULL DEFAULT '', result TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (incident, unit)
);

CREATE INDEX assignment_unit ON assignment (unit, incident);

CREATE TABLE timer (
  incident INTEGER NOT NULL,
  n INTEGER NOT NULL,
  stage TEXT NOT NULL,
  unit TEXT NOT NULL,
  limit_unit TEXT NOT NULL,
  amount INTEGER NOT NULL,
  start_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  policy TEXT NOT NULL,
  ended_at INTEGER, step TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (incident, n)
) WITHOUT ROWID;

CREATE TABLE step (
  incident INTEGER NOT NULL,
  n INTEGER NOT NULL,
  kind TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  unit TEXT NOT NULL,
  opinion TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (incident, n)
);

CREATE INDEX step_at ON step (at);

CREATE INDEX subject_stale ON subject (rid) WHERE stale <> '';

CREATE INDEX incident_conflicts ON incident (rid) WHERE conflicts > 0;

CREATE TABLE conflict (
  subject INTEGER NOT NULL,
  field TEXT NOT NULL,
  kind TEXT NOT NULL,
  tips TEXT NOT NULL,
  PRIMARY KEY (subject, field)
) WITHOUT ROWID;

CREATE TABLE fork (
  site INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL,
  body BLOB NOT NULL,
  sig BLOB,
  envelope TEXT,
  cipher BLOB,
  room_key TEXT,
  wrapped_key BLOB,
  seen_from TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (site, epoch, seq, hash)
);

CREATE TRIGGER op_never_deleted BEFORE DELETE ON op WHEN NOT EXISTS (
  SELECT 1 FROM fork WHERE fork.site = old.site AND fork.epoch = old.epoch
  AND fork.seq = old.seq AND fork.hash = old.hash AND fork.body = old.body
)
BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;

CREATE TABLE attachment (
  incident INTEGER NOT NULL,
  n INTEGER NOT NULL,
  blob TEXT NOT NULL,
  size INTEGER NOT NULL,
  media TEXT NOT NULL,
  envelope TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor_name TEXT NOT NULL,
  PRIMARY KEY (incident, n)
) WITHOUT ROWID;

CREATE INDEX attachment_blob ON attachment (blob);

CREATE INDEX assignment_open ON assignment (unit) WHERE state IN ('sent', 'signed', 'reworked');

CREATE TABLE pause (
  incident INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER,
  reason TEXT NOT NULL,
  until_at INTEGER,
  doc TEXT NOT NULL,
  PRIMARY KEY (incident, from_at)
);

CREATE TABLE application (
  incident INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_name TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  unit TEXT NOT NULL,
  amount INTEGER NOT NULL,
  until_at INTEGER,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  text TEXT NOT NULL,
  reply TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_name TEXT NOT NULL,
  decided_at INTEGER,
  opinion TEXT NOT NULL,
  PRIMARY KEY (incident, "key")
);

CREATE INDEX application_pending ON application (asked_at) WHERE state = 'pending';

CREATE TABLE card (
  incident INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  rule TEXT NOT NULL,
  card TEXT NOT NULL,
  at INTEGER NOT NULL,
  unit TEXT NOT NULL,
  text TEXT NOT NULL,
  notify TEXT NOT NULL,
  reply_due_at INTEGER,
  replied_at INTEGER,
  reply TEXT NOT NULL,
  PRIMARY KEY (incident, "key")
);

CREATE TABLE child (
  incident INTEGER NOT NULL,
  id TEXT NOT NULL,
  number TEXT NOT NULL,
  caller TEXT NOT NULL,
  valid INTEGER NOT NULL,
  PRIMARY KEY (incident, id)
);

CREATE INDEX incident_merged ON incident (merged_into) WHERE state = 'merged';

CREATE TABLE response (
  rid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  level TEXT NOT NULL,
  factor INTEGER NOT NULL,
  classes TEXT NOT NULL,
  areas TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER,
  doc TEXT NOT NULL
);

CREATE INDEX response_from ON response (from_at);

CREATE VIRTUAL TABLE search USING fts5(
  text, initials, content='', contentless_delete=1, tokenize='ascii'
);

CREATE INDEX incident_taken_in ON incident
(taken_in_at, rid, secrecy, area_code, class_code, state, platform, source);

CREATE TABLE list_version (
  rid INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  version TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  part INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  base TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  doc_no TEXT NOT NULL,
  note TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor_name TEXT NOT NULL,
  content TEXT NOT NULL
);

CREATE INDEX list_version_of ON list_version (kind, version, valid_from, part);

CREATE INDEX incident_open_point ON incident (lat_e6, lon_e6) WHERE is_open = 1 AND lat_e6 IS NOT NULL;

CREATE INDEX incident_open_village ON incident (village, taken_in_at) WHERE is_open = 1;

CREATE INDEX incident_closed ON incident (closed_at, village, lat_e6, lon_e6) WHERE closed_at IS NOT NULL;

CREATE TABLE claim (
  rid INTEGER PRIMARY KEY,
  incident TEXT NOT NULL UNIQUE,
  user TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  rivals TEXT NOT NULL
);

CREATE INDEX incident_open_id ON incident (id) WHERE is_open = 1;

CREATE INDEX incident_blocked ON incident (rid) WHERE is_open = 1 AND blocked_note <> '';

CREATE INDEX incident_open ON incident
(sort_at, rid, state, due_at, platform, area_code, class_code, secrecy, urgency, lead_unit, source)
WHERE is_open = 1;

CREATE TABLE place (
  rid INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  area_code TEXT NOT NULL,
  lon_e6 INTEGER NOT NULL,
  lat_e6 INTEGER NOT NULL,
  note TEXT NOT NULL,
  removed INTEGER NOT NULL
);

CREATE INDEX place_point ON place (lat_e6, lon_e6) WHERE removed = 0;

CREATE INDEX place_area ON place (area_code) WHERE removed = 0;

CREATE TABLE position (
  unit TEXT PRIMARY KEY,
  lon_e6 INTEGER NOT NULL,
  lat_e6 INTEGER NOT NULL,
  at INTEGER NOT NULL,
  source TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE lane (
  site INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  town TEXT NOT NULL,
  PRIMARY KEY (site, epoch)
) WITHOUT ROWID;

CREATE INDEX card_district ON card (incident) WHERE rule = 'district' AND replied_at IS NULL;

CREATE TABLE account (
  rid INTEGER PRIMARY KEY,
  "key" TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  password_at INTEGER NOT NULL,
  must_change INTEGER NOT NULL,
  earlier TEXT NOT NULL,
  factor TEXT NOT NULL,
  factor_at INTEGER NOT NULL,
  locked_until INTEGER NOT NULL
);

CREATE TABLE policy (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, rules TEXT NOT NULL);

CREATE TABLE emergency (
  rid INTEGER PRIMARY KEY,
  env TEXT NOT NULL,
  set_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  used_by TEXT NOT NULL
);

CREATE TABLE sign_in (
  user TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  code_step INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE erased (
  env TEXT NOT NULL,
  town TEXT NOT NULL,
  incident TEXT NOT NULL,
  PRIMARY KEY (env, town, incident)
) WITHOUT ROWID;

CREATE INDEX fork_envelope ON fork (envelope) WHERE envelope IS NOT NULL;
