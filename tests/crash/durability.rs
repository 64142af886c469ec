//! What SIGKILL can't show: that an acknowledged commit survives a power cut.
//!
//! A killed process loses nothing that it has written, whatever `synchronous` says: the kernel has
//! it. What `synchronous=OFF` leaves out is the fsync before the acknowledgement. So that is what is
//! looked at here: a process of its own commits and acknowledges, `strace` writes down in which
//! order it syncs and acknowledges, and an acknowledgement without a sync before it is one that a
//! power cut may take back.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use elevenses::clock::Activity;
use elevenses::storage::{Durability, Location, Store};
use futures::FutureExt;

use crate::say;

/// How many commits are acknowledged.
const COMMITS: usize = 25;
/// Tells the child process where its database is, and how it is opened.
const DATABASE: &str = "ELEVENSES_TEST_COMMITS_INTO";
const MODE: &str = "ELEVENSES_TEST_DURABILITY";
const MARK: &str = "acknowledged";

async fn open(url: &str, durability: Durability) -> Store {
    let location = Location { durability, ..Location::new(url) };
    let store = Store::open(&location, &Activity::default()).await.expect("opens");
    store.migrate().await.expect("migrates");
    store
}

async fn commit(store: &Store, number: usize) {
    let job = store.write(elevenses::storage::Scope::Any, move |tx| {
        async move {
            sqlx::query("INSERT INTO trouble (partnership, what, on_date) VALUES (1, $1, '2026-03-22')")
                .bind(number.to_string())
                .execute(&mut **tx)
                .await?;
            Ok(())
        }
        .boxed()
    });
    job.await.expect("committed");
}

/// The child: it does nothing unless the test below started it.
#[tokio::test]
async fn commits_where_it_is_told_to() {
    let Ok(url) = std::env::var(DATABASE) else { return };
    let off = std::env::var(MODE).is_ok_and(|mode| mode == "off");
    let store = open(&url, if off { Durability::Off } else { Durability::Full }).await;
    for number in 0..COMMITS {
        commit(&store, number).await;
        io::stderr().write_all(format!("{MARK} {number}\n").as_bytes()).expect("written");
    }
    store.close().await;
}

/// Runs the child under strace. How many commits were acknowledged, and how many of these without
/// a sync since the one before. `None`: strace may not trace here.
fn acknowledged(folder: &Path, mode: &str) -> Option<(usize, usize)> {
    let trace = folder.join(format!("{mode}.trace"));
    let ran = Command::new("strace")
        .args(["-f", "-s", "40", "-e", "trace=fsync,fdatasync,write", "-o"])
        .arg(&trace)
        .arg(std::env::current_exe().expect("this test"))
        .args(["--exact", "durability::commits_where_it_is_told_to", "--nocapture"])
        .env(DATABASE, format!("sqlite:{}", folder.join(format!("{mode}.db")).display()))
        .env(MODE, mode)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !ran.is_ok_and(|status| status.success()) {
        return None;
    }
    let (mut all, mut unsafe_ones, mut synced) = (0, 0, false);
    for line in std::fs::read_to_string(trace).ok()?.lines() {
        // Where a call is interrupted by another thread's, it counts when it has returned.
        let call = line.contains("sync(") || line.contains("sync resumed");
        synced |= call && line.trim_end().ends_with("= 0");
        if line.contains("write(2, \"") && line.contains(MARK) {
            all += 1;
            unsafe_ones += usize::from(!synced);
            synced = false;
        }
    }
    Some((all, unsafe_ones))
}

#[test]
fn an_acknowledged_commit_is_on_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(full) = acknowledged(folder.path(), "full") else {
        return say("order of syncs and acknowledgements: skipped, strace is not here or may not trace");
    };
    let off = acknowledged(folder.path(), "off").expect("it could a moment ago");
    say(format!(
        "acknowledged without a sync before: {} of {} with synchronous=FULL, {} of {} with OFF (control)",
        full.1, full.0, off.1, off.0
    ));
    assert_eq!(full, (COMMITS, 0));
    // What made the tables may have synced before the first one.
    assert!(off.0 == COMMITS && off.1 + 1 >= COMMITS, "the control must fail: {off:?}");
}

#[tokio::test]
async fn the_writer_syncs_every_commit() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&format!("sqlite:{}", folder.path().join("a.db").display()), Durability::Full).await;
    let read = store.write(elevenses::storage::Scope::Any, |tx| {
        async move {
            let (synchronous,): (i64,) = sqlx::query_as("PRAGMA synchronous").fetch_one(&mut **tx).await?;
            let (journal,): (String,) = sqlx::query_as("PRAGMA journal_mode").fetch_one(&mut **tx).await?;
            Ok((synchronous, journal))
        }
        .boxed()
    });
    assert_eq!(read.await.expect("read"), (2, "wal".to_owned()), "2 is FULL");
    store.close().await;
}
