//! Full-text search behind one function: the one place with a text of SQL for each engine.
//!
//! Words are cut and folded (`partnership/words.rs`) before they are kept and before they are asked for: accents go,
//! case goes. So both engines answer the same, PostgreSQL needs no extension (`unaccent` is one that
//! many hosts don't allow), and nothing that somebody types can be taken for an operator: what
//! reaches an engine's parser are letters and digits, in a query that is built here.

use sqlx::AssertSqlSafe;

use crate::error::Result;
use crate::partnership::PartnershipId;
pub use crate::partnership::words::words;

use super::{Db, Engine, Tx};

/// Most words of a query that count.
const MOST_WORDS: usize = 16;
/// PostgreSQL counts places up to here.
const LAST_PLACE: usize = 16_000;
/// Where a body begins, so that a phrase never runs from the title into it.
const GAP: usize = 2;

/// A record that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its number within the partnership.
    pub number: i64,
}

/// What is looked for: each term is a phrase of one word or several, and all have to be there.
#[derive(Debug, PartialEq, Eq)]
struct Query {
    terms: Vec<Vec<String>>,
    /// Whether the last word may be the beginning of one.
    prefix: bool,
}

impl Query {
    fn read(text: &str) -> Self {
        let mut query = Self { terms: Vec::new(), prefix: false };
        let mut left = MOST_WORDS;
        // What stands between quotation marks is one phrase, also where the last mark is missing.
        for (place, part) in text.split(['"', '“', '”', '„']).enumerate() {
            let mut found = words(part);
            found.truncate(left);
            left -= found.len();
            if found.is_empty() {
                continue;
            }
            query.prefix = place % 2 == 0;
            if query.prefix {
                query.terms.extend(found.into_iter().map(|word| vec![word]));
            } else {
                query.terms.push(found);
            }
        }
        query
    }

    fn written(&self, phrase: impl Fn(&[String], bool) -> String, and: &str) -> String {
        let last = self.terms.len().saturating_sub(1);
        let terms = self.terms.iter().enumerate().map(|(at, term)| phrase(term, self.prefix && at == last));
        terms.collect::<Vec<_>>().join(and)
    }

    /// As FTS5 reads it: `"new" AND "mobile form" AND "pat" *`.
    fn fts5(&self) -> String {
        self.written(|words, prefix| format!("\"{}\"{}", words.join(" "), if prefix { " *" } else { "" }), " AND ")
    }

    /// As PostgreSQL reads it: `'new' & ('mobile' <-> 'form') & 'pat':*`.
    fn tsquery(&self) -> String {
        let word = |word: &String, prefix: bool| format!("'{word}'{}", if prefix { ":*" } else { "" });
        let phrase = |words: &[String], prefix: bool| {
            let words: Vec<String> = words.iter().map(|one| word(one, prefix)).collect();
            format!("({})", words.join(" <-> "))
        };
        self.written(phrase, " & ")
    }
}

/// PostgreSQL's list of words with their places: the title's weigh most (A), the body's little (C).
fn tsvector(title: &[String], body: &[String]) -> String {
    let titled = title.iter().enumerate().map(|(at, word)| (at + 1, 'A', word));
    let rest = body.iter().enumerate().map(|(at, word)| (title.len() + GAP + at, 'C', word));
    let all = titled.chain(rest).map(|(at, weight, word)| format!("'{word}':{}{weight}", at.min(LAST_PLACE)));
    all.collect::<Vec<_>>().join(" ")
}

/// The first row id of a scope; the scope's small number stands above a record's 32 bits.
fn first_of(scope: i64) -> i64 {
    scope << 32
}

async fn scope(db: &mut Db, partnership: PartnershipId, kind: &str) -> Result<Option<i64>> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT id FROM search_scope WHERE partnership = $1 AND kind = $2")
        .bind(partnership.0)
        .bind(kind)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| row.0))
}

/// Makes a record of a kind findable by its words, or by its new ones.
pub async fn index(
    tx: &mut Tx,
    partnership: PartnershipId,
    kind: &str,
    number: i64,
    title: &str,
    body: &str,
) -> Result<()> {
    let (title, body) = (words(title), words(body));
    match tx.engine() {
        Engine::Sqlite => {
            remove(tx, partnership, kind, number).await?;
            let sql = "INSERT INTO search_scope (partnership, kind) VALUES ($1, $2) ON CONFLICT (partnership, kind) DO NOTHING";
            sqlx::query(sql).bind(partnership.0).bind(kind).execute(&mut **tx).await?;
            let scope = scope(tx, partnership, kind).await?.unwrap_or_default();
            sqlx::query("INSERT INTO search (rowid, title, body) VALUES ($1, $2, $3)")
                .bind(first_of(scope) + number)
                .bind(title.join(" "))
                .bind(body.join(" "))
                .execute(&mut **tx)
                .await?;
        }
        Engine::Postgres => {
            let sql = "INSERT INTO search (partnership, kind, number, words) VALUES ($1, $2, $3, CAST($4 AS tsvector)) \
                       ON CONFLICT (partnership, kind, number) DO UPDATE SET words = excluded.words";
            sqlx::query(sql)
                .bind(partnership.0)
                .bind(kind)
                .bind(number)
                .bind(tsvector(&title, &body))
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// Takes a record out of the search, with its words.
pub async fn remove(tx: &mut Tx, partnership: PartnershipId, kind: &str, number: i64) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite => {
            if let Some(scope) = scope(tx, partnership, kind).await? {
                let row = first_of(scope) + number;
                sqlx::query("DELETE FROM search WHERE rowid = $1").bind(row).execute(&mut **tx).await?;
            }
        }
        Engine::Postgres => {
            sqlx::query("DELETE FROM search WHERE partnership = $1 AND kind = $2 AND number = $3")
                .bind(partnership.0)
                .bind(kind)
                .bind(number)
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// The records of a kind that have all the words of a query, best match first, then newest first.
/// Its last word may be the beginning of one, and what stands in quotation marks stands together.
pub async fn find(
    db: &mut Db,
    engine: Engine,
    partnership: PartnershipId,
    kind: &str,
    query: &str,
    limit: i64,
) -> Result<Vec<Hit>> {
    let query = Query::read(query);
    if query.terms.is_empty() {
        return Ok(Vec::new());
    }
    let numbers: Vec<(i64,)> = match engine {
        Engine::Sqlite => {
            let Some(scope) = scope(db, partnership, kind).await? else { return Ok(Vec::new()) };
            let (first, end) = (first_of(scope), first_of(scope + 1));
            // The range of rows is written out: FTS5 walks nothing outside of it.
            let sql = format!(
                "SELECT rowid - {first} FROM search WHERE search MATCH $1 AND rowid >= {first} AND rowid < {end} \
                 ORDER BY bm25(search, 5.0, 1.0), rowid DESC LIMIT $2"
            );
            sqlx::query_as(AssertSqlSafe(sql)).bind(query.fts5()).bind(limit).fetch_all(db).await?
        }
        Engine::Postgres => {
            let sql = "SELECT number FROM search WHERE partnership = $1 AND kind = $2 AND words @@ CAST($3 AS tsquery) \
                       ORDER BY ts_rank(words, CAST($3 AS tsquery)) DESC, number DESC LIMIT $4";
            sqlx::query_as(sql).bind(partnership.0).bind(kind).bind(query.tsquery()).bind(limit).fetch_all(db).await?
        }
    };
    Ok(numbers.into_iter().map(|(number,)| Hit { number }).collect())
}

#[cfg(test)]
mod tests;
