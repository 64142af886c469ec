-- A partnership pulse: eleven questions about how people work together, answered without names.
CREATE TABLE pulse (
    partnership BIGINT NOT NULL,
    number BIGINT NOT NULL,
    -- Who looks after it; 0: nobody any more, as in every closed one.
    facilitator BIGINT NOT NULL,
    channel BIGINT NOT NULL,
    forum BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    -- Empty while it is open.
    closed_at BIGINT,
    -- What was shown when it closed, as JSON: rounded averages and nothing else.
    results TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (partnership, number)
);

-- Answers while it is open, sealed. No instants: they would tell who answered what. All are deleted, and
-- the key is destroyed, when it closes.
CREATE TABLE pulse_answer (
    partnership BIGINT NOT NULL,
    pulse BIGINT NOT NULL,
    person BIGINT NOT NULL,
    -- 0: none.
    organisation BIGINT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (partnership, pulse, person)
);
CREATE INDEX pulse_answer_person ON pulse_answer (partnership, person);
