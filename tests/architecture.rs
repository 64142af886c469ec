//! The invariants of `docs/ARCHITECTURE.md` that can be read off the sources.

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A source file: its path below the root, and its text without the tests at its end.
struct Source {
    path: String,
    text: String,
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(ROOT).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} has no {extension} files: the check would prove nothing");
    found
}

fn sources(folder: &str) -> Vec<Source> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("UTF-8");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
        let path = path.strip_prefix(ROOT).expect("below the root").display().to_string();
        Source { path, text: code }
    };
    files(folder, "rs").into_iter().map(read).filter(|source| !source.path.contains("test")).collect()
}

/// Fails with every line of a file that has one of the words.
fn without(sources: &[Source], words: &[&str], why: &str) {
    let mut found = Vec::new();
    for source in sources {
        for (number, line) in (1..).zip(source.text.lines()) {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|word| code.contains(word)) {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{why}\n{}", found.join("\n"));
}

#[test]
fn rules_do_no_io_and_read_no_clock() {
    let pure = |source: &Source| {
        let name = source.path.rsplit('/').next().unwrap_or_default();
        let feature = source.path.starts_with("src/features/")
            && (matches!(name, "model.rs" | "policy.rs" | "view.rs") || source.path.contains("/view/"));
        let folders = ["src/schedule/", "src/partnership/", "src/pace/", "src/picture/", "src/rota/", "src/pairing/"];
        feature || folders.iter().any(|folder| source.path.starts_with(folder))
    };
    let sources: Vec<Source> = sources("src").into_iter().filter(pure).collect();
    assert!(sources.len() > 15);
    let words = ["serenity", "sqlx", "reqwest", "tokio", "std::fs", "Utc::now", "SystemTime", "clock.now", "async fn"];
    without(&sources, &words, "model, policy, view, schedule, pace, rota, pairing and partnership are pure");
}

#[test]
fn one_door_to_discord() {
    let sources: Vec<Source> =
        sources("src").into_iter().filter(|source| !source.path.starts_with("src/discord/")).collect();
    without(&sources, &["serenity::", "reqwest::"], "only src/discord knows Discord's libraries");
}

#[test]
fn one_door_to_sql() {
    let outside = |source: &Source| {
        let doors = ["src/storage/", "src/scheduler/", "src/outbox/"];
        let store = source.path.ends_with("/store.rs") || source.path.contains("/store/");
        !doors.iter().any(|door| source.path.starts_with(door)) && !store
    };
    let sources: Vec<Source> = sources("src").into_iter().filter(outside).collect();
    without(&sources, &["sqlx::query", "sqlx::raw_sql"], "SQL stands in store.rs, storage, scheduler and outbox");
}

#[test]
fn sql_is_portable() {
    let sources = sources("src");
    let words = ["SELECT *", "AUTOINCREMENT", "= ANY", "CURRENT_TIMESTAMP", "datetime('now')", "NOW()", "QueryBuilder"];
    without(&sources, &words, "every statement runs on both engines");
    let migrations: Vec<Source> = files("migrations", "sql")
        .into_iter()
        .map(|path| Source { text: fs::read_to_string(&path).expect("UTF-8"), path: path.display().to_string() })
        .collect();
    without(
        &migrations,
        &["BOOLEAN", "AUTOINCREMENT", "IDENTITY", "SERIAL", "TIMESTAMP"],
        "every migration runs on both engines",
    );
}

#[test]
fn every_table_is_a_partnerships() {
    let mut tables = 0;
    for path in files("migrations", "sql") {
        let text = fs::read_to_string(&path).expect("UTF-8");
        for table in text.split("CREATE TABLE ").skip(1) {
            let (name, columns) = table.split_once('(').expect("columns");
            let first = columns
                .lines()
                .map(str::trim)
                .find(|line| !line.is_empty() && !line.starts_with("--"))
                .expect("a column");
            tables += 1;
            assert!(
                first.starts_with("partnership BIGINT NOT NULL") || name.trim() == "person",
                "the first column of {name} is {first}"
            );
        }
    }
    assert!(tables > 15);
}

/// Each `store.rs` names its tables in its first line, and touches no others: a feature reads
/// another's data through its public functions.
#[test]
fn a_feature_touches_its_own_tables_alone() {
    for source in sources("src/features").iter().filter(|source| source.path.ends_with("/store.rs")) {
        let docs: String = source.text.lines().take_while(|line| line.starts_with("//!")).collect();
        let own: Vec<&str> = docs.split('`').skip(1).step_by(2).collect();
        assert!(!own.is_empty(), "{} names its tables in its first line", source.path);
        let words: Vec<&str> =
            source.text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            let names_table = matches!(pair[0], "FROM" | "JOIN" | "INTO" | "UPDATE")
                && pair[1].chars().all(|c| c.is_lowercase() || c == '_');
            assert!(!names_table || own.contains(&pair[1]), "{} touches {}, and owns {own:?}", source.path, pair[1]);
        }
    }
}

#[test]
fn a_rota_is_made_from_what_the_squad_sees() {
    without(&sources("src/features/rota"), &["pace", "cover::"], "a rota knows nobody's pace, nor what they offer");
}

#[test]
fn the_simulator_knows_nothing_of_the_bot() {
    without(&sources("simulator/src"), &["elevenses", "Elevenses"], "the simulator knows Discord's protocol alone");
    let bot = |source: &Source| !source.path.starts_with("src/demo") && !source.path.starts_with("src/cli");
    let sources: Vec<Source> = sources("src").into_iter().filter(bot).collect();
    without(&sources, &["simulator::"], "the bot doesn't know that it talks to a simulator");
}

#[test]
fn every_feature_folder_has_the_same_shape() {
    let features = Path::new(ROOT).join("src/features");
    for entry in fs::read_dir(&features).expect("there") {
        let path = entry.expect("readable").path();
        if !path.is_dir() {
            continue;
        }
        let name = path.file_name().expect("named").to_string_lossy().into_owned();
        for file in ["mod.rs", "view.rs", "commands.rs"] {
            assert!(path.join(file).exists(), "{name} has no {file}");
        }
        let known = elevenses::features::FEATURES.iter().any(|feature| feature.name == name);
        assert!(known, "{name} is not in the registry");
    }
}

#[test]
fn no_action_is_handled_twice() {
    use elevenses::command::On;
    let mut names: Vec<String> = elevenses::features::table()
        .iter()
        .map(|entry| match entry.on {
            On::Command { name, .. } => format!("/{name}"),
            On::MessageCommand(name) => format!("apps {name}"),
            On::Component(action) => format!("click {action}"),
            On::Form(action) => format!("form {action}"),
        })
        .collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}
