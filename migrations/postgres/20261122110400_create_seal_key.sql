-- Keys that seal what nobody may read yet. On SQLite they lie in a file of their own; here, leave
-- them out of every dump: pg_dump --exclude-table-data=seal_key
CREATE TABLE seal_key (
    partnership BIGINT NOT NULL,
    subject TEXT NOT NULL,
    -- 32 bytes in Base64
    seal_key TEXT NOT NULL,
    PRIMARY KEY (partnership, subject)
);
