//! What a newcomer does on the page.

use fantoccini::Locator;
use fantoccini::key::Key;

use super::desk::{DESKTOP, Desk, demo};

#[tokio::test(flavor = "multi_thread")]
async fn a_partnership_is_set_up_from_nothing() {
    let Some(desk) = Desk::open(&demo(1, true), DESKTOP).await else { return };
    desk.is("Rhian Morgan", "ordering").await;
    desk.finds("//*[contains(., 'Type /setup to begin')]").await;
    desk.runs("setup", &[]).await;
    desk.picks("Which roles are organisations?", &["Fennel Digital", "Parcelwing"]).await;
    desk.reads("Organisations: Fennel Digital and Parcelwing").await;
    desk.picks("Which channel is the first squad's?", &["ordering"]).await;
    desk.reads("First squad's channel: #ordering").await;
    desk.presses("When to ask…").await;
    desk.fills(&[
        ("When? Plain words", "weekdays 09:30"),
        ("The squad's time zone", "London"),
        ("The squad's name", "Ordering"),
    ])
    .await;
    desk.presses("Create").await;
    desk.reads("Ordering").await;
    // Somebody of the other organisation joins, and is who they are there.
    desk.is("Marek Zieliński", "ordering").await;
    desk.runs("squad join", &[("squad", "Ordering")]).await;
    desk.picks("Your organisation", &["Parcelwing"]).await;
    desk.reads("of Parcelwing").await;
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_people_of_two_organisations_check_in_the_next_morning() {
    let Some(desk) = Desk::open(&demo(1, false), DESKTOP).await else { return };
    desk.is("Gwen Price", "DM").await;
    for _ in 0..8 {
        desk.lets_pass("[data-testid='clock-hour']").await;
    }
    for _ in 0..40 {
        if now(&desk).await.as_str() >= "2026-03-24T08:30" {
            break;
        }
        desk.lets_pass("[data-testid='clock-next']").await;
    }
    for (who, words) in [
        ("Gwen Price", "The night desk has its rota"),
        ("Tom Okafor", "Result texts go out twice an hour"),
        ("Owen Hughes", "Duplicates are half of what they were"),
    ] {
        desk.is(who, "DM").await;
        desk.reads("Tuesday 24 March, for").await;
        desk.presses("Check in").await;
        desk.fills(&[("What did I finish?", words)]).await;
        desk.reads("Saved").await;
    }
    // The squad reads all three in one message, in the words that they chose.
    desk.is("Ruth Goldberg", "results").await;
    for words in ["The night desk has its rota", "Result texts go out", "Duplicates are half"] {
        desk.reads(words).await;
    }
    desk.close().await;
}

async fn now(desk: &Desk) -> String {
    let said = desk.run("return document.querySelector('[data-testid=now]').dateTime").await;
    said.as_str().expect("an instant").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_is_told_so_or_not_even_offered_it() {
    let Some(desk) = Desk::open(&demo(1, false), DESKTOP).await else { return };
    desk.is("Joe Lindqvist", "ordering").await;
    desk.sees("[data-testid='box']").await.send_keys("/setup").await.expect("it is typed");
    desk.finds("//*[contains(normalize-space(.), 'No command is called that.')]").await;
    desk.run("document.querySelector('[data-testid=box]').value = ''").await;
    desk.runs("digest preview", &[]).await;
    desk.reads("There is no digest for you here yet.").await;
    desk.runs("squad edit", &[("squad", "Ordering")]).await;
    desk.reads("lead").await;
    // What the client itself would refuse is said where it was typed.
    desk.sees("[data-testid='box']").await.send_keys("/blocker show").await.expect("it is typed");
    desk.clicks_on("[data-testid='command'][data-name='blocker show']").await;
    desk.clicks_on("[data-testid='run']").await;
    desk.finds("//*[@aria-invalid='true']").await;
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guided_visit_leads_through_seven_steps() {
    let Some(desk) = Desk::open(&demo(14, false), DESKTOP).await else { return };
    desk.clicks_on("[data-testid='tour-start']").await;
    let step = async |number: usize| {
        desk.finds(&format!("//*[@data-testid='tour']//*[contains(., 'Step {number} of 7')]")).await;
        desk.lets_pass("[data-testid='tour-go']").await;
    };
    let done = async || {
        desk.sees("[data-testid='tour'] .tour-done").await;
        desk.clicks_on("[data-testid='tour-next']").await;
    };
    step(1).await;
    // On a Monday digests stand below the question: it is what one is led to.
    desk.sees("article:focus [data-testid='button']").await;
    desk.presses("Check in").await;
    desk.fills(&[("What did I finish?", "The second van is here")]).await;
    done().await;
    step(2).await;
    desk.reads("The second van is here").await;
    done().await;
    step(3).await;
    desk.runs("blocker raise", &[("kind", "Contract"), ("organisation", "National Testing Agency")]).await;
    desk.fills(&[("In the way", "Nobody has signed for the third van"), ("By when?", "1 March 2020")]).await;
    // What the bot refuses is no step.
    desk.presses("Try again").await;
    desk.finds("//*[@data-testid='tour']//*[contains(., 'Type /blocker raise')]").await;
    desk.fills(&[("By when?", "in 3 days")]).await;
    desk.finds("//*[@data-testid='tour']//*[contains(., 'the other side')]").await;
    step(3).await;
    desk.presses("We've got this").await;
    done().await;
    step(4).await;
    desk.presses("Add your view").await;
    desk.fills(&[("What is your answer?", "A neighbour signs, or they go back")]).await;
    desk.finds("//*[@data-testid='tour']//*[contains(., 'all views are shown at once')]").await;
    step(4).await;
    desk.reads("All views are here").await;
    done().await;
    step(5).await;
    desk.runs("pace", &[]).await;
    done().await;
    step(6).await;
    desk.presses("We've met").await;
    done().await;
    step(7).await;
    desk.runs("digest preview", &[]).await;
    desk.sees("[data-testid='tour'] .tour-done").await;
    desk.finds("//*[@data-testid='tour']//*[contains(., 'That was the tour')]").await;
    desk.clicks_on("[data-testid='tour-leave']").await;
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_is_enough() {
    let Some(desk) = Desk::open(&demo(1, false), DESKTOP).await else { return };
    desk.is("Gwen Price", "results").await;
    let text = desk.sees("[data-testid='box']").await;
    // What is typed after Enter is a message of its own, however fast; and a command that isn't there stays unsent.
    let enter = char::from(Key::Enter);
    text.send_keys(&format!("the first{enter}/etc/hosts was wrong{enter}/bananas{enter}")).await.expect("it is typed");
    for words in ["the first", "/etc/hosts was wrong"] {
        let alone = format!("//*[@data-testid='message']//*[normalize-space(text()) = '{words}']");
        desk.finds(&alone).await;
    }
    desk.finds("//*[contains(., 'There is no /bananas for you here')]").await;
    text.clear().await.expect("it is emptied");
    text.send_keys("/pac").await.expect("it is typed");
    desk.sees("[data-testid='command'][data-name='pace']").await;
    desk.keys(Key::Enter).await;
    desk.sees("[data-testid='run']:focus").await;
    desk.keys(Key::Enter).await;
    desk.reads("in a row").await;
    // The menu of a message, and what the bot has in it.
    let said = "The lab's certificate runs out on Friday";
    desk.sees("[data-testid='box']").await.send_keys(said).await.expect("it is typed");
    desk.keys(Key::Enter).await;
    desk.reads(said)
        .await
        .send_keys(&format!("{}{}", char::from(Key::Shift), char::from(Key::F10)))
        .await
        .expect("keys");
    desk.sees("[data-testid='menu']").await;
    for _ in 0..12 {
        if desk.run("return document.activeElement.innerText").await == "Raise as blocker" {
            break;
        }
        desk.keys(Key::Down).await;
    }
    desk.keys(Key::Enter).await;
    desk.sees("dialog[data-testid='form']").await;
    let script =
        "return [...document.querySelectorAll('dialog :is(input, textarea)')].map((field) => field.value).join()";
    let filled = desk.run(script).await;
    assert!(filled.as_str().expect("texts").contains(said), "{filled}");
    desk.close().await;
}

/// A newcomer types a command wherever they are, and the first step of the tour is done in plain words as well.
#[tokio::test(flavor = "multi_thread")]
async fn in_a_conversation_with_the_bot_plain_words_are_an_answer_and_commands_are_none() {
    let Some(desk) = Desk::open(&demo(1, false), DESKTOP).await else { return };
    desk.clicks_on("[data-testid='tour-start']").await;
    desk.lets_pass("[data-testid='tour-go']").await;
    desk.sees("[data-testid='box']").await.send_keys("/pace").await.expect("it is typed");
    desk.finds("//*[contains(normalize-space(.), 'Commands work in the server')]").await;
    desk.keys(Key::Enter).await;
    desk.reads("Nothing was saved: /pace is a command").await;
    let done = desk.run("return document.querySelector('[data-testid=tour] .tour-done') !== null").await;
    assert_eq!(done, serde_json::json!(false), "that was no answer");
    desk.sees("[data-testid='box']").await.send_keys("The second van is here").await.expect("it is typed");
    desk.keys(Key::Enter).await;
    desk.reads("What did I finish? The second van is here").await;
    desk.sees("[data-testid='tour'] .tour-done").await;
    desk.close().await;
}

/// Two windows are two people, and what one writes the other sees.
#[tokio::test(flavor = "multi_thread")]
async fn two_panes_are_two_people_and_a_reload_keeps_everything() {
    let Some(desk) = Desk::open(&demo(1, false), DESKTOP).await else { return };
    desk.is("Gwen Price", "results").await;
    desk.clicks_on("[data-testid='two-panes']").await;
    desk.sees("[data-testid='pane'][data-pane='2']").await;
    let text = desk.sees("[data-pane='1'] [data-testid='box']").await;
    text.send_keys("Who has the key to the van?").await.expect("it is typed");
    desk.client.refresh().await.expect("it is loaded again");
    desk.sees("html[data-ready='true']").await;
    desk.sees("[data-testid='pane'][data-pane='2']").await;
    let text = desk.sees("[data-pane='1'] [data-testid='box']").await;
    let kept = text.prop("value").await.expect("a value");
    assert_eq!(kept.as_deref(), Some("Who has the key to the van?"), "what wasn't sent is still there");
    desk.clicks_on("[data-pane='1'] [data-testid='send']").await;
    desk.reads("Who has the key to the van?").await;
    desk.close().await;
}

/// Whatever people write is text, wherever the page shows it: in messages and answers, on buttons and in lists, in the
/// ledger's JSON.
#[tokio::test(flavor = "multi_thread")]
async fn what_people_write_is_never_html() {
    let Some(desk) = Desk::open(&demo(1, false), DESKTOP).await else { return };
    let gwen = desk.page.stage().sim.person_named("Gwen Price").expect("Gwen");
    gwen.goes_to("results").expect("a channel");
    for text in INJECTIONS {
        gwen.says(text).await.expect("said");
    }
    for text in INJECTIONS {
        gwen.runs("/blocker raise kind:Contract (what it says, or doesn't)").await.expect("a form");
        gwen.fills(&[("In the way (your squad sees it)", text), ("What is needed?", text)]).await.expect("raised");
    }
    desk.is("Gwen Price", "results").await;
    desk.reads("the last of them").await;
    // Shown as it was typed.
    desk.reads("<img src=x onerror=").await;
    harmless(&desk, "a channel").await;
    // Where the bot writes what they wrote, and in the list below it.
    let some = INJECTIONS[..4].join("\n");
    desk.runs("checkin now", &[]).await;
    desk.fills(&[("What did I finish?", &some), ("What is in the way?", &some)]).await;
    desk.reads("things are in your way").await;
    desk.clicks(Locator::XPath(
        "//*[@data-testid='select'][contains(@aria-label, 'Cleared') or contains(., 'Cleared')]",
    ))
    .await;
    desk.finds("//*[@data-testid='choice'][contains(., '<img src=x')]").await;
    harmless(&desk, "an answer of the bot").await;
    desk.keys(Key::Escape).await;
    // In a list to choose from.
    desk.sees("[data-testid='box']").await.send_keys("/blocker show").await.expect("it is typed");
    desk.clicks_on("[data-testid='command'][data-name='blocker show']").await;
    desk.sees("[data-testid='option'][data-name='id']").await.send_keys("img").await.expect("it is typed");
    desk.finds("//*[@data-testid='suggestion'][contains(., '<img src=x')]").await;
    harmless(&desk, "a list of suggestions").await;
    desk.keys(Key::Escape).await;
    desk.run("document.querySelector('[data-testid=behind]').click()").await;
    desk.sees("[data-testid='entry']").await;
    desk.run("document.querySelectorAll('[data-testid=entry]').forEach((entry) => entry.click())").await;
    desk.finds("//pre[contains(., '<img src=x')]").await;
    harmless(&desk, "the ledger").await;
    desk.close().await;
}

/// Nothing that was written has run, and nothing of it has become an element.
async fn harmless(desk: &Desk, place: &str) {
    let script = "return window.harm ?? document.querySelectorAll(':is(.stage, #layer) :is(script, iframe, object, embed, \
        style, link, meta, base, math, form[action], img[src=x], [onerror], [onload], [onclick], [onmouseover], \
        a[href^=\"javascript:\" i], a[href^=\"data:\" i])').length";
    assert_eq!(desk.run(script).await, serde_json::json!(0), "{place}");
}

const INJECTIONS: &[&str] = &[
    "<script>window.harm = 1</script>",
    "<img src=x onerror='window.harm = 2'>",
    "<svg onload='window.harm = 3'></svg>",
    "[click](javascript:window.harm=4)",
    "[click](JaVaScRiPt:window.harm=5)",
    "[click](data:text/html,<script>window.harm=6</script>)",
    "**<b onclick='window.harm=7'>bold</b>**",
    "`<iframe src=javascript:window.harm=8>`",
    "```html\n<script>window.harm = 9</script>\n```",
    "> <math><mtext><script>window.harm=10</script></mtext></math>",
    "||<style>*{display:none}</style>||",
    "&lt;script&gt;window.harm=11&lt;/script&gt;",
    "<@\"><script>window.harm=12</script>>",
    "<t:\"><img src=x onerror=window.harm=13>:R>",
    "https://example.org/\"onmouseover=\"window.harm=14",
    "[a](https://example.org/\" onclick=\"window.harm=15)",
    "\u{202e}<script>window.harm=16</script>\u{2066}",
    "the last of them",
];
