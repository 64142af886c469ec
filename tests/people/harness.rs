//! A small partnership to tell stories about: two organisations, one squad, five people.
//!
//! Ann (admin, lead, Fennel), Ben (Fennel), Cyd (Parcelwing, Kolkata), Dot (Parcelwing) and Eve, who
//! is on the server and in nothing. It is Sunday 22 March 2026, 18:00 UTC.

use std::time::Duration;

use chrono::{DateTime, Utc};
use elevenses::app::Random;
use elevenses::config::Config;
use elevenses::demo::Stage;
use simulator::{Actor, Clock, Options, Reply, Seen, World};

/// When every story begins.
pub(crate) const START: &str = "2026-03-22T18:00:00Z";

/// An instant in words: `2026-03-23 09:30`, in UTC.
pub(crate) fn utc(text: &str) -> DateTime<Utc> {
    chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect(text).and_utc()
}

/// A story's stage and people.
pub(crate) struct Story {
    /// The bot and the simulated Discord, on one driven clock.
    pub(crate) stage: Stage,
    _folder: Option<tempfile::TempDir>,
}

/// Which database a story runs on.
#[derive(PartialEq, Eq, Clone, Copy, Debug)]
pub(crate) enum Engine {
    /// A file of its own.
    Sqlite,
    /// A database of its own on the server that `TEST_POSTGRES_URL` names.
    Postgres,
}

/// The engines that are there: SQLite always, PostgreSQL where `TEST_POSTGRES_URL` is set.
pub(crate) fn engines() -> Vec<Engine> {
    if std::env::var("TEST_POSTGRES_URL").is_ok() {
        vec![Engine::Sqlite, Engine::Postgres]
    } else {
        eprintln!("PostgreSQL is skipped: TEST_POSTGRES_URL is not set.");
        vec![Engine::Sqlite]
    }
}

/// Who is on the server: names, and the organisations whose roles they have. The first is its admin.
pub(crate) type Cast<'a> = &'a [(&'a str, &'a str)];

/// Two organisations, and somebody who is in nothing.
const FIVE: Cast<'static> =
    &[("Ann", "Fennel"), ("Ben", "Fennel"), ("Cyd", "Parcelwing"), ("Dot", "Parcelwing"), ("Eve", "")];

/// Four organisations of three people each.
pub(crate) const TWELVE: Cast<'static> = &[
    ("Ann", "Fennel"),
    ("Ben", "Fennel"),
    ("Fay", "Fennel"),
    ("Cyd", "Parcelwing"),
    ("Dot", "Parcelwing"),
    ("Pia", "Parcelwing"),
    ("Lee", "Lakeside"),
    ("Mia", "Lakeside"),
    ("Ned", "Lakeside"),
    ("Gus", "Harbour"),
    ("Hal", "Harbour"),
    ("Ivy", "Harbour"),
];

impl Story {
    /// A server with people and channels; nobody has spoken to the bot yet.
    pub(crate) async fn empty() -> Self {
        Self::on(Engine::Sqlite).await
    }

    /// The same on an engine.
    pub(crate) async fn on(engine: Engine) -> Self {
        Self::beating(engine, Options::default().heartbeat).await
    }

    /// The same where the gateway's heartbeats come as often as this, so that its silence shows soon.
    pub(crate) async fn beating(engine: Engine, heartbeat: Duration) -> Self {
        Self::played_by(engine, heartbeat, FIVE).await
    }

    /// Set up, and webhooks are welcome. Who sends one has a second.
    pub(crate) async fn listening_on(engine: Engine) -> Self {
        let listens = |config: &mut Config| {
            "127.0.0.1:0".clone_into(&mut config.web.listen);
            config.web.patience = Duration::from_secs(1);
        };
        let story = Self::configured(engine, Options::default().heartbeat, FIVE, listens).await;
        story.set_up().await;
        story
    }

    /// The same with other people.
    async fn played_by(engine: Engine, heartbeat: Duration, cast: Cast<'_>) -> Self {
        Self::configured(engine, heartbeat, cast, |_| ()).await
    }

