//! Two documents are written from the code, so that they can't drift: who may do what
//! (`docs/POLICY.md`) and what is kept about people (`docs/PRIVACY.md`). With `WRITE_DOCUMENTS=1`
//! this test writes them; else it compares.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use elevenses::command::{On, Place, Who, Whose};
use elevenses::features::{FEATURES, table};

fn check(name: &str, written: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    if std::env::var_os("WRITE_DOCUMENTS").is_some() {
        fs::write(&path, written).expect("written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == written, "docs/{name} is out of date: run `WRITE_DOCUMENTS=1 cargo test --test documents`");
}

#[test]
fn who_may_do_what_is_written_down() {
    let mut text = String::from(
        "# Who may do what\n\nWritten from the command table by `tests/documents.rs`. Everything is checked on the bot's side, \
         whatever Discord's own settings say.\n\n| what | who | from where | whose data |\n| --- | --- | --- | --- |\n",
    );
    for entry in table() {
        let what = match entry.on {
            On::Command { name, .. } => format!("`/{name}`"),
            On::MessageCommand(name) => format!("a message's menu, **{name}**"),
            On::Component(action) => format!("button or select `{action}`"),
            On::Form(action) => format!("form `{action}`"),
        };
        let who = match entry.who {
            Who::Anyone => "everybody on the server",
            Who::Member => "members",
            Who::Lead => "the squad's lead, admins",
            Who::Steward => "the organisation's stewards",
            Who::Keeper => "the organisation's stewards and contacts, admins",
            Who::Admin => "admins (Manage Server)",
        };
        let place = match entry.place {
            Place::Server => "the server",
            Place::Anywhere => "the server, one's own conversation with the bot",
        };
        let whose = match entry.whose {
            Whose::Own => "one's own",
            Whose::Squad => "the squad's",
            Whose::Organisation => "the organisation's",
            Whose::Partnership => "the partnership's",
        };
        let _ = writeln!(text, "| {what} | {who} | {place} | {whose} |");
    }
    check("POLICY.md", &text);
}

#[test]
fn what_is_kept_about_people_is_written_down() {
    let mut text = String::from(
        "# What is kept about people\n\nWritten from the declarations of the features by `tests/documents.rs`; `/privacy show` and the \
         first-contact card are made from the same. `/privacy export` gives a copy, `/privacy erase` removes it, also from the \
         messages that the bot posted.\n\nNever asked for and never kept: the reason of an absence, health, mood. Nobody but the \
         person sees their hours. What one partnership (a Discord server) holds is never combined with another's.\n\n\
         | what | why | seen by | until |\n| --- | --- | --- | --- |\n",
    );
    for kept in FEATURES.iter().flat_map(|feature| feature.keeps) {
        let _ = writeln!(text, "| {} | {} | {} | {} |", kept.what, kept.why, kept.seen_by, kept.until);
    }
    check("PRIVACY.md", &text);
}
