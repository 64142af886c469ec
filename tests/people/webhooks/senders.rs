//! Who sends: GitLab, people with linked accounts, and strangers in crowds.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures::future::{join_all, try_join_all};
use tokio::time::Instant;

use super::*;

const FINISHED: &str = "What did I finish?";

fn gitlab_release(tag: &str) -> Value {
    json!({
        "object_kind": "release", "action": "create", "tag": tag, "name": format!("Forms {tag}"),
        "project": { "path_with_namespace": "Fennel/Forms" }, "commit": { "id": SHA },
        "url": "https://gitlab.example.org/r", "released_at": "2026-03-24 10:59:00 UTC",
    })
}

fn gitlab_deployment(tag: &str, login: &str) -> Value {
    json!({
        "object_kind": "deployment", "status": "success", "environment": "live", "environment_tier": "production",
        "project": { "path_with_namespace": "fennel/forms" }, "short_sha": &SHA[..8], "ref": tag,
        "commit_url": format!("https://gitlab.example.org/c/{SHA}"), "user": { "username": login },
    })
}

impl Story {
    /// GitLab sends an event, known by its token.
    async fn gitlab(&self, hook: &Hook, token: &str, delivery: &str, body: &Value) -> String {
        let headers = [("X-Gitlab-Event", "Release Hook"), ("X-Gitlab-Token", token), ("Idempotency-Key", delivery)];
        self.posts(&hook.path, &headers, &body.to_string()).await
    }

