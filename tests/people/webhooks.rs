//! Releases that CI tells of: set up, signed, counted once, tallied, and nobody named.

mod senders;

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use simulator::Reply;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::acts::{contains, lacks, reads};
use crate::harness::{Engine, Story, engines};

const SHA: &str = "5bcda06f8bd92cf0a8b4cbb3c0cbe9a48ccb5e0a";

/// A webhook as it was shown to whoever set it up.
struct Hook {
    path: String,
    secret: String,
}

impl Hook {
    fn shown(reply: &Reply) -> Self {
        let text = reply.text();
        let part = |before: &str| {
            let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before} isn't in: {text}"));
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "/-".contains(*c)).collect::<String>()
        };
        assert!(reply.is_private());
        Self { path: format!("/hooks/{}", part("/hooks/")), secret: part("Secret: `") }
    }

    fn sign(&self, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).expect("a key");
        mac.update(body.as_bytes());
        format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
    }
}

/// Sends bytes as they are, and reads the answer to its end.
async fn raw(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(request).await.expect("sent");
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await.expect("it ends").ok();
    String::from_utf8(answer).expect("UTF-8")
}

impl Story {
    fn door(&self) -> SocketAddr {
        self.stage.app.web.as_ref().expect("it listens").address()
    }

    async fn posts(&self, path: &str, headers: &[(&str, &str)], body: &str) -> String {
        let mut request = format!("POST {path} HTTP/1.1\r\nhost: elevenses\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            let _ = write!(request, "{name}: {value}\r\n");
        }
        let answer = raw(self.door(), format!("{request}\r\n{body}").as_bytes()).await;
        self.settled().await;
        answer
    }

    /// GitHub sends an event.
    async fn github(&self, hook: &Hook, delivery: &str, event: &str, body: &Value) -> String {
        let body = body.to_string();
        let signature = hook.sign(&body);
        let headers = [("X-GitHub-Event", event), ("X-GitHub-Delivery", delivery), ("X-Hub-Signature-256", &signature)];
        self.posts(&hook.path, &headers, &body).await
    }

    /// Ann sets a webhook up.
    async fn hook(&self, kind: &str) -> Hook {
        let ann = self.person("Ann");
        ann.goes_to("checkout").expect("there");
        self.run(&ann, "/squad edit").await;
        ann.clicks("Webhooks").await.expect("shown");
        Hook::shown(&ann.selects("Add a webhook from…", &[kind]).await.expect("added"))
    }

    /// The tallies in #checkout, oldest first.
    fn tallies(&self) -> Vec<String> {
        let view = self.person("Dot").sees_in("checkout").expect("there");
        let texts = view.messages.into_iter().map(|seen| seen.content);
        texts.filter(|text| text.starts_with("**Released on")).collect()
    }

    /// One number from the database.
    pub(crate) async fn number(&self, sql: &'static str) -> i64 {
        let mut db = self.stage.app.store.read().await.expect("open");
        let (count,): (i64,) = sqlx::query_as(sql).fetch_one(&mut *db).await.expect("counted");
        count
    }
}

fn release(tag: &str, login: &str) -> Value {
    json!({
        "action": "published", "repository": { "full_name": "Fennel/checkout" },
        "release": { "tag_name": tag, "name": format!("Label *printer* {tag}"), "target_commitish": "main",
            "author": { "login": login }, "html_url": "https://example.org/r" },
    })
}

