//! Settings: a file whose every key is explained, and the environment over it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::NaiveTime;
use serde::{Deserialize, Deserializer};

use crate::features::conversation::library::Library;
use crate::partnership::calendar::WorkingDays;
use crate::schedule::{Schedule, parse_time};

/// The file as it is shipped: it explains the settings and is their default.
pub const DEFAULT: &str = include_str!("../config/elevenses.toml");

/// Where the file is looked for when nobody says.
pub const USUAL_PLACE: &str = "config/elevenses.toml";

/// All settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How Discord is reached.
    #[serde(default)]
    pub discord: Discord,
    /// Where the data are.
    #[serde(default = "default::database")]
    pub database: Database,
    /// How the log looks.
    #[serde(default = "default::log")]
    pub log: Log,
    /// What a new squad begins with.
    #[serde(default = "default::squad")]
    pub squad: Squad,
    /// The kinds of conversations.
    #[serde(default)]
    pub conversations: Conversations,
    /// What people are told about their data.
    #[serde(default)]
    pub privacy: Privacy,
    /// Where webhooks arrive.
    #[serde(default)]
    pub web: Web,
}

/// How Discord is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Discord {
    /// A file that holds the token.
    pub token_file: String,
    /// Another address for the API; empty for Discord itself.
    #[serde(deserialize_with = "api_address")]
    pub api: String,
    /// The global limit. Not in the file: only the demo's and the tests' Discord has another one.
    #[serde(skip, default = "default::requests_a_second")]
    pub requests_a_second: usize,
    /// After so long without a sign of life, a connection to the gateway is given up. Not in the file,
    /// for the same reason.
    #[serde(skip, default = "default::silence")]
    pub silence: Duration,
    /// Longest wait that a rate-limit header may ask for. Not in the file either.
    #[serde(skip, default = "default::longest_wait")]
    pub longest_wait: Duration,
}

impl Default for Discord {
    fn default() -> Self {
        Self {
            token_file: String::new(),
            api: String::new(),
            requests_a_second: default::requests_a_second(),
            silence: default::silence(),
            longest_wait: default::longest_wait(),
        }
    }
}

/// Where the data are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`.
    #[serde(deserialize_with = "database_address")]
    pub url: String,
}

/// How the log looks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// For people or for machines.
    pub format: LogFormat,
}

/// For whom the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: a JSON object a line.
    Json,
}

/// What a new squad begins with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Squad {
    /// When its people are asked, in plain words or cron.
    #[serde(default = "default::schedule", deserialize_with = "schedule")]
    pub schedule: Schedule,
    /// On which days it works.
    #[serde(default = "default::working_days", deserialize_with = "working_days")]
    pub working_days: WorkingDays,
    /// When its day closes, in its zone.
    #[serde(default = "default::closes_at", deserialize_with = "time")]
    pub closes_at: NaiveTime,
    /// Reminders a day, 0 to 2.
    #[serde(default = "default::reminders", deserialize_with = "reminders")]
    pub reminders: u8,
    /// One to four questions.
    #[serde(default = "default::questions", deserialize_with = "questions")]
    pub questions: Vec<String>,
}

/// The kinds of conversations.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Conversations {
    /// A folder with a team's own; empty: there is none.
    pub folder: String,
}

impl Conversations {
    /// The shipped ones and the team's own.
    ///
    /// # Errors
    /// Which file and line is wrong, and what would be right.
    pub fn library(&self) -> anyhow::Result<Library> {
        Library::load(Some(self.folder.as_str()).filter(|folder| !folder.is_empty()).map(Path::new))
    }
}

/// Where webhooks arrive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Web {
    /// An address and port to listen on; empty: nothing listens.
    #[serde(deserialize_with = "listen_address")]
    pub listen: String,
    /// How others reach it; empty: only the path is shown.
    #[serde(deserialize_with = "public_address")]
    pub public_url: String,
    /// How long one request may take altogether. Not in the file: only tests are less patient.
    #[serde(skip, default = "default::patience")]
    pub patience: Duration,
}

impl Default for Web {
    fn default() -> Self {
        Self { listen: String::new(), public_url: String::new(), patience: default::patience() }
    }
}

/// What people are told about their data.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Privacy {
    /// Who answers questions about it.
    pub contact: String,
}

mod default {
    use super::{Config, DEFAULT, Database, Duration, Log, NaiveTime, Schedule, Squad, WorkingDays};

    /// What the shipped file says; a test reads it as a whole.
    fn shipped<T: serde::de::DeserializeOwned>(section: &str) -> T {
        let table: toml::Table = DEFAULT.parse().expect("the shipped settings are TOML");
        table[section].clone().try_into().expect("the shipped settings are whole")
    }

