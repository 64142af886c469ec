-- One row for each thing that is due at an instant. The unique key makes planning it twice harmless.
CREATE TABLE occurrence (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- Whom or what it is about, and which one of its schedule it is.
    subject BIGINT NOT NULL,
    slot TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    -- 'due', 'done', 'missed' (too late to be of use), 'void' (no longer wanted), 'failed'
    state TEXT NOT NULL,
    lease_until BIGINT NOT NULL DEFAULT 0,
    -- Raised by every claim; only the latest claimant can complete it.
    fence BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    finished_at BIGINT,
    PRIMARY KEY (partnership, id)
);
CREATE UNIQUE INDEX occurrence_slot ON occurrence (partnership, kind, subject, slot);
CREATE INDEX occurrence_due ON occurrence (due_at) WHERE state = 'due';

-- Messages that are sent once. The nonce that Discord sees is the id.
CREATE TABLE post (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    -- 'dm' (target: person), 'channel' (target: channel), 'thread' (target: the partnership, target_key:
    -- the panel whose thread it is). Posts to one target go one after the other, by their turns.
    target_kind TEXT NOT NULL,
    target BIGINT NOT NULL,
    target_key TEXT NOT NULL DEFAULT '',
    turn BIGINT NOT NULL,
    -- What a reply to it is about, as '<feature>:<row>'; empty where a reply means nothing.
    about TEXT NOT NULL DEFAULT '',
    -- 'answer' (to the person's own act: free), 'gathered', 'reminder', 'urgent', 'shared' (no DM)
    budget TEXT NOT NULL,
    -- The local date of the person whose budget it counts into; empty for what is free.
    budget_date TEXT NOT NULL DEFAULT '',
    -- The message as JSON; emptied once it was said to a channel.
    body TEXT NOT NULL,
    not_before BIGINT NOT NULL,
    -- Of no use after this.
    expires_at BIGINT NOT NULL,
    -- 'waiting', 'sent', 'failed', 'expired', 'unknown' (nobody can tell whether it arrived)
    state TEXT NOT NULL,
    -- Claimed, or waiting to be tried again, until then.
    lease_until BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    -- When it may have reached Discord for the first time; NULL as long as it certainly has not.
    first_sent_at BIGINT,
    channel BIGINT,
    message BIGINT,
    error TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, id)
);
CREATE INDEX post_waiting ON post (not_before) WHERE state = 'waiting';
CREATE INDEX post_turn ON post (target, turn) WHERE state = 'waiting';
CREATE INDEX post_target ON post (target, first_sent_at);
CREATE INDEX post_message ON post (message) WHERE message IS NOT NULL;

-- Messages that show state: edited when what they show has changed.
CREATE TABLE panel (
    partnership BIGINT NOT NULL,
    -- '<kind>:<row>', such as 'checkin.day:3,2026-03-29'
    panel TEXT NOT NULL,
    channel BIGINT NOT NULL,
    -- What Discord knows its first post by; a new one whenever it is posted anew.
    nonce BIGINT NOT NULL,
    message BIGINT,
    -- The title of the thread to open below it; empty for none.
    thread_title TEXT NOT NULL DEFAULT '',
    thread BIGINT,
    -- Whether it is to be pinned, and which of its messages was.
    pinned BIGINT NOT NULL DEFAULT 0,
    pinned_message BIGINT,
    wanted BIGINT NOT NULL,
    shown BIGINT NOT NULL DEFAULT 0,
    -- It rests until then, however often it is touched.
    not_before BIGINT NOT NULL DEFAULT 0,
    -- When it may have reached Discord for the first time, and when it is known to have.
    first_sent_at BIGINT,
    posted_at BIGINT,
    lease_until BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    -- 'live', 'failed'
    state TEXT NOT NULL,
    error TEXT,
    PRIMARY KEY (partnership, panel)
);
CREATE INDEX panel_waiting ON panel (not_before) WHERE state = 'live' AND shown < wanted;
CREATE INDEX panel_message ON panel (message) WHERE message IS NOT NULL;

-- What waits for the person's next gathered message, worst first.
CREATE TABLE notice (
    partnership BIGINT NOT NULL,
    id BIGINT NOT NULL,
    person BIGINT NOT NULL,
    feature TEXT NOT NULL,
    rank BIGINT NOT NULL,
    text TEXT NOT NULL,
    told_at BIGINT,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (partnership, id)
);
CREATE INDEX notice_waiting ON notice (partnership, person, rank) WHERE told_at IS NULL;

-- One notice an admin a day about the same trouble.
CREATE TABLE trouble (
    partnership BIGINT NOT NULL,
    what TEXT NOT NULL,
    on_date TEXT NOT NULL,
    PRIMARY KEY (partnership, what, on_date)
);

-- Messages that are to be deleted on Discord, because what they say was erased.
CREATE TABLE retraction (
    partnership BIGINT NOT NULL,
    message BIGINT NOT NULL,
    channel BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (partnership, message)
);
CREATE INDEX retraction_waiting ON retraction (not_before);
