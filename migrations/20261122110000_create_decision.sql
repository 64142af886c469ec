-- What was decided together. The shared record outlives the people who made it.
CREATE TABLE decision (
    partnership BIGINT NOT NULL,
    -- As people say it: D-7.
    number BIGINT NOT NULL,
    version BIGINT NOT NULL,
    -- 'proposed', 'agreed', 'superseded', 'retired'
    status TEXT NOT NULL,
    -- Who looks after it, and who recorded it; 0: somebody who has left.
    owner BIGINT NOT NULL,
    recorded_by BIGINT NOT NULL,
    -- All that it says of no person, as JSON.
    body TEXT NOT NULL,
    -- What it stands as for the partnership, such as 'vision'; empty: nothing special.
    stands_as TEXT NOT NULL,
    -- The date on which its owner is asked, and how often they were since.
    review_on TEXT,
    asked BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, number)
);
CREATE INDEX decision_stands_as ON decision (partnership, stands_as);

-- What it said before, and who changed it when.
CREATE TABLE decision_version (
    partnership BIGINT NOT NULL,
    decision BIGINT NOT NULL,
    version BIGINT NOT NULL,
    changed_by BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    -- What was done, in a few words.
    what TEXT NOT NULL,
    status TEXT NOT NULL,
    owner BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (partnership, decision, version)
);

-- Concerns and objections that remained, in their authors' words.
CREATE TABLE decision_concern (
    partnership BIGINT NOT NULL,
    decision BIGINT NOT NULL,
    place BIGINT NOT NULL,
    -- 0: nobody in particular, or somebody who has left.
    person BIGINT NOT NULL,
    -- 'concern', 'objection'
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (partnership, decision, place)
);

-- Which decision takes the place of which.
CREATE TABLE decision_supersedes (
    partnership BIGINT NOT NULL,
    decision BIGINT NOT NULL,
    supersedes BIGINT NOT NULL,
    PRIMARY KEY (partnership, decision, supersedes)
);
CREATE INDEX decision_superseded ON decision_supersedes (partnership, supersedes);

-- What was learned when a decision was looked at again.
CREATE TABLE lesson (
    partnership BIGINT NOT NULL,
    number BIGINT NOT NULL,
    decision BIGINT NOT NULL,
    -- 0: somebody who has left.
    person BIGINT NOT NULL,
    -- 'held', 'adjusted', 'reversed'
    outcome TEXT NOT NULL,
    words TEXT NOT NULL,
    learned_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, number)
);

-- What somebody wants to record from a message in a channel that not everybody sees, until whoever
-- wrote the message has said yes.
CREATE TABLE decision_waiting (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    author BIGINT NOT NULL,
    recorded_by BIGINT NOT NULL,
    channel BIGINT NOT NULL,
    draft TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, id)
);