    pub(super) fn database() -> Database {
        shipped("database")
    }
    pub(super) fn requests_a_second() -> usize {
        crate::discord::REQUESTS_A_SECOND
    }
    pub(super) fn silence() -> Duration {
        crate::discord::gateway::SILENCE
    }
    pub(super) fn longest_wait() -> Duration {
        crate::discord::LONGEST_WAIT
    }
    pub(super) fn patience() -> Duration {
        crate::web::PATIENCE
    }
    pub(super) fn log() -> Log {
        shipped("log")
    }
    pub(super) fn squad() -> Squad {
        shipped("squad")
    }
    pub(super) fn schedule() -> Schedule {
        squad().schedule
    }
    pub(super) fn working_days() -> WorkingDays {
        squad().working_days
    }
    pub(super) fn closes_at() -> NaiveTime {
        squad().closes_at
    }
    pub(super) fn reminders() -> u8 {
        squad().reminders
    }
    pub(super) fn questions() -> Vec<String> {
        squad().questions
    }

    impl Default for Config {
        fn default() -> Self {
            toml::from_str(DEFAULT).expect("the shipped settings are whole")
        }
    }
}

impl Config {
    /// Reads a file, or the usual place, or the defaults where there is none there.
    ///
    /// # Errors
    /// Names the file, the line, and what would be right.
    pub fn load(path: Option<&Path>) -> anyhow::Result<Self> {
        let file = match path {
            Some(path) => path.to_owned(),
            None if Path::new(USUAL_PLACE).exists() => PathBuf::from(USUAL_PLACE),
            None => return Ok(Self::default()),
        };
        let text = std::fs::read_to_string(&file)
            .map_err(|error| anyhow::anyhow!("The settings {} can't be read: {error}.", file.display()))?;
        Self::parse(&text).map_err(|error| anyhow::anyhow!("{}: {error}", file.display()))
    }

    /// Reads settings from text. The error begins with the line.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            anyhow::anyhow!("line {line}: {}", error.message().trim_end())
        })
    }

    /// Puts the environment over the file. `get` reads a variable.
    pub fn with_environment(mut self, get: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let set = |name: &str| get(name).filter(|value| !value.is_empty());
        if let Some(url) = set("DATABASE_URL") {
            self.database.url = address(&url).map_err(|why| anyhow::anyhow!("DATABASE_URL: {why}"))?;
        }
        if let Some(api) = set("DISCORD_API") {
            self.discord.api = api_root(&api).map_err(|why| anyhow::anyhow!("DISCORD_API: {why}"))?;
        }
        if let Some(file) = set("DISCORD_TOKEN_FILE") {
            self.discord.token_file = file;
        }
        Ok(self)
    }

    /// The bot's token: from the environment, else from the file that is named. `None` when there is neither.
    ///
    /// # Errors
    /// When the file can't be read or holds no token.
    pub fn token(&self, get: impl Fn(&str) -> Option<String>) -> anyhow::Result<Option<Secret>> {
        let token = match get("DISCORD_TOKEN").filter(|token| !token.trim().is_empty()) {
            Some(token) => token,
            None if self.discord.token_file.is_empty() => return Ok(None),
            None => std::fs::read_to_string(&self.discord.token_file).map_err(|error| {
                anyhow::anyhow!("The token file {} can't be read: {error}.", self.discord.token_file)
            })?,
        };
        let token = token.trim().trim_start_matches("Bot ").to_owned();
        anyhow::ensure!(
            !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic()),
            "The token is empty or has blanks in it. Copy it anew from the application's Bot page."
        );
        Ok(Some(Secret(token)))
    }
}

/// Something that must never be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

fn address(text: &str) -> Result<String, String> {
    if ["sqlite:", "postgres://", "postgresql://"].iter().any(|start| text.starts_with(start)) {
        Ok(text.to_owned())
    } else {
        Err("must begin with sqlite: or postgres://, as in \"sqlite:./data/elevenses.db\"".to_owned())
    }
}

fn api_root(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    if text.is_empty() || text.starts_with("http://") || text.starts_with("https://") {
        Ok(text.to_owned())
    } else {
        Err("must begin with http:// or https://, as in \"http://127.0.0.1:8080\"; empty for Discord itself".to_owned())
    }
}

/// Reads a text and checks it; the error gets the line from the TOML reader.
fn checked<'de, D, T, E: fmt::Display>(deserializer: D, check: impl FnOnce(&str) -> Result<T, E>) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    check(&text).map_err(serde::de::Error::custom)
}

