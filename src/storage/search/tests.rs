//! Both engines answer the same, whatever is asked.

use futures::FutureExt;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::*;
use crate::app::App;
use crate::scheduler::harness::on_each_engine;

const HERE: PartnershipId = PartnershipId(1_400_000_000_000_000_001);
const THERE: PartnershipId = PartnershipId(1_400_000_000_000_000_002);

async fn keep(app: &App, partnership: PartnershipId, number: i64, title: &str, body: &str) {
    let (title, body) = (title.to_owned(), body.to_owned());
    let kept = app.store.write(partnership, move |tx| {
        async move { index(tx, partnership, "decision", number, &title, &body).await }.boxed()
    });
    kept.await.expect("kept");
}

async fn found(app: &App, query: &str) -> Vec<i64> {
    let mut db = app.store.read().await.expect("a connection");
    let hits = find(&mut db, app.store.engine(), HERE, "decision", query, 10).await;
    hits.unwrap_or_else(|why| panic!("{query:?}: {why}")).into_iter().map(|hit| hit.number).collect()
}

async fn four(app: &App) {
    keep(app, HERE, 1, "Release on Tuesdays", "We go out with the café's mobile form every week.").await;
    keep(app, HERE, 2, "Governance", "The board meets on Tuesdays, and a release waits for it.").await;
    keep(app, HERE, 3, "Don’t build another form", "Straße, Łódź, Ångström. Form of the mobile kind.").await;
    keep(app, THERE, 1, "Release elsewhere", "Somebody else's release.").await;
}

#[tokio::test]
async fn the_best_match_comes_first() {
    on_each_engine(async |app| {
        four(&app).await;
        let cases: &[(&str, &[i64])] = &[
            ("release", &[1, 2]),
            ("RELEASE tuesdays", &[1, 2]),
            ("rel", &[1, 2]),
            ("tue rel", &[]),
            ("cafe", &[1]),
            ("CAFÉ", &[1]),
            ("cafe\u{301}", &[1]),
            ("strasse lodz angstrom", &[3]),
            ("don't", &[3]),
            ("\"mobile form\"", &[1]),
            ("\"mobile form", &[1]),
            ("“mobile form” week", &[1]),
            ("form mobile", &[3, 1]),
            ("\"tuesdays we\"", &[]),
            ("nothing here", &[]),
            ("", &[]),
        ];
        for (query, expected) in cases {
            assert_eq!(found(&app, query).await, *expected, "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_removed_is_gone() {
    on_each_engine(async |app| {
        four(&app).await;
        keep(&app, HERE, 2, "Governance", "Nothing waits.").await;
        assert_eq!(found(&app, "release").await, [1]);
        let removed = app.store.write(HERE, |tx| async move { remove(tx, HERE, "decision", 3).await }.boxed());
        removed.await.expect("removed");
        assert_eq!(found(&app, "strasse").await, Vec::<i64>::new());
        if app.store.engine() == Engine::Sqlite {
            // Not a word of it is left, in the index or beside it.
            let mut db = app.store.read().await.expect("a connection");
            let sql = "SELECT COUNT(*) FROM search_data WHERE INSTR(block, CAST('angstrom' AS BLOB)) > 0";
            let (left,): (i64,) = sqlx::query_as(sql).fetch_one(&mut *db).await.expect("counted");
            let sql = "SELECT COUNT(*) FROM search_data WHERE INSTR(block, CAST('governance' AS BLOB)) > 0";
            let (kept,): (i64,) = sqlx::query_as(sql).fetch_one(&mut *db).await.expect("counted");
            assert_eq!((left, kept > 0), (0, true));
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_that_is_typed_is_an_error() {
    on_each_engine(async |app| {
        four(&app).await;
        keep(&app, HERE, 4, "NEAR OR AND NOT", &"word* \0 'q' \\ : & | ! <-> 👋🏽 漢字 ".repeat(200)).await;
        assert_eq!(found(&app, "near or and not").await, [4]);
        let long = "long ".repeat(800);
        let hostile = [
            "\"",
            "*",
            "a*",
            "NEAR(a b)",
            "NEAR",
            "AND",
            "a AND",
            "NOT a",
            "^a",
            "title:a",
            "{a}",
            "(",
            ")",
            "a OR",
            "-a",
            "\0",
            "a\0b",
            "👋",
            "👨‍👩‍👧",
            "'",
            "''",
            "\\",
            "a:*",
            "a & b",
            "!a",
            "<->",
            "';--",
            "漢",
            "٣",
            "\u{301}",
            "\u{200d}",
            &long,
            "ﷺ",
            "Ⓐ",
            "ǆ",
            "İ",
            "ค้นหา",
            "हिन्दी",
        ];
        for query in hostile {
            found(&app, query).await;
        }
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        for _ in 0..200 {
            let text = any::<String>().new_tree(&mut runner).expect("a text").current();
            keep(&app, HERE, 9, &text, &text).await;
            found(&app, &text).await;
        }
    })
    .await;
}

#[test]
fn a_query_is_built_here() {
    let query = Query::read("new \"mobile, form\" pat");
    assert_eq!(query.fts5(), "\"new\" AND \"mobile form\" AND \"pat\" *");
    assert_eq!(query.tsquery(), "('new') & ('mobile' <-> 'form') & ('pat':*)");
    assert_eq!(Query::read(&"x ".repeat(4_000)).terms.len(), MOST_WORDS);
}
