//! Nobody reads a view before all are shown, and of those without names nobody ever learns whose they are:
//! whatever they are here, whatever they ask, and wherever they look.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::process::Command;

use elevenses::command::On;
use elevenses::features;
use simulator::Actor;

use crate::acts::{contains, lacks, reads};
use crate::harness::{Engine, Story, engines};
use crate::onlookers::{Log, ONLOOKERS};

/// Who adds a view beside the one whom it is all about.
const OTHERS: [&str; 4] = ["Ivy", "Cyd", "Dot", "Hal"];

fn secret(name: &str) -> String {
    format!("canary of {name}")
}

/// A conversation in which `one` of Fennel and the others have written, and thought again.
async fn gathered(engine: Engine, start: &str, one: &str) -> Story {
    let story = Story::with_squad_on(engine).await;
    story.everybody_looks_on().await;
    story.begun(start, "checkout").await;
    for name in [&[one], OTHERS.as_slice()].concat() {
        story.adds(name, &format!("draft, {}", secret(name))).await;
        // The words are the same, whoever wrote them.
        let words = if name == one { secret("somebody") } else { secret(name) };
        story.adds(name, &words).await;
    }
    story.until("2026-03-24 09:00").await;
    story
}

impl Story {
    /// Everything that everybody but `besides` can read and ask, each text with its lines in order: views are
    /// shown in none.
    async fn seen_by_all(&self, besides: &[&str]) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for (name, _) in ONLOOKERS.iter().filter(|(name, _)| !besides.contains(name)) {
            for text in self.all_that_is_seen_by(&self.person(name)).await {
                let mut lines: Vec<&str> = text.lines().collect();
                lines.sort_unstable();
                all.insert(lines.join("\n"));
            }
        }
        all
    }

    /// What Discord has of it that isn't its author's alone: messages, cards, forms and files.
    fn on_discord_with(&self, word: &str) -> Vec<String> {
        self.stage.sim.read(|world| {
            let mut found = Vec::new();
            for message in world.messages.values().flat_map(|channel| channel.values()) {
                let files = message.attachments.iter().filter_map(|file| world.files.get(&file.id));
                let files: Vec<String> = files.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
                let text = format!("{} {:?} {:?} {files:?}", message.content, message.embeds, message.components);
                let reader = message.private_to.map(|user| secret(&world.name_of(user, None)));
                let own = reader.is_some_and(|own| text.contains(&own) || text.contains("canary of somebody"));
                if text.contains(word) && !own {
                    found.push(text);
                }
            }
            found
        })
    }

    /// The columns of the database that have a word in the clear.
    async fn columns_with(&self, word: &str) -> Vec<String> {
        let sql = match self.stage.app.store.engine() {
            elevenses::storage::Engine::Sqlite => {
                "SELECT m.name || '.' || c.name AS line FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
            }
            elevenses::storage::Engine::Postgres => {
                "SELECT table_name || '.' || column_name AS line FROM information_schema.columns WHERE table_schema = 'public'"
            }
        };
        let mut found = Vec::new();
        for column in self.rows(sql).await.lines() {
            let (table, name) = column.split_once('.').expect("a column");
            let sql = format!(
                "SELECT COUNT(*) || '' AS line FROM \"{table}\" WHERE CAST(\"{name}\" AS TEXT) LIKE '%{word}%'"
            );
            if self.rows(&sql).await != "0" {
                found.push(column.to_owned());
            }
        }
        found
    }

    /// What the program exports.
    fn exported(&self, format: &str) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        let done = Command::new(env!("CARGO_BIN_EXE_elevenses"))
            .args([
                "export",
                "decisions",
                "--format",
                format,
                "--partnership",
                &self.partnership().to_string(),
                "--out",
            ])
            .arg(&out)
            .env("DATABASE_URL", &self.stage.app.config.database.url)
            .current_dir(folder.path())
            .output()
            .expect("it runs");
        assert!(done.status.success(), "{done:?}");
        let mut text = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
        let files = if out.is_dir() {
            std::fs::read_dir(&out).expect("files").map(|file| file.expect("one").path()).collect()
        } else {
            vec![out]
        };
        for file in files.iter().filter(|file| file.is_file()) {
            text.push_str(&std::fs::read_to_string(file).expect("text"));
        }
        text
    }

    /// Somebody presses every button and sends every form of a conversation, shown to them or not.
    async fn tries_everything(&self, who: &Actor) -> String {
        let mut said = String::new();
        for entry in features::table() {
            let reply = match entry.on {
                On::Component(action) if action.starts_with("conversation.") => self.forges(who, action, "1,1,1").await,
                On::Form(action) if action.starts_with("conversation.") => {
                    self.forges_form(who, action, "1,1,1", &[("words", "x"), ("until", "nonsense"), ("p0", "x")]).await
                }
                _ => continue,
            };
            let _ = writeln!(said, "{}\n{:?}", reply.text(), reply.modal);
        }
        said
    }
}

