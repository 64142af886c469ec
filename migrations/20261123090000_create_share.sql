-- What partners give each other: stories, what a word means, offers and needs.
CREATE TABLE share (
    partnership BIGINT NOT NULL,
    -- As people say it: S-4.
    number BIGINT NOT NULL,
    -- 'success', 'generosity', 'lesson', 'term', 'offer', 'need'
    kind TEXT NOT NULL,
    -- 'open', 'closed' (an offer or a need that stands no more), 'gone' (taken back: its words are not kept)
    state TEXT NOT NULL,
    -- 0: somebody who has left.
    person BIGINT NOT NULL,
    -- 0: none.
    organisation BIGINT NOT NULL,
    title TEXT NOT NULL,
    -- All else that it says, as JSON.
    body TEXT NOT NULL,
    shared_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, number)
);
CREATE INDEX share_kind ON share (partnership, kind, state);
CREATE INDEX share_person ON share (partnership, person);

-- What a word means in an organisation; 0: to whoever is of none.
CREATE TABLE meaning (
    partnership BIGINT NOT NULL,
    term BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    -- Who wrote it; 0: somebody who has left.
    person BIGINT NOT NULL,
    words TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, term, organisation)
);

-- Who answered an offer or a need.
CREATE TABLE introduction (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    share BIGINT NOT NULL,
    person BIGINT NOT NULL,
    words TEXT NOT NULL,
    -- 'asked', 'made', 'declined', 'over'
    state TEXT NOT NULL,
    -- What came of it, in the words of whoever had use of it.
    came TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (partnership, id)
);
CREATE INDEX introduction_share ON introduction (partnership, share);
CREATE INDEX introduction_person ON introduction (partnership, person);

-- What somebody wants to pass on from a message that not everybody could read waits for its author, whatever
-- becomes of it.
ALTER TABLE decision_waiting RENAME TO consent;
ALTER TABLE consent RENAME COLUMN recorded_by TO asked_by;
ALTER TABLE consent ADD COLUMN kind TEXT NOT NULL DEFAULT 'decision';
UPDATE occurrence SET kind = 'consent.forget' WHERE kind = 'decision.forget';

-- So does what is to become a blocker. What waited for its author so far has to be raised again.
DELETE FROM blocker_event WHERE blocker IN (SELECT blocker FROM blocker_named WHERE theirs = 1);
DELETE FROM blocker WHERE seen_by = 'named' AND id IN (SELECT blocker FROM blocker_named WHERE theirs = 1);
DELETE FROM blocker_named WHERE blocker NOT IN (SELECT id FROM blocker);
ALTER TABLE blocker_named DROP COLUMN theirs;
