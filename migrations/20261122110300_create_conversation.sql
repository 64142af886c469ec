-- A panel may be the first message of a forum's post, and its thread may be renamed and folded away.
ALTER TABLE panel ADD COLUMN forum BIGINT NOT NULL DEFAULT 0;
ALTER TABLE panel ADD COLUMN folded BIGINT NOT NULL DEFAULT 0;
-- How the thread is at Discord; its title is empty where that isn't known.
ALTER TABLE panel ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE panel ADD COLUMN folded_at_discord BIGINT NOT NULL DEFAULT 0;

-- A conversation that ends in something that can be found again.
CREATE TABLE conversation (
    partnership BIGINT NOT NULL,
    -- As people say it: C-3.
    number BIGINT NOT NULL,
    -- What was framed, as JSON: title, why, good outcome, and the template as it was then, which a
    -- conversation outlives.
    frame TEXT NOT NULL,
    -- Who looks after it; 0: nobody any more.
    facilitator BIGINT NOT NULL,
    anonymous BIGINT NOT NULL,
    channel BIGINT NOT NULL,
    forum BIGINT NOT NULL,
    -- 'gathering', 'revealed', 'discussing', 'consent', 'closed'
    stage TEXT NOT NULL,
    -- When that stage began, and when it ends by itself.
    turned_at BIGINT NOT NULL,
    ends_at BIGINT,
    -- When views are due.
    deadline BIGINT NOT NULL,
    -- How often quiet organisations were nudged.
    nudges BIGINT NOT NULL DEFAULT 0,
    -- The proposal under consent, and whether the deputies of those missing were asked.
    proposal BIGINT,
    grace BIGINT NOT NULL DEFAULT 0,
    -- How it ended, as JSON; empty while it goes on.
    outcome TEXT NOT NULL DEFAULT '',
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    PRIMARY KEY (partnership, number)
);

-- The organisations whose voice is needed, and who may speak for one in the end.
CREATE TABLE conversation_voice (
    partnership BIGINT NOT NULL,
    conversation BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    deputy BIGINT,
    PRIMARY KEY (partnership, conversation, organisation)
);

-- Who has added a view. No instants: they would tell who wrote what.
CREATE TABLE conversation_view (
    partnership BIGINT NOT NULL,
    conversation BIGINT NOT NULL,
    person BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    -- What they wrote, a JSON list with one text a prompt. In an anonymous conversation it is sealed, and
    -- empty once everything was revealed.
    words TEXT NOT NULL,
    PRIMARY KEY (partnership, conversation, person)
);
CREATE INDEX conversation_view_person ON conversation_view (partnership, person);

-- What an anonymous conversation revealed: shuffled for each prompt on its own.
CREATE TABLE conversation_word (
    partnership BIGINT NOT NULL,
    conversation BIGINT NOT NULL,
    prompt BIGINT NOT NULL,
    place BIGINT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (partnership, conversation, prompt, place)
);

-- Proposals and their versions. The latest version is the one that counts.
CREATE TABLE proposal (
    partnership BIGINT NOT NULL,
    conversation BIGINT NOT NULL,
    number BIGINT NOT NULL,
    version BIGINT NOT NULL,
    -- 0: nobody any more.
    author BIGINT NOT NULL,
    what TEXT NOT NULL,
    why TEXT NOT NULL,
    wrong_if TEXT NOT NULL,
    review_on TEXT,
    PRIMARY KEY (partnership, conversation, number, version)
);
CREATE INDEX proposal_author ON proposal (partnership, author);

-- Where somebody stands on a version of a proposal.
CREATE TABLE stance (
    partnership BIGINT NOT NULL,
    conversation BIGINT NOT NULL,
    proposal BIGINT NOT NULL,
    version BIGINT NOT NULL,
    person BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    -- 'consent', 'concern', 'objection', 'aside'
    stance TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (partnership, conversation, proposal, version, person)
);
CREATE INDEX stance_person ON stance (partnership, person);
