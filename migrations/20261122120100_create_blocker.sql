-- What is in the way of a squad, and who waits on whom.
CREATE TABLE blocker (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    -- As people say it: B-12. None while only those whom its author named know of it, so that no gap tells.
    number BIGINT,
    squad BIGINT NOT NULL,
    -- 0: nobody, or somebody who has left.
    author BIGINT NOT NULL,
    owner BIGINT NOT NULL,
    their_owner BIGINT NOT NULL,
    their_person BIGINT NOT NULL,
    -- 'governance', 'contract', 'access', 'dependency', 'capacity', 'technical', 'worry'
    kind TEXT NOT NULL,
    -- 'named', 'squad', 'everybody'
    seen_by TEXT NOT NULL,
    -- 'open', 'resolved'
    state TEXT NOT NULL,
    -- The organisation that waits, and the one that is waited on; 0: none.
    waits BIGINT NOT NULL,
    asked BIGINT NOT NULL,
    -- All that it says of no person, as JSON.
    body TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, id)
);
CREATE INDEX blocker_number ON blocker (partnership, number);
CREATE INDEX blocker_state ON blocker (partnership, state);

-- Who may see one that isn't shared.
CREATE TABLE blocker_named (
    partnership BIGINT NOT NULL,
    blocker BIGINT NOT NULL,
    person BIGINT NOT NULL,
    -- 1: these are their words, and only they can share them.
    theirs SMALLINT NOT NULL,
    PRIMARY KEY (partnership, blocker, person)
);
CREATE INDEX blocker_named_person ON blocker_named (partnership, person);

-- Its history.
CREATE TABLE blocker_event (
    partnership BIGINT NOT NULL,
    blocker BIGINT NOT NULL,
    place BIGINT NOT NULL,
    -- 0: nobody, or somebody who has left.
    person BIGINT NOT NULL,
    at BIGINT NOT NULL,
    -- What happened, in a few words of ours; and what they wrote.
    what TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (partnership, blocker, place)
);
CREATE INDEX blocker_event_person ON blocker_event (partnership, person);

-- How two organisations remind each other: proposed by a contact of one, agreed by one of the other.
CREATE TABLE ladder (
    partnership BIGINT NOT NULL,
    -- The lower number first.
    one BIGINT NOT NULL,
    other BIGINT NOT NULL,
    -- JSON; empty: nothing is agreed, or nothing is proposed.
    agreed TEXT NOT NULL,
    proposed TEXT NOT NULL,
    -- Whose proposal it is.
    proposed_by BIGINT NOT NULL,
    PRIMARY KEY (partnership, one, other)
);
