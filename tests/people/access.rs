//! Who may do what: the command table, line by line, against every role; and pointers that nobody
//! was ever shown.

use elevenses::command::{Entry, On, Whose};
use elevenses::discord::dispatch::{Says, dispatch};
use elevenses::discord::incoming::parse;
use elevenses::features::{self, access};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::{Value, json};
use simulator::Actor;

use crate::acts::contains;
use crate::harness::Story;

/// Whom a line is for. One letter a role: the Admin, the Lead of squad 1, the lead of Another one,
/// the Steward of organisation 2, its Contact, the steward of another (the Foreign one), a Member
/// of squad 1, and somebody who is in Nothing.
const ROLES: [(char, &str); 8] =
    [('A', "Gus"), ('L', "Ben"), ('O', "Hal"), ('S', "Dot"), ('C', "Cyd"), ('F', "Fay"), ('M', "Ivy"), ('N', "Eve")];

const ANYONE: &str = "ALOSCFMN";
const MEMBER: &str = "ALOSCFM";
const ITS_LEAD: &str = "AL";
const ANY_LEAD: &str = "ALO";
const STEWARD: &str = "S";
const KEEPER: &str = "ASC";
const ADMIN: &str = "A";

/// The table as it was promised. A line that isn't here fails the test: somebody has to decide.
const PROMISED: &[(&str, &str)] = &[
    ("/setup", ADMIN),
    ("setup.panel", ADMIN),
    ("setup.roles", ADMIN),
    ("setup.no_roles", ADMIN),
    ("setup.channel", ADMIN),
    ("setup.when", ADMIN),
    ("setup.when_sent", ADMIN),
    ("setup.preview", ADMIN),
    ("setup.create", ADMIN),
    ("/organisation add", ADMIN),
    ("/organisation edit", KEEPER),
    ("/organisation leave", KEEPER),
    ("/organisation list", ANYONE),
    ("organisation.list", ANYONE),
    ("organisation.change", ANYONE),
    ("organisation.join", ANYONE),
    // Whoever was asked: the handler looks, since the question stands in its row.
    ("organisation.accept", ANYONE),
    ("organisation.no_thanks", ANYONE),
    ("organisation.step_down", ANYONE),
    ("organisation.withdraw", KEEPER),
    ("organisation.admit", STEWARD),
    ("organisation.turn_down", STEWARD),
    ("organisation.settings", STEWARD),
    ("organisation.settings_change", STEWARD),
    ("organisation.settings_sent", STEWARD),
    ("organisation.flags", STEWARD),
    ("organisation.settings_undo", STEWARD),
    // The handler looks: a contact or a steward, and an admin while there is no steward.
    ("organisation.hear", KEEPER),
    ("organisation.leave_yes", KEEPER),
    // Members; what changes one looks who they are to it.
    ("/blocker raise", MEMBER),
    ("/blocker list", MEMBER),
    ("/blocker show", MEMBER),
    ("Raise as blocker", MEMBER),
    ("blocker.make", MEMBER),
    ("blocker.again", MEMBER),
    ("blocker.raised", MEMBER),
    ("blocker.got", MEMBER),
    ("blocker.if", MEMBER),
    ("blocker.if_sent", MEMBER),
    ("blocker.not_ours", MEMBER),
    ("blocker.not_ours_sent", MEMBER),
    ("blocker.more", MEMBER),
    ("blocker.more_sent", MEMBER),
    ("blocker.answer", MEMBER),
    ("blocker.answered", MEMBER),
    ("blocker.tick", MEMBER),
    ("blocker.update", MEMBER),
    ("blocker.updated", MEMBER),
    ("blocker.resolve", MEMBER),
    ("blocker.resolved", MEMBER),
    ("blocker.reopen", MEMBER),
    ("blocker.reopened", MEMBER),
    ("blocker.claim", MEMBER),
    ("blocker.waiting", MEMBER),
    ("blocker.there", MEMBER),
    ("blocker.whom", MEMBER),
    ("blocker.change", MEMBER),
    ("blocker.kind", MEMBER),
    ("blocker.share", MEMBER),
    ("blocker.named", MEMBER),
    ("blocker.words", MEMBER),
    ("blocker.words_sent", MEMBER),
    ("blocker.hold", MEMBER),
    ("blocker.hold_sent", MEMBER),
    ("blocker.hold_yes", MEMBER),
    ("blocker.hold_no", MEMBER),
    ("blocker.hold_end", MEMBER),
    ("blocker.escalate", MEMBER),
    ("blocker.links", MEMBER),
    ("blocker.links_sent", MEMBER),
    ("blocker.open", MEMBER),
    ("blocker.picked", MEMBER),
    ("blocker.page", MEMBER),
    ("blocker.ladders", KEEPER),
    ("blocker.ladder", KEEPER),
    ("blocker.ladder_form", KEEPER),
    ("blocker.ladder_sent", KEEPER),
    ("blocker.ladder_yes", KEEPER),
    ("blocker.history", MEMBER),
    ("/decision record", MEMBER),
    ("/decision search", MEMBER),
    ("/decision show", MEMBER),
    ("/decision rights", MEMBER),
    ("/decision export", MEMBER),
    ("/coffee join", MEMBER),
    ("/coffee pause", MEMBER),
    ("/coffee leave", MEMBER),
    ("/coffee me", MEMBER),
    ("/coffee now", MEMBER),
    ("coffee.me", MEMBER),
    ("coffee.join", MEMBER),
    ("coffee.leave", MEMBER),
    ("coffee.pause", MEMBER),
    ("coffee.paused", MEMBER),
    ("coffee.go_on", MEMBER),
    ("coffee.hours", MEMBER),
    ("coffee.hours_sent", MEMBER),
    ("coffee.asked", MEMBER),
    ("coffee.never", MEMBER),
    ("coffee.never_with", MEMBER),
    ("coffee.never_none", MEMBER),
    ("coffee.time", MEMBER),
    ("coffee.met", MEMBER),
    ("coffee.not_met", MEMBER),
    ("coffee.cant", MEMBER),
    ("coffee.now_yes", MEMBER),
    ("coffee.now_no", MEMBER),
    ("coffee.settings", ADMIN),
    ("coffee.channel", ADMIN),
    ("coffee.weeks", ADMIN),
    ("coffee.colleagues", ADMIN),
    ("coffee.day", ADMIN),
    ("coffee.day_sent", ADMIN),
    // The handler looks: it shows the digests that are theirs to read, and no others.
    ("/digest preview", MEMBER),
    ("/digest settings", MEMBER),
    ("digest.read", MEMBER),
    ("digest.files", MEMBER),
    ("digest.settings", MEMBER),
    ("digest.picked", MEMBER),
    ("digest.one", MEMBER),
    ("digest.when", MEMBER),
    ("digest.when_sent", MEMBER),
    ("digest.stop", MEMBER),
    ("digest.start", MEMBER),
    ("digest.place", ADMIN),
    ("digest.claim", MEMBER),
    ("digest.nudge", MEMBER),
    ("/share story", MEMBER),
    ("/share term", MEMBER),
    ("/share offer", MEMBER),
    ("/share need", MEMBER),
    ("/share browse", MEMBER),
    ("Keep as story", MEMBER),
    ("share.retry", MEMBER),
    ("share.told", MEMBER),
    ("share.offering", MEMBER),
    ("share.telling", MEMBER),
    ("share.category", MEMBER),
    ("share.meant", MEMBER),
    ("share.mean", MEMBER),
    ("share.page", MEMBER),
    ("share.picked", MEMBER),
    ("share.post", MEMBER),
    ("share.change", MEMBER),
    ("share.kind", MEMBER),
    ("share.back", MEMBER),
    ("share.stands", MEMBER),
    ("share.ends", MEMBER),
    ("share.answer", MEMBER),
    ("share.answered", MEMBER),
    ("share.introduce", MEMBER),
    ("share.not_now", MEMBER),
    ("share.came", MEMBER),
    ("share.came_sent", MEMBER),
    ("share.under_way", MEMBER),
    ("share.nothing", MEMBER),
    ("share.retell", MEMBER),
    ("Record as decision", MEMBER),
    ("decision.again", MEMBER),
    ("decision.clearing", MEMBER),
    ("decision.recorded", MEMBER),
    ("decision.page", MEMBER),
    ("decision.picked", MEMBER),
    ("decision.post", MEMBER),
    ("decision.history", MEMBER),
    ("decision.change", MEMBER),
    ("decision.words", MEMBER),
    ("decision.words_sent", MEMBER),
    ("decision.detail", MEMBER),
    ("decision.detail_sent", MEMBER),
    ("decision.parts", MEMBER),
    ("decision.part", MEMBER),
    ("decision.level", MEMBER),
    ("decision.stands", MEMBER),
    ("decision.owner", MEMBER),
    ("decision.status", MEMBER),
    ("decision.date", MEMBER),
    ("decision.date_sent", MEMBER),
    ("decision.links", MEMBER),
    ("decision.links_sent", MEMBER),
    ("decision.supersede", MEMBER),
    ("decision.concern", MEMBER),
    ("decision.concerned", MEMBER),
    ("decision.review", MEMBER),
    ("decision.held", MEMBER),
    ("decision.held_sent", MEMBER),
    ("decision.adjust", MEMBER),
    ("decision.adjusted", MEMBER),
    ("decision.reverse", MEMBER),
    ("decision.reversed", MEMBER),
    ("/squad create", ANY_LEAD),
    ("/squad edit", ITS_LEAD),
    ("/squad archive", ITS_LEAD),
    ("/squad join", ANYONE),
    ("/squad leave", MEMBER),
    ("/squad who", ANYONE),
    ("squad.settings", ITS_LEAD),
    ("squad.questions", ITS_LEAD),
    ("squad.questions_sent", ITS_LEAD),
    ("squad.times", ITS_LEAD),
    ("squad.times_sent", ITS_LEAD),
    ("squad.people", ITS_LEAD),
    ("squad.people_add", ITS_LEAD),
    ("squad.people_remove", ITS_LEAD),
    // An archived squad leads nobody, so the handlers look themselves.
    ("squad.archive_yes", ANYONE),
    ("squad.restore", ANYONE),
    ("squad.who", ANYONE),
    ("squad.does", MEMBER),
    ("squad.does_sent", MEMBER),
    ("squad.rejoin", ANYONE),
    ("/checkin now", ANYONE),
    ("/checkin edit", ANYONE),
    ("/checkin skip", ANYONE),
    ("/checkin hours", ANYONE),
    ("/checkin history", ANYONE),
    ("checkin.open", ANYONE),
    ("checkin.nothing", ANYONE),
    ("checkin.day_off", ANYONE),
    ("checkin.undo_day_off", ANYONE),
    ("checkin.hours", ANYONE),
    ("checkin.days_off", ANYONE),
    ("checkin.clear", ANYONE),
    ("checkin.words", ANYONE),
    ("checkin.sent", ANYONE),
    ("/pace", ANYONE),
    ("pace.show", ANYONE),
    ("pace.start", ANYONE),
    ("pace.finish", ANYONE),
    ("pace.hours_form", ANYONE),
    ("pace.hours_sent", ANYONE),
    ("pace.correct", ANYONE),
    ("pace.correct_pick", ANYONE),
    ("pace.worked", ANYONE),
    ("pace.plan", ANYONE),
    ("pace.plan_pick", ANYONE),
    ("pace.snooze", ANYONE),
    ("pace.unsnooze", ANYONE),
    ("pace.settings", ANYONE),
    ("pace.settings_sent", ANYONE),
    ("pace.steward_send", ANYONE),
    ("pace.steward_hold", ANYONE),
    ("pace.steward_plan", ANYONE),
    ("rest.plan", ITS_LEAD),
    ("rest.pick", ITS_LEAD),
    ("rest.withdraw", ITS_LEAD),
    ("rest.off", MEMBER),
    ("/cover offer", MEMBER),
    ("/cover request", MEMBER),
    ("/cover list", MEMBER),
    ("cover.list", ANYONE),
    ("cover.show", ANYONE),
    ("cover.unoffer", ANYONE),
    ("cover.ask", ANYONE),
    ("cover.sent", ANYONE),
    ("cover.agree", ANYONE),
    ("cover.withdraw", ANYONE),
    ("cover.again", ANYONE),
    ("cover.send", ANYONE),
    ("cover.yes", ANYONE),
    ("cover.no", ANYONE),
    ("cover.note", ANYONE),
    ("cover.note_sent", ANYONE),
    ("cover.away", ANYONE),
    ("cover.share", ANYONE),
    ("consent.yes", ANYONE),
    ("consent.no", ANYONE),
    ("cover.seen_to", STEWARD),
    ("/cover rota", ITS_LEAD),
    ("rota.draft", ITS_LEAD),
    ("rota.ask", ITS_LEAD),
    ("rota.withdraw", ITS_LEAD),
    // Whoever has a part in it: the handlers look, since the rota stands in their row.
    ("rota.agree", MEMBER),
    ("rota.undo", MEMBER),
    ("rota.other", MEMBER),
    ("rota.wish", MEMBER),
    ("rota.calendar", MEMBER),
    ("/share release", MEMBER),
    ("release.meant", MEMBER),
    ("release.undo", ANYONE),
    ("release.out", ANYONE),
    ("release.move", ANYONE),
    ("release.moved", ANYONE),
    ("release.off", ANYONE),
    ("webhook.show", ITS_LEAD),
    ("webhook.add", ITS_LEAD),
    ("webhook.rotate", ITS_LEAD),
    ("webhook.remove", ITS_LEAD),
    ("webhook.removed", ITS_LEAD),
    ("webhook.link", MEMBER),
    ("webhook.linked", MEMBER),
    ("webhook.unlink", ANYONE),
    // Whose voice is asked, and who looks after it: the handlers look, since it stands with the conversation.
    ("/conversation start", MEMBER),
    ("/conversation list", MEMBER),
    ("/conversation templates", MEMBER),
    ("conversation.about", MEMBER),
    ("conversation.more", MEMBER),
    ("conversation.pick", MEMBER),
    ("conversation.frame", MEMBER),
    ("conversation.framed", MEMBER),
    ("conversation.show", ANYONE),
    ("conversation.add", ANYONE),
    ("conversation.added", ANYONE),
    ("conversation.unsay", ANYONE),
    ("conversation.unsaid", ANYONE),
    ("conversation.change", ANYONE),
    ("conversation.changed", ANYONE),
    ("conversation.kept", ANYONE),
    ("conversation.again", ANYONE),
    ("conversation.propose", ANYONE),
    ("conversation.proposed", ANYONE),
    ("conversation.to_consent", ANYONE),
    ("conversation.at_consent", ANYONE),
    ("conversation.amend", ANYONE),
    ("conversation.amended", ANYONE),
    ("conversation.consent", ANYONE),
    ("conversation.aside", ANYONE),
    ("conversation.concern", ANYONE),
    ("conversation.object", ANYONE),
    ("conversation.concerned", ANYONE),
    ("conversation.objected", ANYONE),
    ("conversation.facilitate", ANYONE),
    ("conversation.panel", ANYONE),
    ("conversation.announce", ANYONE),
    ("conversation.discuss", ANYONE),
    ("conversation.decide", ANYONE),
    ("conversation.voices", ANYONE),
    ("conversation.deputy", ANYONE),
    ("conversation.deputy_named", ANYONE),
    ("conversation.move", ANYONE),
    ("conversation.deadline", ANYONE),
    ("conversation.deadline_sent", ANYONE),
    ("conversation.call", ANYONE),
    ("conversation.call_sent", ANYONE),
    ("conversation.without", ANYONE),
    ("conversation.closed_without", ANYONE),
    ("conversation.stop", ANYONE),
    ("conversation.stopped", ANYONE),
    ("conversation.outcome", ANYONE),
    ("conversation.decided", ANYONE),
    ("/away add", MEMBER),
    ("/away list", ANYONE),
    ("/away remove", ANYONE),
    ("away.undo", ANYONE),
    ("away.remove", ANYONE),
    ("away.restore", ANYONE),
    ("away.page", ANYONE),
    ("member.start", ANYONE),
    ("member.checkins", ANYONE),
    ("member.decline", ANYONE),
    ("member.zone", ANYONE),
    ("member.zone_sent", ANYONE),
    // Whoever opened it closes it: the handler looks.
    ("pulse.open", MEMBER),
    ("pulse.opened", MEMBER),
    ("pulse.answer", MEMBER),
    ("pulse.at", MEMBER),
    ("pulse.say", MEMBER),
    ("pulse.unsay", MEMBER),
    ("pulse.close", MEMBER),
    ("pulse.close_yes", MEMBER),
    ("/privacy show", ANYONE),
    ("/privacy export", ANYONE),
    ("/privacy erase", ANYONE),
    ("privacy.copy", ANYONE),
    ("privacy.ask", ANYONE),
    ("privacy.erase", ANYONE),
    ("privacy.keep", ANYONE),
    ("/help", ANYONE),
    ("help.show", ANYONE),
    ("help.dm", ANYONE),
];