    /// The same with other settings.
    async fn configured(engine: Engine, heartbeat: Duration, cast: Cast<'_>, set: impl FnOnce(&mut Config)) -> Self {
        let start: DateTime<Utc> = START.parse().expect("an instant");
        let mut world = World::starting(start);
        world.name_bot("Elevenses");
        let server = world.server("Home Testing");
        let mut roles = std::collections::BTreeMap::new();
        for (_, organisation) in cast.iter().filter(|(_, organisation)| !organisation.is_empty()) {
            roles.entry(*organisation).or_insert_with(|| world.role(server, organisation));
        }
        for channel in ["checkout", "lab", "random"] {
            world.channel(server, channel);
        }
        world.forum(server, "questions");
        for (index, (name, organisation)) in cast.iter().enumerate() {
            let person = world.person(name);
            let own: Vec<_> = roles.get(organisation).copied().into_iter().collect();
            world.join(server, person, &own);
            if index == 0 {
                world.admin(server, person);
            }
        }
        let (url, folder) = database(engine).await;
        let mut config = Config::default();
        config.database.url = url;
        config.discord.silence = heartbeat * 2;
        config.discord.longest_wait = Duration::from_millis(500);
        set(&mut config);
        let options = Options {
            clock: Clock::driven(start),
            seed: 11,
            heartbeat,
            inspectors: contract::for_bots(),
            ..Options::default()
        };
        let stage = Stage::open(world, options, config, 11).await.expect("the stage opens");
        Self { stage, _folder: folder }
    }

    /// Set up: the squad Checkout in #checkout, weekdays 09:30 London time; Ann, Ben, Cyd and Dot
    /// are in it, of their organisations, and have pressed **Start**.
    pub(crate) async fn with_squad() -> Self {
        Self::with_squad_on(Engine::Sqlite).await
    }

    /// The same on an engine.
    pub(crate) async fn with_squad_on(engine: Engine) -> Self {
        let story = Self::on(engine).await;
        story.set_up().await;
        story
    }

    /// Four organisations of three people each, in one squad.
    pub(crate) async fn with_twelve_on(engine: Engine) -> Self {
        let story = Self::played_by(engine, Options::default().heartbeat, TWELVE).await;
        story.set_up_with(TWELVE).await;
        story
    }

    /// Ann runs `/setup`, and everybody but Eve joins and presses **Start**.
    pub(crate) async fn set_up(&self) {
        self.set_up_with(FIVE).await;
    }

    async fn set_up_with(&self, cast: Cast<'_>) {
        let mut organisations: Vec<String> = Vec::new();
        for (_, organisation) in cast.iter().filter(|(_, organisation)| !organisation.is_empty()) {
            let role = format!("@{organisation}");
            if !organisations.contains(&role) {
                organisations.push(role);
            }
        }
        let organisations: Vec<&str> = organisations.iter().map(String::as_str).collect();
        let ann = self.person("Ann");
        ann.goes_to("checkout").expect("there");
        self.run(&ann, "/setup").await;
        ann.selects("Which roles are organisations?", &organisations).await.expect("roles");
        ann.selects("Which channel is the first squad's?", &["#checkout"]).await.expect("channel");
        ann.clicks("When to ask…").await.expect("form");
        let form = [
            ("When? Plain words", "weekdays 09:30"),
            ("The squad's time zone", "Europe/London"),
            ("The squad's name", "Checkout"),
        ];
        ann.fills(&form).await.expect("filled in");
        ann.clicks("Create").await.expect("created");
        for (name, organisation) in cast.iter().filter(|(_, organisation)| !organisation.is_empty()) {
            self.joins_squad(name, organisation).await;
        }
        self.settled().await;
    }

    /// Somebody joins the squad, of an organisation, and presses **Start**.
    pub(crate) async fn joins_squad(&self, name: &str, organisation: &str) {
        let person = self.person(name);
        person.goes_to("checkout").expect("there");
        let reply = self.run(&person, "/squad join squad:Checkout").await;
        let asks = reply.message.and_then(|seen| seen.selects.into_iter().next());
        if let Some(select) = asks {
            let label = select.options.iter().find(|label| label.starts_with(organisation)).expect("offered").clone();
            person.selects(&select.placeholder, &[&label]).await.expect("chosen");
        }
        self.run(&person, "/checkin now").await;
        person.clicks("Start").await.expect("started");
    }

    /// Somebody by name.
    pub(crate) fn person(&self, name: &str) -> Actor {
        self.stage.sim.person_named(name).unwrap_or_else(|| panic!("{name} is on the server"))
    }

    /// Somebody runs a command that their client lets them run.
    pub(crate) async fn run(&self, who: &Actor, line: &str) -> Reply {
        who.runs(line).await.unwrap_or_else(|refused| panic!("{line}: {refused}"))
    }

    /// Lets time pass.
    pub(crate) async fn until(&self, at: &str) {
        self.stage.until(utc(at)).await.expect("settles");
    }

    /// Waits until nothing is under way.
    pub(crate) async fn settled(&self) {
        self.stage.settled().await.expect("settles");
    }

    /// Ends the bot and starts it anew on the same database.
    pub(crate) async fn restart(&mut self) {
        self.stage.restart().await.expect("starts again");
    }

    /// The newest message of the bot in somebody's own conversation with it.
    pub(crate) fn last_dm(&self, who: &Actor) -> Option<Seen> {
        who.inbox().messages.into_iter().rfind(|seen| seen.author == "Elevenses")
    }

