-- Releases that CI tells of. Person 0: nobody is named. Those that somebody recorded themselves have no source.
ALTER TABLE release ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE release ADD COLUMN repository TEXT NOT NULL DEFAULT '';
ALTER TABLE release ADD COLUMN sha TEXT NOT NULL DEFAULT '';
ALTER TABLE release ADD COLUMN tag TEXT NOT NULL DEFAULT '';
ALTER TABLE release ADD COLUMN url TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX release_once ON release (partnership, squad, repository, sha) WHERE sha <> '';
CREATE INDEX release_tag ON release (partnership, squad, repository, tag);

-- Where a squad's webhooks come from. The secrets are sealed.
CREATE TABLE webhook (
    partnership BIGINT NOT NULL,
    id TEXT NOT NULL,
    squad BIGINT NOT NULL,
    kind TEXT NOT NULL,
    secret TEXT NOT NULL,
    former_secret TEXT NOT NULL DEFAULT '',
    former_until BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, id)
);
CREATE INDEX webhook_squad ON webhook (partnership, squad);

-- What has arrived, so that nothing counts twice.
CREATE TABLE webhook_delivery (
    partnership BIGINT NOT NULL,
    source TEXT NOT NULL,
    delivery TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, source, delivery)
);
CREATE UNIQUE INDEX webhook_delivery_body ON webhook_delivery (partnership, source, body);
CREATE INDEX webhook_delivery_age ON webhook_delivery (partnership, received_at);

-- Which account elsewhere is whose: its person said so.
CREATE TABLE account (
    partnership BIGINT NOT NULL,
    person BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (partnership, person, kind)
);
CREATE UNIQUE INDEX account_once ON account (partnership, kind, folded);