    /// The same, signed as the Standard Webhooks are, so long ago.
    async fn gitlab_signs(&self, key: &str, hook: &Hook, delivery: &str, ago: i64, body: &Value) -> String {
        let (time, body) = (self.stage.now().timestamp() - ago, body.to_string());
        let key = BASE64.decode(key.trim_start_matches("whsec_")).expect("base64");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
        mac.update(format!("{delivery}.{time}.{body}").as_bytes());
        let signature = format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()));
        let time = time.to_string();
        let headers = [("webhook-id", delivery), ("webhook-timestamp", &time), ("webhook-signature", &signature)];
        self.posts(&hook.path, &headers, &body).await
    }

    /// Somebody links their account on GitHub, from the tally.
    async fn links(&self, name: &str, account: &str) -> simulator::Reply {
        let person = self.person(name);
        person.goes_to("checkout").expect("there");
        person.clicks("Link my account…").await.expect("a form");
        person.fills(&[("Your user name on GitHub", account)]).await.expect("answered")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gitlab_tells_by_its_token_or_signed_and_once() {
    for engine in engines() {
        let mut story = Story::listening_on(engine).await;
        story.until("2026-03-24 11:00").await;
        let ann = story.person("Ann");
        ann.goes_to("checkout").expect("there");
        story.run(&ann, "/squad edit").await;
        ann.clicks("Webhooks").await.expect("shown");
        let shown = ann.selects("Add a webhook from…", &["GitLab"]).await.expect("added");
        reads(&shown, &["**Releases events** and **Deployment events**", "*Secret token*", "`whsec_"]);
        let hook = Hook::shown(&shown);
        let text = shown.text();
        let key: String =
            text.split('`').find(|part| part.starts_with("whsec_")).expect("a token to sign with").to_owned();

        let release = gitlab_release("v3");
        let wrong = hook.secret.replace(|c: char| c.is_ascii_digit(), "0");
        for token in ["", &wrong, &hook.secret[1..]] {
            contains(&story.gitlab(&hook, token, "d-1", &release).await, &["401"]);
        }
        contains(&story.gitlab(&hook, &hook.secret, "d-1", &release).await, &["200 OK", "that is recorded"]);
        contains(&story.gitlab(&hook, &hook.secret, "d-1", &release).await, &["known already"]);
        story.restart().await;
        // The deployment of the same commit, signed; six minutes old it counts for nothing.
        let deployment = gitlab_deployment("v3", "ben-f");
        contains(&story.gitlab_signs(&key, &hook, "d-2", 360, &deployment).await, &["401"]);
        contains(&story.gitlab_signs(&key, &hook, "d-2", 0, &deployment).await, &["known already"]);
        let mut other = gitlab_deployment("v4", "ben-f");
        (other["commit_url"], other["short_sha"]) = (json!(""), json!("0c0ffee1"));
        contains(&story.gitlab_signs(&key, &hook, "d-3", 0, &other).await, &["200 OK", "that is recorded"]);
        let push = json!({ "object_kind": "push", "checkout_sha": SHA });
        contains(&story.gitlab(&hook, &hook.secret, "d-4", &push).await, &["202", "not used"]);
        story.until("2026-03-24 11:01").await;
        let tally = story.tallies();
        assert_eq!(tally.len(), 1, "{tally:?}");
        contains(&tally[0], &["24 March: 2** (forms 2)", "[Forms v3](<https://gitlab.example.org/r>)", "• v4"]);
        lacks(&tally[0], &["ben-f"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ci_tells_of_a_linked_account_counts_for_its_persons_pace_and_the_squads_streak() {
    for engine in engines() {
        let story = Story::listening_on(engine).await;
        let hook = story.hook("GitHub").await;
        story.github(&hook, "d-0", "release", &release("v0", "robot")).await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        reads(&story.links("Ben", "ben-f").await, &["Linked: ben-f (GitHub)"]);
        story.works_a_week(&[&ben, &cyd]).await;
        for (number, at) in ["2026-03-28 18:00", "2026-03-29 11:00", "2026-03-29 16:00"].into_iter().enumerate() {
            story.until(at).await;
            let (delivery, told) = (format!("d-{}", number + 1), release(&format!("v1.{number}"), "Ben-F"));
            contains(&story.github(&hook, &delivery, "release", &told).await, &["that is recorded"]);
        }
        story.until("2026-03-30 09:35").await;
        for who in [&ben, &cyd] {
            story.checks_in(who, &[(FINISHED, "a piece of work")]).await;
            who.goes_to("random").expect("there");
        }
        // Two releases a while apart are a sign of work; that is between Ben and the bot.
        reads(&story.run(&ben, "/pace").await, &["**1 day in a row** (2 if you worked on the days"]);
        lacks(&story.run(&cyd, "/pace").await.text(), &["if you worked on the days"]);
        // From the Sunday on which CI told of the first one to the Monday after.
        story.until("2026-03-31 09:35").await;
        let told = story.dms(&story.person("Ann")).into_iter().find(|seen| seen.content.contains("days in a row.**"));
        contains(&told.expect("told").content, &["**Checkout: 9 days in a row.**", "or something was released"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_cannot_be_linked_come_back_filled_in() {
    for engine in engines() {
        let mut story = Story::listening_on(engine).await;
        let hook = story.hook("GitHub").await;
        story.github(&hook, "d-1", "release", &release("v1", "robot")).await;
        reads(&story.links("Cyd", "cyd-k").await, &["Linked: cyd-k (GitHub)"]);
        reads(&story.links("Ben", "ben-f").await, &["Linked: ben-f (GitHub)"]);
        let ben = story.person("Ben");
        ben.clicks("Change…").await.expect("a form");
        let fields = [("Your user name on GitHub", "@CYD-k"), ("Your user name on GitLab", "ben.f")];
        let taken = ben.fills(&fields).await.expect("answered");
        reads(&taken, &["Somebody here has linked CYD-k (GitHub) already", "Nothing was changed", "[Try again]"]);
        story.restart().await;
        let again = ben.clicks("Try again").await.expect("a form");
        let form = format!("{:?}", again.modal.expect("a form"));
        contains(&form, &["CYD-k", "ben.f"]);
        // What was linked before still is.
        story.github(&hook, "d-2", "release", &release("v2", "ben-f")).await;
        assert_eq!(story.number("SELECT COUNT(*) FROM release WHERE person <> 0").await, 1);
        let linked = ben.fills(&[("Your user name on GitHub", "ben-f")]).await.expect("linked");
        reads(&linked, &["Linked: ben-f (GitHub), ben.f (GitLab)"]);
        ben.clicks("Change…").await.expect("a form");
        let copy = story.run(&ben, "/privacy export").await;
        lacks(&story.file(&copy), &["CYD-k"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_holds_a_few_seats_and_an_honest_request_gets_in_after_it() {
    /// More than there are seats.
    const CROWD: usize = 300;
    let story = Story::listening_on(Engine::Sqlite).await;
    let hook = story.hook("GitHub").await;
    let crowd = try_join_all((0..CROWD).map(|_| TcpStream::connect(story.door()))).await.expect("it listens");
    let gone = tokio::spawn(join_all(crowd.into_iter().map(async |mut stream| {
        stream.write_all(b"POST /hooks/ HTTP/1.1\r\nhost: x\r\nx-sl").await.expect("sent");
        stream.read_to_end(&mut Vec::new()).await.ok();
        Instant::now()
    })));
    let honest = story.github(&hook, "d-1", "release", &release("v1", "x")).await;
    let answered = Instant::now();
    contains(&honest, &["200 OK"]);
    let mut gone = gone.await.expect("all are cut off");
    gone.sort_unstable();
    assert!(gone[0] < answered, "every seat was taken until the first of the crowd was cut off");
    assert_eq!(story.number("SELECT COUNT(*) FROM release").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_webhook_of_an_archived_squad_is_not_there() {
    for engine in engines() {
        let story = Story::listening_on(engine).await;
        let hook = story.hook("GitHub").await;
        let ann = story.person("Ann");
        story.run(&ann, "/squad archive").await;
        ann.clicks("Yes, archive it").await.expect("archived");
        contains(&story.github(&hook, "d-1", "release", &release("v1", "x")).await, &["404", "Nothing is here."]);
        assert_eq!(story.number("SELECT COUNT(*) FROM webhook_delivery").await, 0);
        story.run(&ann, "/squad edit squad:Checkout").await;
        ann.goes_to("checkout").expect("there");
        ann.clicks("Bring it back").await.expect("back");
        contains(&story.github(&hook, "d-1", "release", &release("v1", "x")).await, &["200 OK"]);
    }
}