fn database_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    checked(deserializer, |text| address(text).map_err(|why| format!("`url` {why}")))
}

fn api_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    checked(deserializer, |text| api_root(text).map_err(|why| format!("`api` {why}")))
}

fn listen_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let check = |text: &str| match text.parse::<std::net::SocketAddr>() {
        _ if text.is_empty() => Ok(String::new()),
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("`listen` must be an address and a port, as in \"127.0.0.1:8080\"; empty: nothing listens"),
    };
    checked(deserializer, check)
}

fn public_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let why = "`public_url` must begin with http:// or https://, as in \"https://elevenses.example.org\"";
    checked(deserializer, |text| api_root(text).map_err(|_| why))
}

fn schedule<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Schedule, D::Error> {
    checked(deserializer, |text| Schedule::parse(text).map_err(|why| format!("`schedule`: {why}")))
}

fn working_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<WorkingDays, D::Error> {
    checked(deserializer, |text| WorkingDays::parse(text).map_err(|why| format!("`working_days`: {why}")))
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
    checked(deserializer, |text| parse_time(text).map_err(|why| format!("`closes_at`: {why}")))
}

fn reminders<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let count = i64::deserialize(deserializer)?;
    u8::try_from(count)
        .ok()
        .filter(|count| *count <= 2)
        .ok_or_else(|| serde::de::Error::custom(format!("`reminders` is {count}, and may be 0, 1 or 2")))
}

fn questions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let questions = Vec::<String>::deserialize(deserializer)?;
    check_questions(&questions).map_err(|why| serde::de::Error::custom(format!("`questions`: {why}")))?;
    Ok(questions)
}

/// One to four questions of 1 to 45 characters, no two alike: they become the labels of a form.
pub fn check_questions<S: AsRef<str>>(questions: &[S]) -> Result<(), String> {
    if questions.is_empty() || questions.len() > 4 {
        return Err(format!("there are {}, and there may be one to four", questions.len()));
    }
    for (index, question) in questions.iter().map(AsRef::as_ref).enumerate() {
        let length = question.trim().chars().count();
        if length == 0 || length > 45 {
            return Err(format!("“{question}” has {length} characters, and may have 1 to 45"));
        }
        if questions[..index].iter().any(|other| other.as_ref() == question) {
            return Err(format!("“{question}” stands there twice"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_is_the_default() {
        let config = Config::default();
        assert_eq!(config.database.url, "sqlite:./data/elevenses.db");
        assert_eq!(config.squad.questions.len(), 4);
        assert_eq!(Config::parse("").expect("all keys have defaults").squad.reminders, 1);
    }

    #[test]
    fn a_wrong_key_or_value_names_its_line_and_what_would_be_right() {
        let cases = [
            ("[discord]\ntokn_file = \"x\"\n", &["line 2", "tokn_file", "token_file"][..]),
            ("[squad]\n\nreminders = 3\n", &["line 3", "0, 1 or 2"]),
            ("[squad]\nquestions = []\n", &["line 2", "one to four"]),
            ("[database]\nurl = \"mysql://x\"\n", &["line 2", "sqlite:"]),
            ("[log]\nformat = \"xml\"\n", &["line 2", "json"]),
            ("[web]\nlisten = \"8080\"\n", &["line 2", "127.0.0.1:8080"]),
            ("[web]\npublic_url = \"example.org\"\n", &["line 2", "https://"]),
            ("[squad]\nschedule = \"weekdys 9\"\n", &["line 2", "schedule"]),
            ("[squad\n", &["line 1"]),
        ];
        for (text, words) in cases {
            let error = Config::parse(text).expect_err(text).to_string();
            for word in words {
                assert!(error.contains(word), "{text:?} gave {error:?}, without {word:?}");
            }
        }
    }

    #[test]
    fn the_environment_counts_over_the_file() {
        let get = |name: &str| (name == "DATABASE_URL").then(|| "sqlite:other.db".to_owned());
        let config = Config::default().with_environment(get).expect("fine");
        assert_eq!(config.database.url, "sqlite:other.db");
        let wrong = Config::default().with_environment(|_| Some("nonsense".to_owned()));
        assert!(wrong.expect_err("refused").to_string().contains("DATABASE_URL"));
    }

    #[test]
    fn a_token_is_never_printed() {
        let token = Config::default().token(|_| Some(" Bot canary ".to_owned())).expect("fine").expect("there");
        assert_eq!(token.reveal(), "canary");
        assert!(!format!("{token:?}").contains("canary"));
    }
}
