-- What can be searched: the words of a record, folded before they come here.
CREATE TABLE search (
    partnership BIGINT NOT NULL,
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    words TSVECTOR NOT NULL,
    PRIMARY KEY (partnership, kind, number)
);
CREATE INDEX search_words ON search USING GIN (words);
