-- A small number for each kind of record of a partnership, whose own id is too large to share 64 bits
-- with a record's.
CREATE TABLE search_scope (
    partnership BIGINT NOT NULL,
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    UNIQUE (partnership, kind)
);

-- A row's id is its scope << 32 | the record's number. The words are folded before they come here.
CREATE VIRTUAL TABLE search USING fts5 (title, body, tokenize = 'unicode61 remove_diacritics 2');
-- What is removed is really gone, not only marked.
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
