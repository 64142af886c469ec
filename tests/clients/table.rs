//! The table of clients and abilities in `simulator/README.md`.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use anyhow::Result;

const BEGIN: &str = "<!-- clients: written by tests/clients -->\n";
const END: &str = "<!-- /clients -->\n";

/// One ability, and whether the client has it and twilight could read what was sent.
struct Row {
    ability: &'static str,
    can: Result<()>,
    read: Result<usize>,
}

/// What one client did.
pub(crate) struct Column {
    name: &'static str,
    rows: Vec<Row>,
}

/// The column of a client that isn't installed.
pub(crate) fn skipped(name: &'static str, variable: &str) -> Column {
    eprintln!("skipped: {name} isn't tried, because {variable} isn't set");
    Column::new(name)
}

impl Column {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, ability: &'static str, can: Result<()>, read: Result<usize>) {
        for (who, error) in [(self.name, can.as_ref().err()), ("twilight", read.as_ref().err())] {
            if let Some(error) = error {
                eprintln!("{who} can't: {ability} ({}): {error:#}", self.name);
            }
        }
        self.rows.push(Row { ability, can, read });
    }

    /// Whether something failed so far.
    pub(crate) fn fails(&self) -> bool {
        self.rows.iter().any(|row| row.can.is_err() || row.read.is_err())
    }
}

/// Fails if a client couldn't do something, or if the table says something else.
pub(crate) fn judge(columns: &[Column]) {
    let failing: Vec<_> = columns.iter().filter(|column| column.fails()).map(|column| column.name).collect();
    assert!(failing.is_empty(), "{failing:?} can't do here what they do on Discord, see above");
    let missing = columns.iter().any(|column| column.rows.is_empty());
    if missing {
        eprintln!("skipped: the table in simulator/README.md isn't compared, because not all clients ran");
        return;
    }
    check(&text(columns));
}

fn text(columns: &[Column]) -> String {
    let names: Vec<_> = columns.iter().map(|column| column.name).chain(["twilight-model reads"]).collect();
    let mut text = format!("| | {} |\n| --- |{}\n", names.join(" | "), " --- |".repeat(names.len()));
    for (number, row) in columns[0].rows.iter().enumerate() {
        let mark = |fine: bool| if fine { "✓" } else { "✗" };
        let rows: Vec<_> = columns.iter().map(|column| &column.rows[number]).collect();
        let mut marks: Vec<_> = rows.iter().map(|row| mark(row.can.is_ok())).collect();
        marks.push(mark(rows.iter().all(|row| row.read.is_ok())));
        let _ = writeln!(text, "| {} | {} |", row.ability, marks.join(" | "));
    }
    text
}

fn check(table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("simulator/README.md");
    let readme = fs::read_to_string(&path).expect("there is a README");
    let (before, rest) = readme.split_once(BEGIN).expect("the table has a beginning");
    let (there, after) = rest.split_once(END).expect("the table has an end");
    if env::var_os("WRITE_DOCUMENTS").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).expect("written");
    } else {
        assert!(
            there == table,
            "simulator/README.md is out of date: run `WRITE_DOCUMENTS=1 cargo test --test clients`"
        );
    }
}