/// Before all views are shown, a view is nowhere but with its author, and where it is kept.
async fn nothing_is_given_away(story: &Story, one: &str, kept_in: &[&str]) {
    for (reader, _) in ONLOOKERS.iter().chain(&[("Ben", "")]) {
        let own = if *reader == one { secret("somebody") } else { secret(reader) };
        let seen = story.all_that_is_seen_by(&story.person(reader)).await;
        assert!(seen.len() > 20, "{}", seen.len());
        for text in seen {
            let draft = format!("draft, {}", secret(reader));
            lacks(&text.replace(&draft, "").replace(&own, ""), &["canary"]);
        }
    }
    lacks(&story.tries_everything(&story.person("Eve")).await, &["canary"]);
    for name in ["Ann", "Gus"] {
        let panel = story.facilitates(name).await;
        reads(&panel, &["for whoever looks after it"]);
        lacks(&panel.text(), &["canary", "Ben", "Fay", "Ivy", "Cyd"]);
    }
    assert_eq!(story.on_discord_with("canary"), Vec::<String>::new());
    assert_eq!(story.columns_with("canary").await, kept_in);
    for format in ["madr", "csv", "json"] {
        lacks(&story.exported(format), &["canary"]);
    }
}

#[test]
fn before_all_views_are_shown_nobody_reads_one_or_learns_who_wrote() {
    for engine in engines() {
        let start = "/conversation start template:quick-question";
        let seen = |one: &'static str| {
            Log::of(async move {
                let story = gathered(engine, start, one).await;
                nothing_is_given_away(&story, one, &["conversation_view.words"]).await;
                let seen = story.seen_by_all(&["Ben", "Fay"]).await;
                story.until("2026-03-26 17:10").await;
                contains(&story.last_in_thread("Gus").text(), &[&format!("**{one}** (Fennel): canary of somebody")]);
                // What was thought better of is nowhere.
                assert_eq!(story.columns_with("draft, ").await, Vec::<String>::new());
                assert_eq!(story.on_discord_with("draft, "), Vec::<String>::new());
                seen
            })
        };
        // Whoever it was, everybody else has seen the same.
        let ((by_ben, log), (by_fay, _)) = (seen("Ben"), seen("Fay"));
        lacks(&log, &["canary"]);
        assert_eq!(by_ben, by_fay);
    }
}

#[test]
fn without_names_nobody_ever_learns_whose_words_are_whose() {
    for engine in engines() {
        let start = "/conversation start template:quick-question anonymous:Without names";
        let shown = |one: &'static str| {
            Log::of(async move {
                let story = gathered(engine, start, one).await;
                nothing_is_given_away(&story, one, &[]).await;
                if engine == Engine::Sqlite {
                    for file in story.database_files() {
                        let bytes = std::fs::read(&file).expect("bytes");
                        assert!(!bytes.windows(6).any(|some| some == b"canary"), "{}", file.display());
                    }
                }
                story.until("2026-03-26 17:10").await;
                contains(&story.last_in_thread("Gus").text(), &["• canary of somebody", "• canary of Ivy"]);
                assert_eq!(story.columns_with("canary").await, ["conversation_word.words"]);
                let anonymous = story.seen_by_all(&["Ben", "Fay"]).await;
                let own = story.all_that_is_seen_by(&story.person(one)).await;
                let export = own.iter().find(|text| text.contains("/privacy export")).expect("a copy");
                lacks(export, &["canary"]);
                anonymous
            })
        };
        let ((by_ben, log), (by_fay, _)) = (shown("Ben"), shown("Fay"));
        lacks(&log, &["canary"]);
        assert_eq!(by_ben, by_fay);
    }
}