/// Everybody of [`ROLES`] is what they are, and nothing else.
async fn everybody() -> Story {
    let story = Story::with_squad().await;
    let server = story.server("Home Testing");
    for name in ["Gus", "Hal", "Fay", "Ivy"] {
        let id = story.stage.sim.add_person(name);
        story.stage.sim.join(server, id, &[]);
    }
    let admins = story
        .stage
        .sim
        .read(|world| world.servers[&server].roles.values().find(|role| role.name == "Admin").map(|role| role.id));
    story.stage.sim.give_role(server, story.person("Gus").id(), admins.expect("a role"));
    story.settled().await;
    story.appoint("Dot", "steward", "Parcelwing").await;
    story.appoint("Fay", "steward", "Fennel").await;
    let dot = story.person("Dot");
    story.run(&dot, "/organisation edit contact:@Cyd").await;
    let cyd = story.person("Cyd");
    cyd.goes_to("random").expect("there");
    story.run(&cyd, "/organisation list").await;
    cyd.clicks("Accept: contact of PARCEL").await.expect("accepted");
    let ann = story.person("Ann");
    story.run(&ann, "/squad create name:Lab channel:#lab zone:London lead:@Hal").await;
    story.run(&ann, "/squad edit squad:Checkout lead:@Ben add:@Ivy").await;
    story.settled().await;
    story
}