    /// The squad's message of a day, as a reader of its channel sees it.
    pub(crate) fn day_message(&self, reader: &Actor, channel: &str, words: &str) -> Option<Seen> {
        let view = reader.sees_in(channel).expect("the channel is there");
        view.messages.into_iter().rfind(|seen| seen.content.contains(words))
    }
}

/// A database of its own for a story.
async fn database(engine: Engine) -> (String, Option<tempfile::TempDir>) {
    match engine {
        Engine::Sqlite => {
            let folder = tempfile::tempdir().expect("a folder");
            (format!("sqlite:{}", folder.path().join("story.db").display()), Some(folder))
        }
        Engine::Postgres => (new_postgres().await, None),
    }
}

/// Makes an empty database on the test server. It goes with the server.
async fn new_postgres() -> String {
    let server = std::env::var("TEST_POSTGRES_URL").expect("checked by engines()");
    // Random: process ids come round again, and the server may serve several runs.
    let name = format!("story_{}", Random::from_system().id());
    sqlx::any::install_default_drivers();
    let pool = sqlx::AnyPool::connect(&server).await.expect("the test server answers");
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.expect("made");
    pool.close().await;
    let (base, _) = server.rsplit_once('/').expect("a database in the address");
    format!("{base}/{name}")
}

/// What stories about check-ins say often.
impl Story {
    /// What the bot wrote to somebody in private and is there to read, oldest first.
    pub(crate) fn dms(&self, who: &Actor) -> Vec<Seen> {
        who.inbox().messages.into_iter().filter(|seen| seen.author == "Elevenses").collect()
    }

    /// When somebody was asked for a check-in.
    pub(crate) fn asked(&self, who: &Actor) -> Vec<DateTime<Utc>> {
        let prompts = self.dms(who).into_iter().filter(|seen| seen.content.contains("or just reply in your own words"));
        prompts.map(|seen| seen.sent).collect()
    }

    /// When somebody was reminded of one.
    pub(crate) fn reminded(&self, who: &Actor) -> Vec<DateTime<Utc>> {
        self.dms(who).into_iter().filter(|seen| seen.content.contains("is still open")).map(|seen| seen.sent).collect()
    }

    /// Answers what the bot asked last in private, by its form.
    pub(crate) async fn checks_in(&self, who: &Actor, fields: &[(&str, &str)]) -> Reply {
        who.goes_to("DM").expect("a conversation");
        let opened = who.clicks("Check in").await.expect("a form");
        assert!(opened.modal.is_some(), "{}", opened.text());
        who.fills(fields).await.expect("an answer")
    }

    /// Answers by `/checkin now` in a channel.
    pub(crate) async fn checks_in_now(&self, who: &Actor, channel: &str, fields: &[(&str, &str)]) -> Reply {
        who.goes_to(channel).expect("there");
        let opened = self.run(who, "/checkin now").await;
        assert!(opened.modal.is_some(), "{}", opened.text());
        who.fills(fields).await.expect("an answer")
    }

    /// Says in which zone somebody is, and when they like to be asked.
    pub(crate) async fn lives_in(&self, who: &Actor, zone: &str, at: &str) -> Reply {
        who.goes_to("checkout").expect("there");
        self.run(who, "/checkin history").await;
        who.clicks("My zone and times").await.expect("a form");
        let form = [("Your time zone", zone), ("When to ask you (empty: as your squad does)", at)];
        who.fills(&form).await.expect("an answer")
    }

    /// Ann changes the squad's times.
    pub(crate) async fn times(&self, squad: &str, fields: &[(&str, &str)]) {
        let ann = self.person("Ann");
        ann.goes_to("checkout").expect("there");
        self.run(&ann, &format!("/squad edit squad:{squad}")).await;
        ann.clicks("Times…").await.expect("a form");
        let reply = ann.fills(fields).await.expect("an answer");
        assert!(reply.text().contains("Asked:"), "{}", reply.text());
        self.settled().await;
    }

    /// The posts in the thread of a day, such as `Monday 23 March`, by the words in them.
    pub(crate) fn thread_posts(&self, reader: &Actor, day: &str) -> Vec<String> {
        let Ok(view) = reader.sees_in(&format!("Check-ins of {day}")) else { return Vec::new() };
        let posts = view.messages.into_iter().filter(|seen| seen.content.starts_with("**"));
        posts.map(|seen| seen.content).collect()
    }

    /// The messages of days in a channel, oldest first.
    pub(crate) fn day_messages(&self, reader: &Actor, channel: &str) -> Vec<Seen> {
        let view = reader.sees_in(channel).expect("there");
        view.messages.into_iter().filter(|seen| seen.content.contains("· check-ins of ")).collect()
    }
}