fn deployment(tag: &str, sha: &str) -> Value {
    json!({
        "repository": { "full_name": "fennel/Checkout" },
        "deployment": { "sha": sha, "ref": tag, "creator": { "login": "github-actions[bot]" } },
        "deployment_status": { "state": "success", "environment": "production" },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ci_tells_is_one_tally_a_day_and_counted_once() {
    for engine in engines() {
        let mut story = Story::listening_on(engine).await;
        story.until("2026-03-24 11:00").await;
        let hook = story.hook("GitHub").await;
        contains(
            &story.github(&hook, "d-0", "ping", &json!({ "zen": "Design for failure." })).await,
            &["202", "not used"],
        );
        contains(
            &story.github(&hook, "d-1", "release", &release("v2.1", "ben-f")).await,
            &["200 OK", "that is recorded"],
        );
        let first = story.tallies();
        assert_eq!(first.len(), 1, "{first:?}");
        contains(
            &first[0],
            &["Tuesday 24 March: 1** (checkout 1)", "[Label \\*printer\\* v2.1](<https://example.org/r>) · checkout"],
        );
        lacks(&first[0], &["ben-f", "Ben"]);
        // The same one by another event; sent again; sent again under another name.
        contains(&story.github(&hook, "d-2", "deployment_status", &deployment("v2.1", SHA)).await, &["known already"]);
        contains(&story.github(&hook, "d-1", "release", &release("v2.1", "ben-f")).await, &["200 OK", "known already"]);
        contains(&story.github(&hook, "d-3", "release", &release("v2.1", "ben-f")).await, &["known already"]);
        contains(&story.github(&hook, "d-4", "push", &json!({ "after": SHA })).await, &["202", "not used"]);
        assert_eq!(story.tallies(), first);

        story.restart().await;
        story.github(&hook, "d-5", "deployment_status", &deployment("refs/tags/v2.1", SHA)).await;
        let other = story.hook("Other (JSON)").await;
        let body =
            json!({ "repository": "fennel/forms", "sha": "0c0ffee", "name": "Forms 3", "by": "cyd" }).to_string();
        let headers = [("X-Elevenses-Delivery", "1"), ("X-Elevenses-Signature-256", &other.sign(&body))];
        contains(&story.posts(&other.path, &headers, &body).await, &["200 OK"]);
        let ben = story.person("Ben");
        ben.goes_to("checkout").expect("there");
        story.run(&ben, "/share release what:Scales").await;
        // A panel is edited every 15 seconds at most.
        story.until("2026-03-24 11:01").await;
        let tally = story.tallies();
        assert_eq!(tally.len(), 1, "one a day: {tally:?}");
        contains(&tally[0], &["24 March: 3** (checkout 1, forms 1, shared here 1)", "• Forms 3 · forms", "• Scales"]);
        ben.clicks("Take it back").await.expect("taken back");
        story.until("2026-03-24 11:02").await;
        contains(&story.tallies()[0], &["24 March: 2**"]);
        story.until("2026-03-25 11:00").await;
        story.github(&hook, "d-6", "release", &release("v2.2", "ben-f")).await;
        assert_eq!(story.tallies().len(), 2);
        // Deliveries are forgotten after a month, and what was released stays.
        story.until("2026-04-27 11:00").await;
        assert_eq!(story.number("SELECT COUNT(*) FROM webhook_delivery").await, 0);
        assert_eq!(story.number("SELECT COUNT(*) FROM release").await, 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_signed_leaves_nothing_behind() {
    for engine in engines() {
        let story = Story::listening_on(engine).await;
        let hook = story.hook("GitHub").await;
        let body = release("v2.1", "ben-f").to_string();
        let good = hook.sign(&body);
        let wrong = good.replace(|c: char| c == good.chars().last().unwrap_or('0'), "f");
        for signature in ["", "sha256=", &wrong, &good.replace("sha256", "sha1")] {
            let headers =
                [("X-GitHub-Event", "release"), ("X-GitHub-Delivery", "d-1"), ("X-Hub-Signature-256", signature)];
            contains(
                &story.posts(&hook.path, &headers, &body).await,
                &["401 Unauthorized", "rotate it with /squad edit"],
            );
        }
        // A source that nobody set up is as absent as any wrong path, whatever is sent there.
        let absent = |answer: &str| {
            let lines = answer.lines().filter(|line| !line.starts_with("date:"));
            lines.collect::<Vec<_>>().join("\n")
        };
        let wrong_path = absent(&story.posts("/", &[], "").await);
        contains(&wrong_path, &["404 Not Found", "Nothing is here."]);
        let (head, _) = hook.path.split_at(hook.path.len() - 1);
        for path in ["/hooks/", "/hooks/7", "/hooks/%ff", "/health", &format!("{head}x"), &format!("{}/", hook.path)] {
            let huge = "x".repeat(300_000);
            for body in ["{}", &huge] {
                assert_eq!(absent(&story.posts(path, &[], body).await), wrong_path, "{path}");
            }
        }
        let get = format!("GET {} HTTP/1.1\r\nhost: elevenses\r\n\r\n", hook.path);
        assert_eq!(absent(&raw(story.door(), get.as_bytes()).await), wrong_path);
        for sql in ["SELECT COUNT(*) FROM webhook_delivery", "SELECT COUNT(*) FROM release"] {
            assert_eq!(story.number(sql).await, 0, "{sql}");
        }
        // A copied database alone doesn't tell the secret.
        let mut db = story.stage.app.store.read().await.expect("open");
        let (kept,): (String,) = sqlx::query_as("SELECT secret FROM webhook").fetch_one(&mut *db).await.expect("there");
        lacks(&kept, &[&hook.secret]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_body_is_refused_and_slow_senders_are_dropped() {
    let story = Story::listening_on(Engine::Sqlite).await;
    let hook = story.hook("GitHub").await;
    let path = &hook.path;
    let huge = format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 262145\r\n\r\n");
    contains(&raw(story.door(), huge.as_bytes()).await, &["413 Payload Too Large", "256 KiB at most"]);
    // One that doesn't say how large it is.
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let chunked = format!("POST {path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n{}", chunk.repeat(5));
    let answer = raw(story.door(), chunked.as_bytes()).await;
    assert!(answer.is_empty() || answer.contains("413"), "{answer}");
    for slow in [
        format!("POST {path} HTTP/1.1\r\nhost: x\r\nx-sl"),
        format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{{"),
    ] {
        assert_eq!(raw(story.door(), slow.as_bytes()).await, "", "cut off without a word");
    }
    contains(&story.github(&hook, "d-1", "release", &release("v2.1", "x")).await, &["200 OK"]);
    // Nothing listens where nobody asked for it.
    assert!(Story::on(Engine::Sqlite).await.stage.app.web.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_rotated_and_a_webhook_removed() {
    for engine in engines() {
        let story = Story::listening_on(engine).await;
        let old = story.hook("GitHub").await;
        let ann = story.person("Ann");
        let panel = story.run(&ann, "/squad edit").await;
        lacks(&panel.text(), &[&old.secret]);
        let list = ann.clicks("Webhooks").await.expect("shown");
        reads(&list, &["Webhooks of Checkout", "never looked at", "nothing has arrived yet"]);
        lacks(&list.text(), &[&old.secret]);
        let label = |start: &str| {
            let buttons = list.message.iter().flat_map(|seen| &seen.buttons);
            let mut labels = buttons.map(|button| button.label.clone());
            labels.find(|label| label.starts_with(start)).unwrap_or_else(|| panic!("no {start} button"))
        };
        let reply = ann.clicks(&label("Rotate GitHub")).await.expect("rotated");
        reads(&reply, &["The old one still counts for 24 hours", "**Releases** and **Deployment statuses**"]);
        let new = Hook::shown(&reply);
        assert!(new.path == old.path && new.secret != old.secret);
        contains(&story.github(&new, "d-1", "release", &release("v1", "x")).await, &["200 OK"]);
        contains(&story.github(&old, "d-2", "release", &release("v2", "x")).await, &["200 OK"]);
        story.until("2026-03-23 18:01").await;
        contains(&story.github(&old, "d-3", "release", &release("v3", "x")).await, &["401"]);
        contains(&story.github(&new, "d-4", "release", &release("v3", "x")).await, &["200 OK"]);
        story.run(&ann, "/squad edit").await;
        ann.clicks("Webhooks").await.expect("shown");
        reads(&ann.clicks(&label("Remove GitHub")).await.expect("asked"), &["Its address is gone at once"]);
        reads(&ann.clicks("Yes, remove it").await.expect("removed"), &["is removed."]);
        contains(&story.github(&new, "d-5", "release", &release("v4", "x")).await, &["404"]);
        assert_eq!(story.number("SELECT COUNT(*) FROM seal_key").await, 0);
        assert_eq!(story.number("SELECT COUNT(*) FROM release").await, 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_linked_account_counts_for_its_person_alone() {
    for engine in engines() {
        let story = Story::listening_on(engine).await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        let hook = story.hook("GitHub").await;
        story.github(&hook, "d-1", "release", &release("v1", "ben-f")).await;
        story.run(&ann, "/squad edit").await;
        ann.clicks("Webhooks").await.expect("shown");
        ann.clicks("Link my account…").await.expect("form");
        let linked = ann.fills(&[("Your user name on GitHub", "@Ben-F")]).await.expect("linked");
        reads(&linked, &["Ben-F (GitHub)", "count as your deliveries for your pace; only you see that"]);
        // One name is one person's.
        ben.goes_to("checkout").expect("there");
        ben.clicks("Link my account…").await.expect("on the tally");
        let taken = ben.fills(&[("Your user name on GitHub", "ben-f")]).await.expect("answered");
        reads(&taken, &["Somebody here has linked ben-f (GitHub) already", "Nothing was changed"]);
        story.github(&hook, "d-2", "release", &release("v2", "BEN-f")).await;
        story.github(&hook, "d-3", "release", &release("v3", "somebody")).await;
        assert_eq!(story.number("SELECT COUNT(*) FROM release WHERE person <> 0").await, 1);
        story.until("2026-03-22 18:01").await;
        lacks(&story.tallies()[0], &["Ann", "en-f"]);
        let copy = story.run(&ann, "/privacy export").await;
        contains(&story.file(&copy), &["Ben-F", "Label *printer* v2"]);
        story.run(&ann, "/privacy erase").await;
        ann.clicks("Erase everything").await.expect("erased");
        story.until("2026-03-22 18:02").await;
        assert_eq!(story.number("SELECT COUNT(*) FROM release WHERE person <> 0").await, 0);
        assert_eq!(story.number("SELECT COUNT(*) FROM account").await, 0);
        contains(&story.tallies()[0], &["3** (checkout 3)"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_webhooks_have_all_their_buttons() {
    let story = Story::listening_on(Engine::Sqlite).await;
    for _ in 0..5 {
        story.hook("GitHub").await;
    }
    let ann = story.person("Ann");
    story.run(&ann, "/squad edit").await;
    let shown = ann.clicks("Webhooks").await.expect("shown");
    let labels = crate::acts::buttons(&shown);
    for (start, count) in
        [("Rotate GitHub", 5), ("Remove GitHub", 5), ("Link my account", 1), ("Back to the settings", 1)]
    {
        assert_eq!(labels.iter().filter(|label| label.starts_with(start)).count(), count, "{start}: {labels:?}");
    }
    lacks(&shown.text(), &["Add a webhook from"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_release_that_ci_tells_of_is_asked_about_and_counts_once() {
    for engine in engines() {
        let story = Story::listening_on(engine).await;
        let ben = story.person("Ben");
        story.until("2026-03-24 11:00").await;
        let hook = story.hook("GitHub").await;
        ben.goes_to("checkout").expect("there");
        for what in ["checkout 2.1", "forms 3"] {
            story.run(&ben, &format!("/share release what:{what} when:14:00")).await;
        }
        story.until("2026-03-24 13:50").await;
        story.github(&hook, "d-1", "release", &release("v2.1", "robot")).await;
        story.until("2026-03-24 14:20").await;
        ben.goes_to("DM").expect("a conversation");
        let asks: Vec<_> = story.dms(&ben).into_iter().filter(|seen| seen.content.contains("Is it out?")).collect();
        let ask = |what: &str| asks.iter().find(|seen| seen.content.contains(what)).expect("asked").id;
        let same = ben.clicks_on(ask("checkout 2.1"), "It's out").await.expect("asked back");
        reads(
            &same,
            &["Your CI told me of **Label \\*printer\\* v2.1**", "[It is Label *printer* v2.1]", "[Another one]"],
        );
        let thanks = ben.clicks("It is Label *printer* v2.1").await.expect("settled");
        reads(&thanks, &["**checkout 2.1** is out, as your CI said, and counts once."]);
        // That one is spoken for; the other release is another one.
        let recorded = ben.clicks_on(ask("forms 3"), "It's out").await.expect("recorded");
        reads(&recorded, &["Recorded for Checkout: **forms 3**"]);
        let row = story.number("SELECT MIN(id) FROM planned_release WHERE what = 'checkout 2.1'").await.to_string();
        reads(&story.forges(&ben, "release.out", &format!("{row},0")).await, &["is out already"]);
        story.until("2026-03-24 14:30").await;
        assert_eq!(story.number("SELECT COUNT(*) FROM release").await, 2);
        let person = ben.id();
        let of_ben = story.number("SELECT COUNT(*) FROM release WHERE person <> 0").await;
        assert_eq!(of_ben, 2, "both are deliveries of {person}");
        let texts: Vec<String> =
            ben.sees_in("checkout").expect("there").messages.into_iter().map(|one| one.content).collect();
        let released = texts.iter().filter(|text| text.starts_with("Released: ")).count();
        assert_eq!(released, 2, "{texts:?}");
        contains(&story.tallies()[0], &["24 March: 2**", "• forms 3"]);
    }
}