fn name_of(entry: &Entry) -> String {
    match entry.on {
        On::Command { name, .. } => format!("/{name}"),
        On::MessageCommand(name) | On::Component(name) | On::Form(name) => name.to_owned(),
    }
}

/// What Discord would say that somebody did, in the first server.
fn interaction(story: &Story, who: &Actor, admin: bool, kind: u64, data: &Value) -> Value {
    json!({
        "id": "1", "token": "t", "application_id": "1", "type": kind, "data": data,
        "guild_id": story.partnership().to_string(), "channel_id": story.channel("random").to_string(),
        "app_permissions": "0",
        "member": {"roles": [], "permissions": if admin { "32" } else { "0" },
            "user": {"id": who.id().to_string(), "username": who.name()}},
    })
}

/// What calls an entry, about squad 1 or organisation 2.
fn call(story: &Story, entry: &Entry) -> (u64, Value) {
    let (option, row) = match entry.whose {
        Whose::Squad => (Some("squad"), "1"),
        Whose::Organisation => (Some("organisation"), "2"),
        Whose::Own | Whose::Partnership => (None, ""),
    };
    match entry.on {
        On::Command { name, .. } => {
            let options: Vec<Value> =
                option.iter().map(|name| json!({"name": name, "type": 3, "value": row})).collect();
            let data = match name.split_once(' ') {
                Some((first, rest)) => {
                    json!({"name": first, "options": [{"name": rest, "type": 1, "options": options}]})
                }
                None => json!({"name": name, "options": options}),
            };
            (2, data)
        }
        On::MessageCommand(name) => (2, json!({"name": name, "type": 3, "target_id": "1"})),
        On::Component(action) => (3, json!({"component_type": 2, "custom_id": story.pointer(action, row)})),
        On::Form(action) => (5, json!({"custom_id": story.pointer(action, row), "components": []})),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_the_table_lets_in_whom_it_says_and_nobody_else() {
    let story = everybody().await;
    let app = &story.stage.app;
    let mut wrong = Vec::new();
    for entry in features::table() {
        let name = name_of(entry);
        let Some((_, promised)) = PROMISED.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("{name} isn't in the promised table"));
            continue;
        };
        for (role, who) in ROLES {
            let who = story.person(who);
            let (kind, data) = call(&story, entry);
            let incoming =
                parse(&interaction(&story, &who, role == 'A', kind, &data), story.stage.now()).expect("readable");
            let mut act = incoming.act.clone();
            let mut db = app.store.read().await.expect("a connection");
            let standing = access::standing(&mut db, act.partnership, act.actor.user).await.expect("read");
            let let_in = access::check(entry, &mut act, &standing, &mut db).await.is_ok();
            drop(db);
            if let_in != promised.contains(role) {
                wrong.push(format!("{name}: {role} is {}", if let_in { "let in" } else { "kept out" }));
            }
            if !let_in {
                // The same through the door: the handler doesn't run, and the answer says who may.
                let reply = dispatch(app, incoming).await;
                match reply.says {
                    Says::Private(message)
                        if message.text.starts_with("Only ")
                            || message.text.starts_with("You aren't in a squad here yet.") => {}
                    says => wrong.push(format!("{name}: {role} was answered {says:?}")),
                }
            }
        }
    }
    let gone = PROMISED.iter().filter(|(name, _)| !features::table().iter().any(|entry| name_of(entry) == *name));
    wrong.extend(gone.map(|(name, _)| format!("{name} is promised and isn't there")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words for rows and values that a program might try.
const ROWS: [&str; 24] = [
    "",
    "0",
    "1",
    "2",
    "3",
    "-1",
    "9223372036854775807",
    "9223372036854775808",
    "1,on",
    "2,on",
    "2,off",
    "2,steward",
    "2,contact",
    "1,again",
    "2,again",
    "2026-03-23",
    "2026-02-30,1",
    "+262142-12-31",
    "none",
    "x",
    "1,1,1,1",
    "שלום",
    "2026-03-22,2026-03-24,day",
    "' OR 1=1 --",
];

/// Seeded: the same tries in every run.
struct Forger(ChaCha12Rng);

impl Forger {
    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.0.next_u64() % (most as u64)).expect("small")
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let index = self.below(of.len());
        &of[index]
    }

    /// A row: one of the words, or one with somebody's id.
    fn row(&mut self, people: &[String]) -> String {
        match self.below(4) {
            0 => format!("{},{}", self.one(&["1", "2", "9"]), self.one(people)),
            1 => format!("{},steward,{}", self.one(&["1", "2"]), self.one(people)),
            _ => (*self.one(&ROWS)).to_owned(),
        }
    }

    /// Something that no client would send.
    fn act(&mut self, partnerships: &[String], people: &[String]) -> (u64, Value) {
        let entry = *self.one(features::table());
        let row = self.row(people);
        match entry.on {
            On::Command { name, options, .. } => {
                let options: Vec<Value> = options
                    .iter()
                    .map(|opt| json!({"name": opt.name, "type": *self.one(&[3, 3, 6, 7, 8, 11]), "value": self.row(people)}))
                    .collect();
                let data = match name.split_once(' ') {
                    Some((first, rest)) => {
                        json!({"name": first, "options": [{"name": rest, "type": 1, "options": options}]})
                    }
                    None => json!({"name": name, "options": options}),
                };
                (2, data)
            }
            On::MessageCommand(name) => (2, json!({"name": name, "type": 3, "target_id": self.row(people)})),
            On::Component(action) | On::Form(action) => {
                let id = format!("v1:{action}:{}:{row}:{}", self.one(partnerships), self.one(&["0", "7", "-3"]));
                let (kind, values) = (*self.one(&[2, 3, 5, 6, 8]), [self.row(people), self.row(people)]);
                let fields = [
                    "schedule",
                    "zone",
                    "name",
                    "group",
                    "days",
                    "question1",
                    "closes",
                    "reminders",
                    "does",
                    "at",
                    "hours",
                    "q0",
                    "q1",
                ];
                let fields: Vec<Value> = fields
                    .iter()
                    .map(|name| json!({"type": 1, "components": [{"type": 4, "custom_id": name, "value": self.row(people)}]}))
                    .collect();
                match entry.on {
                    On::Form(_) => (5, json!({"custom_id": id, "components": fields})),
                    _ => (3, json!({"component_type": kind, "custom_id": id, "values": values})),
                }
            }
        }
    }
}

/// Everything in the database that isn't about one person, as text.
async fn all_but(story: &Story, who: &Actor) -> Vec<String> {
    // Organisations, keepers, squads and everybody else's rows. What shows them is left out: a
    // panel that is shown anew is no harm.
    let id = who.id();
    let queries = [
        "SELECT 'organisation ' || id || name || tag || calendar || minimum_group || retention_days || steward_flags || pending || COALESCE(left_at, 0) AS line FROM organisation".to_owned(),
        "SELECT 'squad ' || id || name || channel || lead || zone || schedule || working_days || questions || closes_at || reminders || COALESCE(archived_at, 0) AS line FROM squad".to_owned(),
        format!("SELECT 'keeper ' || organisation || ' ' || person || job || COALESCE(accepted_at, 0) AS line FROM keeper WHERE person <> {id}"),
        format!("SELECT 'member ' || person || name || COALESCE(zone, '') || COALESCE(organisation, 0) || membership || contact AS line FROM member WHERE person <> {id}"),
        format!("SELECT 'in ' || squad || ' ' || person || does AS line FROM squad_member WHERE person <> {id}"),
        format!("SELECT 'away ' || person || first_date || last_date AS line FROM away WHERE person <> {id}"),
        format!("SELECT 'checkin ' || person || date || state AS line FROM checkin WHERE person <> {id}"),
        format!("SELECT 'answer ' || person || date || text AS line FROM checkin_answer WHERE person <> {id}"),
        "SELECT 'partnership ' || partnership || name || zone || admin AS line FROM partnership".to_owned(),
    ];
    let mut db = story.stage.app.store.read().await.expect("a connection");
    let mut lines = Vec::new();
    for sql in queries {
        let rows: Vec<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *db).await.expect("read");
        lines.extend(rows.into_iter().map(|row| row.0));
    }
    lines.sort();
    lines
}

