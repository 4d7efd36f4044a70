-- The database as it was after m001, with rows. Frozen: never edit; new versions get new files.
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
        ) STRICT;
CREATE INDEX conversation_folder ON conversation (folder) WHERE folder IS NOT NULL;
CREATE INDEX message_conversation ON message (conversation);
CREATE INDEX message_parent ON message (parent, conversation);
CREATE INDEX message_hidden ON message (hidden_by) WHERE hidden_by IS NOT NULL;
CREATE INDEX message_streaming ON message (seq) WHERE state = 'streaming';
CREATE TABLE draft (conversation TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE preference (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE settings (specialist TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

INSERT INTO folder (id, name) VALUES ('f1', 'Trips');
INSERT INTO conversation (seq, id, title, title_origin, folder, pinned, created, changed, specialist, first, leaf, deleted) VALUES
    (1, 'c1', 'Où dormir à Zürich ?', 'person', 'f1', 1, 1700000000.5, 1700000900.25, 'starter', 1, 4, NULL),
    (2, 'c2', '京都の天気', 'first words', NULL, 0, 1700001000.0, 1700001100.0, '', 6, 7, NULL),
    (3, 'c3', 'Thrown away', 'model', NULL, 0, 1700002000.0, 1700002000.0, '', 8, 9, 1700003000.0);
INSERT INTO message (seq, id, conversation, parent, chosen, hidden_by, deleted, role, state, created, specialist, specialist_name, why, stats, parts) VALUES
    (1, 'm1', 1, NULL, 3, NULL, NULL, 'user', 'complete', 1700000000.5, '', '', '', '{}', '[{"kind":"text","text":"Where to sleep in Zürich?"},{"kind":"attachment","name":"plan.txt","text":"two nights","size":10}]'),
    (2, 'm2', 1, 1, NULL, NULL, NULL, 'assistant', 'complete', 1700000001.0, 'starter', 'SmolLM2', 'It was the only one.', '{"prompt_tokens":11,"written_tokens":3,"tokens_per_second":7.5}', '[{"kind":"thought","text":"Hmm."},{"kind":"text","text":"At the lake."}]'),
    (3, 'm3', 1, 1, 4, NULL, NULL, 'assistant', 'stopped', 1700000002.0, 'starter', 'SmolLM2', '', '{}', '[{"kind":"text","text":"In a hotel."}]'),
    (4, 'm4', 1, 3, NULL, NULL, NULL, 'user', 'complete', 1700000003.0, '', '', '', '{}', '[{"kind":"text","text":"Cheaper, please"}]'),
    (5, 'm5', 1, 4, NULL, 5, 1700000800.0, 'assistant', 'failed', 1700000004.0, '', '', '', '{}', '[{"kind":"notice","text":"It came to nothing."}]'),
    (6, 'm6', 2, NULL, 7, NULL, NULL, 'user', 'complete', 1700001000.0, '', '', '', '{}', '[{"kind":"text","text":"京都の天気はどうですか"}]'),
    (7, 'm7', 2, 6, NULL, NULL, NULL, 'assistant', 'streaming', 1700001001.0, '', '', '', '{}', '[{"kind":"text","text":"明日は晴れ"}]'),
    (8, 'm8', 3, NULL, 9, NULL, NULL, 'user', 'complete', 1700002000.0, '', '', '', '{}', '[{"kind":"text","text":"a secret"}]'),
    (9, 'm9', 3, 8, NULL, NULL, NULL, 'assistant', 'complete', 1700002000.0, '', '', '', '{}', '[{"kind":"text","text":"kept"}]');
INSERT INTO draft (conversation, text) VALUES ('', 'half a thought'), ('c1', 'and breakfast');
INSERT INTO preference (name, value) VALUES ('theme', 'dark');
INSERT INTO settings (specialist, value) VALUES ('starter', '{"temperature":0.2,"threads":4}');
PRAGMA user_version = 1;
