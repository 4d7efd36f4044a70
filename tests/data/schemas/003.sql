-- The schema after m003. Frozen once released: a change is a new migration and a new file.
CREATE TABLE folder (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE conversation (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            title_origin TEXT NOT NULL CHECK (title_origin IN ('first words', 'model', 'person')),
            folder TEXT REFERENCES folder (id) ON DELETE SET NULL,
            pinned INTEGER NOT NULL DEFAULT 0,
            created REAL NOT NULL,
            changed REAL NOT NULL,
            specialist TEXT NOT NULL DEFAULT '',
            first INTEGER,
            leaf INTEGER,
            deleted REAL
        ) STRICT;
CREATE TABLE message (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            conversation INTEGER NOT NULL REFERENCES conversation (seq),
            parent INTEGER REFERENCES message (seq) DEFERRABLE INITIALLY DEFERRED,
            chosen INTEGER,
            hidden_by INTEGER,
            deleted REAL,
            role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
            state TEXT NOT NULL CHECK (state IN ('complete', 'streaming', 'stopped', 'interrupted', 'failed')),
            created REAL NOT NULL,
            specialist TEXT NOT NULL DEFAULT '',
            specialist_name TEXT NOT NULL DEFAULT '',
            why TEXT NOT NULL DEFAULT '',
            stats TEXT NOT NULL DEFAULT '{}',
            parts TEXT NOT NULL
        , routing TEXT NOT NULL DEFAULT '{}') STRICT;
CREATE INDEX conversation_folder ON conversation (folder) WHERE folder IS NOT NULL;
CREATE INDEX message_conversation ON message (conversation);
CREATE INDEX message_parent ON message (parent, conversation);
CREATE INDEX message_hidden ON message (hidden_by) WHERE hidden_by IS NOT NULL;
CREATE INDEX message_streaming ON message (seq) WHERE state = 'streaming';
CREATE TABLE draft (conversation TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE preference (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE settings (specialist TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE VIRTUAL TABLE message_words USING fts5(text, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So'", prefix = '2 3');
CREATE VIRTUAL TABLE title_words USING fts5(text, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So'", prefix = '2 3');
CREATE TABLE correction (id TEXT PRIMARY KEY, text TEXT NOT NULL, specialist TEXT NOT NULL, created REAL NOT NULL, vector BLOB NOT NULL) STRICT;