/// A program that speaks for somebody tries so many things that it was never shown.
async fn tries(story: &Story, who: &str, seed: u64, times: usize, admin: bool) {
    let mut forger = Forger(ChaCha12Rng::seed_from_u64(seed));
    let home = story.partnership();
    let partnerships: Vec<String> =
        [home.0, home.0, home.0, home.0 + 1, 0, -1, i64::MAX].iter().map(ToString::to_string).collect();
    let people: Vec<String> =
        ["Ann", "Ben", "Cyd", "Dot", "Eve"].iter().map(|name| story.person(name).id().to_string()).collect();
    let person = story.person(who);
    for number in 0..times {
        let (kind, data) = forger.act(&partnerships, &people);
        let Ok(incoming) = parse(&interaction(story, &person, admin, kind, &data), story.stage.now()) else { continue };
        let (theirs, said) = (incoming.act.partnership, dispatch(&story.stage.app, incoming).await);
        // Turning it into what Discord takes mustn't fail either.
        let body = said.callback().0.to_string();
        // A made-up row of a check-in is taken for a defect and logged, which is noise and no harm.
        let noise = data["custom_id"].as_str().is_some_and(|id| id.starts_with("v1:checkin."));
        assert!(noise || !body.contains("went wrong"), "try {number}: {data} → {body}");
        if theirs != home && kind != 2 {
            contains(&body, &["another server"]);
        }
    }
    story.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_stranger_forges_changes_nothing_of_anybody_elses() {
    let story = Story::with_squad().await;
    story.appoint("Dot", "steward", "Parcelwing").await;
    let before = all_but(&story, &story.person("Eve")).await;
    tries(&story, "Eve", 11, 2_000, false).await;
    assert_eq!(all_but(&story, &story.person("Eve")).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_member_forges_changes_nothing_of_anybody_elses() {
    let story = Story::with_squad().await;
    story.appoint("Dot", "steward", "Parcelwing").await;
    let before = all_but(&story, &story.person("Ben")).await;
    tries(&story, "Ben", 12, 2_000, false).await;
    assert_eq!(all_but(&story, &story.person("Ben")).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_another_organisations_steward_forges_this_one_stays_as_it_is() {
    let story = Story::with_squad().await;
    story.appoint("Dot", "steward", "Parcelwing").await;
    story.appoint("Ben", "steward", "Fennel").await;
    let ours = async || -> Vec<String> {
        let lines = all_but(&story, &story.person("Ben")).await;
        lines
            .into_iter()
            .filter(|line| {
                line.starts_with("organisation 2") || line.starts_with("keeper 2") || line.starts_with("squad")
            })
            .collect()
    };
    let before = ours().await;
    assert!(before.len() >= 3, "{before:?}");
    tries(&story, "Ben", 13, 2_000, false).await;
    assert_eq!(ours().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_an_admin_forges_a_stewards_settings_stay_as_they_are() {
    let story = Story::with_squad().await;
    story.appoint("Dot", "steward", "Parcelwing").await;
    let settings = async || {
        let sql = "SELECT minimum_group, retention_days, steward_flags, COALESCE(pending_at, 0) FROM organisation WHERE id = 2";
        let mut db = story.stage.app.store.read().await.expect("a connection");
        let row: (i64, i64, i64, i64) = sqlx::query_as(sql).fetch_one(&mut *db).await.expect("read");
        row
    };
    let before = settings().await;
    tries(&story, "Ann", 14, 1_000, true).await;
    assert_eq!(settings().await, before);
}
