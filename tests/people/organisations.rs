//! Organisations: who holds which key, who belongs, what waits seven days, and leaving.

use simulator::Reply;

use crate::acts::{buttons, contains, lacks, reads};
use crate::harness::{Story, engines};

const NOT_A_STEWARD: &str = "Only a steward of this organisation can do that";
const NOT_A_KEEPER: &str = "Only this organisation's stewards and contacts, or an admin, can do that";
const NOT_AN_ADMIN: &str = "Only somebody with Manage Server can do that";

async fn ann(story: &Story, line: &str) -> Reply {
    let ann = story.person("Ann");
    ann.goes_to("random").expect("there");
    let reply = story.run(&ann, line).await;
    story.settled().await;
    reply
}

/// Dot is steward of Parcelwing, Ben of Fennel; both have accepted.
async fn with_stewards() -> Story {
    let story = Story::with_squad().await;
    story.appoint("Dot", "steward", "Parcelwing").await;
    story.appoint("Ben", "steward", "Fennel").await;
    story
}

/// A steward opens the settings about their people.
async fn settings(story: &Story, who: &str, organisation: &str) -> Reply {
    let person = story.person(who);
    person.goes_to("random").expect("there");
    story.run(&person, &format!("/organisation edit organisation:{organisation}")).await;
    person.clicks("Settings about our people").await.expect("the settings")
}

/// The parts of the parcel company's calendar file that matter here.
const ICS: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nX-WR-CALNAME:Parcel days\r\n\
BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260323\r\nSUMMARY:Founders\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:2\r\nDTSTART:20260324T090000Z\r\nDTEND:20260324T100000Z\r\nSUMMARY:Call\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_adds_one_and_everybody_reads_of_it() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let added = ann(&story, "/organisation add name:North Wind Trust tag:NWT calendar:Scotland").await;
        assert!(added.is_private());
        reads(&added, &["**North Wind Trust**", "(NWT)", "holidays: scotland", "no steward yet"]);
        let list = story.run(&story.person("Eve"), "/organisation list").await;
        reads(
            &list,
            &[
                "**Who works together here**",
                "**North Wind Trust** (NWT)",
                "**Fennel** (FENNEL)",
                "You are of no organisation yet.",
            ],
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_made_of_the_name_and_never_twice() {
    let story = Story::with_squad().await;
    reads(&ann(&story, "/organisation add name:North Wind").await, &["(NW)"]);
    reads(&ann(&story, "/organisation add name:New World").await, &["(NW2)"]);
    for (tag, why) in [
        ("fennel", "has the tag “fennel” already"),
        ("N-W", "A tag has 1 to 6 letters or digits"),
        ("ABCDEFG", "A tag has 1 to 6 letters"),
    ] {
        reads(&ann(&story, &format!("/organisation add name:Third tag:{tag}")).await, &[why]);
    }
    lacks(&ann(&story, "/organisation list").await.text(), &["Third"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_too_long_or_taken_are_refused() {
    let story = Story::with_squad().await;
    let long = "n".repeat(51);
    reads(
        &ann(&story, &format!("/organisation add name:{long}")).await,
        &["That name has 51 characters, and 50 is the most"],
    );
    reads(&ann(&story, "/organisation add name:fennel").await, &["There is an organisation **Fennel** already"]);
    reads(
        &ann(&story, "/organisation edit organisation:Parcelwing name:FENNEL").await,
        &["There is an organisation **Fennel** already"],
    );
    reads(
        &ann(&story, "/organisation edit organisation:Nobody").await,
        &["There is no organisation “Nobody”. Pick one from the list"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn names_show_as_they_were_typed_and_notify_nobody() {
    let story = Story::with_squad().await;
    let name = "_צפון_ 🌬️ @everyone @Ben";
    reads(
        &ann(&story, &format!("/organisation add name:{name} tag:צפון")).await,
        &["\\_צפון\\_ 🌬️ @\u{200B}everyone \\<@\u{200B}"],
    );
    let list = ann(&story, "/organisation list").await;
    reads(&list, &["\\_צפון\\_ 🌬️ @\u{200B}everyone"]);
    let missing = ann(&story, "/organisation edit organisation:**nobody**").await;
    reads(&missing, &["\\*\\*nobody\\*\\*"]);
    story.nobody_was_pinged();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_admin_adds_one() {
    let story = with_stewards().await;
    for name in ["Ben", "Cyd", "Eve"] {
        reads(&story.run(&story.person(name), "/organisation add name:Mine").await, &[NOT_AN_ADMIN]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_tag_shows_on_the_squads_panels() {
    let story = Story::with_squad().await;
    contains(
        &story.board("checkout").await.expect("pinned").content,
        &["people of FENNEL and PARCEL who deliver together"],
    );
    reads(&ann(&story, "/organisation edit organisation:Parcelwing tag:PW").await, &["✅ Saved.", "(PW)"]);
    contains(&story.board("checkout").await.expect("pinned").content, &["people of FENNEL and PW"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn holidays_come_from_a_file_and_nobody_is_asked_on_them() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let annie = story.person("Ann");
        let line = "/organisation edit organisation:Parcelwing";
        let saved = annie.runs_with_file(line, "ics", "days.ics", ICS.as_bytes()).await.expect("an answer");
        reads(&saved, &["✅ Saved.", "1 with a time of day were left out", "holidays: its own"]);
        story.until("2026-03-23 10:00").await;
        assert!(story.last_dm(&story.person("Dot")).is_none(), "it is a holiday of hers");
        assert!(story.last_dm(&story.person("Ben")).is_some(), "and not of his");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_calendar_changes_nothing() {
    let story = Story::with_squad().await;
    let annie = story.person("Ann");
    let line = "/organisation edit organisation:Parcelwing";
    for bytes in [&b"hello"[..], &[0xff, 0xfe, 0x00], &vec![b'x'; 600 * 1024]] {
        let refused = annie.runs_with_file(line, "ics", "days.ics", bytes).await.expect("an answer");
        lacks(&refused.text(), &["Saved", "Something went wrong"]);
    }
    reads(&ann(&story, "/organisation list").await, &["**Parcelwing** (PARCEL) · holidays: none"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_asked_to_be_steward_at_a_decent_hour_and_accepts() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let asked = ann(&story, "/organisation edit organisation:Parcelwing steward:@Dot").await;
        reads(&asked, &["I've asked @Dot to be its steward; it counts once they accept.", "steward: @Dot (asked)"]);
        let dot = story.person("Dot");
        assert!(story.last_dm(&dot).is_none(), "it is Sunday evening");
        story.until("2026-03-23 07:30").await;
        let question = story.last_dm(&dot).expect("a question");
        contains(
            &question.content,
            &["@Ann asks you to be **steward** of **Parcelwing** in **Home Testing**", "step down at any time"],
        );
        dot.goes_to("DM").expect("a conversation");
        let accepted = dot.clicks_on(question.id, "Accept").await.expect("accepted");
        reads(&accepted, &["✅ You are steward of **Parcelwing** now"]);
        reads(&ann(&story, "/organisation list").await, &["steward: @Dot\n"]);
        let again = ann(&story, "/organisation edit organisation:Parcelwing steward:@Dot").await;
        reads(&again, &["a steward, so only its own stewards can name its stewards"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_can_be_declined_or_taken_back() {
    let story = Story::with_squad().await;
    let dot = story.person("Dot");
    dot.goes_to("random").expect("there");
    ann(&story, "/organisation edit organisation:Parcelwing contact:@Dot").await;
    story.run(&dot, "/organisation list").await;
    reads(&dot.clicks("No thanks").await.expect("declined"), &["you aren't contact of **Parcelwing**"]);
    lacks(&ann(&story, "/organisation list").await.text(), &["contact: @Dot"]);
    reads(
        &story.forges(&dot, "organisation.accept", "2,contact").await,
        &["You haven't been asked, or the question was taken back"],
    );
    reads(&story.forges(&dot, "organisation.no_thanks", "2,contact").await, &["That has been answered already"]);

    ann(&story, "/organisation edit organisation:Parcelwing steward:@Dot").await;
    let annie = story.person("Ann");
    reads(
        &annie.clicks("Take back the question (steward)").await.expect("taken back"),
        &["Taken back: @Dot isn't asked"],
    );
    reads(
        &story.forges(&dot, "organisation.accept", "2,steward").await,
        &["You haven't been asked, or the question was taken back"],
    );
    let late = story.forges(&annie, "organisation.withdraw", &format!("2,steward,{}", dot.id())).await;
    reads(&late, &["@Dot has answered already"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_was_asked_can_accept() {
    let story = Story::with_squad().await;
    ann(&story, "/organisation edit organisation:Parcelwing steward:@Dot").await;
    for name in ["Ann", "Ben", "Cyd", "Eve"] {
        let refused = story.forges(&story.person(name), "organisation.accept", "2,steward").await;
        reads(&refused, &["You haven't been asked"]);
    }
    // What is no organisation's number means the caller's own, as with the command.
    for row in ["2,king", "2", "2,", "99,steward", "-1,steward", "1,steward"] {
        lacks(&story.forges(&story.person("Dot"), "organisation.accept", row).await.text(), &["✅", "went wrong"]);
    }
    reads(&ann(&story, "/organisation list").await, &["steward: @Dot (asked)"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clicks_on_accept_are_one() {
    let story = Story::with_squad().await;
    ann(&story, "/organisation edit organisation:Parcelwing steward:@Dot").await;
    let dot = story.person("Dot");
    let (one, two) = tokio::join!(
        story.forges(&dot, "organisation.accept", "2,steward"),
        story.forges(&dot, "organisation.accept", "2,steward")
    );
    for done in [one, two] {
        reads(&done, &["✅ You are steward of **Parcelwing** now"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn once_there_is_a_steward_an_admin_changes_the_looks_and_nothing_about_people() {
    let story = with_stewards().await;
    let edit = "/organisation edit organisation:Parcelwing";
    reads(
        &ann(&story, &format!("{edit} calendar:Scotland")).await,
        &["**Parcelwing** has a steward, so only its own stewards can change its calendar"],
    );
    reads(&ann(&story, &format!("{edit} steward:@Ann")).await, &["only its own stewards can name its stewards"]);
    reads(&ann(&story, &format!("{edit} contact:@Ann")).await, &["only its own stewards can name its contacts"]);
    let annie = story.person("Ann");
    for (action, row) in [
        ("organisation.settings", "2"),
        ("organisation.settings_change", "2"),
        ("organisation.flags", "2,on"),
        ("organisation.settings_undo", "2"),
    ] {
        reads(&story.forges(&annie, action, row).await, &[NOT_A_STEWARD]);
    }
    let form = story.forges_form(&annie, "organisation.settings_sent", "2", &[("group", "5"), ("days", "30")]).await;
    reads(&form, &[NOT_A_STEWARD]);
    let renamed = ann(&story, &format!("{edit} name:Parcel Wing")).await;
    reads(&renamed, &["✅ Saved.", "**Parcel Wing**"]);
    assert!(!buttons(&renamed).contains(&"Settings about our people".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organisations_steward_has_no_key_here() {
    let story = with_stewards().await;
    let ben = story.person("Ben");
    for line in [
        "/organisation edit organisation:Parcelwing name:Ours",
        "/organisation edit organisation:2 calendar:Scotland",
        "/organisation leave organisation:Parcelwing",
    ] {
        reads(&story.run(&ben, line).await, &[NOT_A_KEEPER]);
    }
    let eve = story.person("Eve").id();
    for (action, row) in [
        ("organisation.settings", "2".to_owned()),
        ("organisation.settings_change", "2,again".to_owned()),
        ("organisation.flags", "2,on".to_owned()),
        ("organisation.settings_undo", "2".to_owned()),
        ("organisation.admit", format!("2,{eve}")),
        ("organisation.turn_down", format!("2,{eve}")),
    ] {
        reads(&story.forges(&ben, action, &row).await, &[NOT_A_STEWARD]);
    }
    let form = story.forges_form(&ben, "organisation.settings_sent", "2", &[("group", "5"), ("days", "30")]).await;
    reads(&form, &[NOT_A_STEWARD]);
    reads(&story.forges(&ben, "organisation.leave_yes", "2").await, &[NOT_A_KEEPER]);
    reads(&story.forges(&ben, "organisation.withdraw", "2,steward,1").await, &[NOT_A_KEEPER]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_steward_of_another_partnership_has_no_key_here() {
    let story = with_stewards().await;
    let bench = story.elsewhere().await;
    let zed = story.person("Zed");
    for action in ["organisation.settings", "organisation.leave_yes", "organisation.list"] {
        reads(
            &story.forges_in(&zed, bench, &story.pointer(action, "2")).await,
            &["This button belongs to another server"],
        );
        zed.goes_to("DM").expect("a conversation");
        let dm = zed.place().expect("there");
        reads(
            &story.forges_in(&zed, dm, &story.pointer(action, "2")).await,
            &["a server that you or the bot have left"],
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_takes_effect_after_seven_days_and_its_people_are_told_first() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.appoint("Dot", "steward", "Parcelwing").await;
        let shown = settings(&story, "Dot", "Parcelwing").await;
        reads(
            &shown,
            &[
                "figures are shown from 5 people up",
                "kept for 365 days",
                "off: no steward hears",
                "takes effect after 7 days",
            ],
        );
        let dot = story.person("Dot");
        dot.clicks("Change the numbers…").await.expect("a form");
        let saved = dot.fills(&[("Days to keep what people wrote (30–3650)", "90")]).await.expect("saved");
        reads(
            &saved,
            &[
                "✅ Saved. It takes effect on 2026-03-29 18:00 UTC",
                "kept for 90 days (now 365)",
                "[Take back the change]",
            ],
        );

        story.until("2026-03-23 09:31").await;
        let cyd = story.person("Cyd");
        contains(
            &story.last_dm(&cyd).expect("a prompt").text(),
            &["The stewards of **Parcelwing** have changed a setting", "kept for 90 days (now 365)"],
        );
        lacks(&story.last_dm(&story.person("Ben")).expect("a prompt").text(), &["changed a setting"]);

        story.until("2026-03-29 17:59").await;
        reads(&story.run(&cyd, "/privacy show").await, &["Parcelwing keeps what its people write for 365 days"]);
        story.until("2026-03-29 18:01").await;
        reads(&story.run(&cyd, "/privacy show").await, &["Parcelwing keeps what its people write for 90 days"]);
        reads(&settings(&story, "Dot", "Parcelwing").await, &["kept for 90 days", "takes effect after 7 days"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_wont_do_come_back_filled_in() {
    let story = with_stewards().await;
    let dot = story.person("Dot");
    settings(&story, "Dot", "Parcelwing").await;
    for (group, days, why) in [
        ("4", "90", "The minimum group is a number from 5 to 100, never less."),
        ("-5", "90", "The minimum group is a number"),
        ("many", "90", "The minimum group is a number"),
        ("5", "29", "Retention is a number of days from 30 to 3650."),
        ("5", "99999", "Retention is a number of days"),
    ] {
        dot.clicks("Change the numbers…").await.expect("a form");
        let form = [("Minimum group (5 or more)", group), ("Days to keep what people wrote (30–3650)", days)];
        reads(&dot.fills(&form).await.expect("an answer"), &[why, "What you wrote is kept"]);
        dot.clicks("Try again").await.expect("the form");
        let kept: Vec<String> = dot.modal().expect("open").fields.into_iter().map(|field| field.value).collect();
        assert_eq!(kept, [group, days]);
        dot.closes_modal();
        let back = dot.clicks("Leave it as it was").await.expect("the settings");
        reads(&back, &["figures are shown from 5 people up", "kept for 365 days"]);
        lacks(&back.text(), &["Take back the change"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clicks_on_a_setting_are_one_and_keep_its_day() {
    let story = with_stewards().await;
    let dot = story.person("Dot");
    reads(&settings(&story, "Dot", "Parcelwing").await, &["[Turn steward flags on]"]);
    reads(&story.forges(&dot, "organisation.flags", "2,on").await, &["It takes effect on 2026-03-29 18:00 UTC"]);
    story.until("2026-03-22 20:00").await;
    reads(&story.forges(&dot, "organisation.flags", "2,on").await, &["It takes effect on 2026-03-29 18:00 UTC"]);
    story.until("2026-03-23 09:31").await;
    let told = story.last_dm(&story.person("Cyd")).expect("a prompt").text();
    assert_eq!(told.matches("changed a setting").count(), 1, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_taken_back_never_takes_effect_and_people_hear_of_both() {
    let story = with_stewards().await;
    let dot = story.person("Dot");
    settings(&story, "Dot", "Parcelwing").await;
    dot.clicks("Turn steward flags on").await.expect("announced");
    let back = dot.clicks("Take back the change").await.expect("taken back");
    reads(&back, &["✅ Nothing changes", "off: no steward hears"]);
    story.until("2026-03-23 09:31").await;
    let told = story.last_dm(&story.person("Cyd")).expect("a prompt").text();
    contains(
        &told,
        &["have changed a setting", "have taken back the change of its settings: everything stays as it was"],
    );
    story.until("2026-03-30 09:00").await;
    reads(&settings(&story, "Dot", "Parcelwing").await, &["off: no steward hears"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_the_stewards_in_a_dm_too() {
    let story = with_stewards().await;
    let dot = story.person("Dot");
    dot.goes_to("DM").expect("a conversation");
    let dm = dot.place().expect("there");
    reads(
        &story.forges_in(&dot, dm, &story.pointer("organisation.settings", "2")).await,
        &["Settings about the people of Parcelwing"],
    );
    let cyd = story.person("Cyd");
    cyd.goes_to("DM").expect("a conversation");
    reads(
        &story.forges_in(&cyd, cyd.place().expect("there"), &story.pointer("organisation.settings", "2")).await,
        &[NOT_A_STEWARD],
    );
}

/// Eve asks to be of Parcelwing.
async fn eve_asks(story: &Story) {
    let eve = story.person("Eve");
    eve.goes_to("random").expect("there");
    story.run(&eve, "/organisation list").await;
    eve.clicks("Change my organisation").await.expect("the list");
    let asked = eve.selects("Your organisation", &["Parcelwing (PARCEL)"]).await.expect("asked");
    reads(&asked, &["I've asked the stewards of **Parcelwing**"]);
    story.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stewards_yes_makes_somebody_one_of_theirs() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.appoint("Dot", "steward", "Parcelwing").await;
        // The day after her first morning: a person hears one urgent thing a day.
        story.until("2026-03-24 12:00").await;
        eve_asks(&story).await;
        let (dot, eve) = (story.person("Dot"), story.person("Eve"));
        reads(
            &story.run(&eve, "/organisation list").await,
            &["You asked to be of **Parcelwing**; one of its stewards has to say yes."],
        );
        let asked = dot.inbox().messages.into_iter().find(|seen| seen.content.contains("Are they one of yours?"));
        let question = asked.expect("a question");
        dot.goes_to("DM").expect("a conversation");
        contains(&question.content, &["@Eve (Eve) asks to be of **Parcelwing**"]);
        reads(
            &dot.clicks_on(question.id, "Yes, they are").await.expect("admitted"),
            &["✅ @Eve is of **Parcelwing** now"],
        );
        story.settled().await;
        contains(
            &story.last_dm(&eve).expect("told").content,
            &["✅ You are of **Parcelwing** in **Home Testing** now"],
        );
        reads(&story.run(&eve, "/organisation list").await, &["You are of **Parcelwing**."]);
        let late = story.forges(&dot, "organisation.turn_down", &format!("2,{}", eve.id())).await;
        reads(&late, &["That has been answered already"]);
        reads(&story.run(&eve, "/organisation list").await, &["You are of **Parcelwing**."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_steward_who_has_heard_enough_for_the_day_reads_of_a_wish_in_the_morning() {
    let story = with_stewards().await;
    eve_asks(&story).await;
    story.until("2026-03-23 09:31").await;
    let told = story.last_dm(&story.person("Dot")).expect("a prompt").text();
    contains(&told, &["Somebody asks to be of **Parcelwing**: `/organisation list` has the buttons."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stewards_no_is_told_too() {
    let story = with_stewards().await;
    eve_asks(&story).await;
    let dot = story.person("Dot");
    let list = story.run(&dot, "/organisation list").await;
    assert!(buttons(&list).contains(&"Yes, Eve is of PARCEL".to_owned()), "{}", list.text());
    reads(&dot.clicks("No, Eve isn't").await.expect("turned down"), &["@Eve isn't of **Parcelwing**"]);
    story.settled().await;
    let eve = story.person("Eve");
    contains(&story.last_dm(&eve).expect("told").content, &["say that you aren't one of theirs"]);
    reads(&story.run(&eve, "/organisation list").await, &["You are of no organisation yet."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_an_admin_nor_the_person_says_yes_for_a_steward() {
    let story = with_stewards().await;
    eve_asks(&story).await;
    let eve = story.person("Eve");
    let row = format!("2,{}", eve.id());
    for name in ["Ann", "Ben", "Cyd", "Eve"] {
        reads(&story.forges(&story.person(name), "organisation.admit", &row).await, &[NOT_A_STEWARD]);
    }
    // Asking twice is asking once, and a role on the server decides nothing.
    let server = story.server("Home Testing");
    let role = story
        .stage
        .sim
        .read(|world| world.servers[&server].roles.values().find(|role| role.name == "Parcelwing").map(|role| role.id));
    assert!(story.stage.sim.give_role(server, eve.id(), role.expect("a role")));
    let again = story.forges_pick(&eve, "organisation.join", "", 3, &["2"]).await;
    reads(&again, &["You asked to be of **Parcelwing** already"]);
    reads(&story.run(&eve, "/organisation list").await, &["one of its stewards has to say yes"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_never_asked_cant_be_admitted() {
    let story = with_stewards().await;
    let (dot, ann_id) = (story.person("Dot"), story.person("Ann").id());
    for row in [format!("2,{ann_id}"), "2,7".to_owned(), "2,x".to_owned(), "2".to_owned()] {
        let reply = story.forges(&dot, "organisation.admit", &row).await;
        lacks(&reply.text(), &["✅", "went wrong"]);
    }
    reads(&story.run(&story.person("Ann"), "/organisation list").await, &["You are of **Fennel**."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_suggests_an_organisation_and_one_can_be_of_none() {
    let story = Story::with_squad().await;
    let cyd = story.person("Cyd");
    cyd.goes_to("random").expect("there");
    story.run(&cyd, "/organisation list").await;
    let change = cyd.clicks("Change my organisation").await.expect("the list");
    reads(&change, &["Your roles here suggest **Parcelwing**."]);
    let select = change.message.expect("a message").selects.remove(0);
    assert_eq!(select.options, ["Parcelwing (PARCEL)", "Fennel (FENNEL)", "None of these"]);
    reads(
        &cyd.selects("Your organisation", &["None of these"]).await.expect("none"),
        &["you are of no organisation here"],
    );
    let forged = story.forges_pick(&cyd, "organisation.join", "", 3, &["99"]).await;
    reads(&forged, &["That organisation isn't there any more"]);
    let forged = story.forges_pick(&cyd, "organisation.join", "", 3, &["<script>"]).await;
    reads(&forged, &["Please pick one from the list."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_steward_steps_down_and_the_next_one_can_be_named() {
    let story = with_stewards().await;
    let dot = story.person("Dot");
    dot.goes_to("random").expect("there");
    story.run(&dot, "/organisation list").await;
    let down = dot.clicks("Step down as steward of PARCEL").await.expect("stepped down");
    reads(&down, &["You aren't steward of **Parcelwing** any more. Thank you", "It has no steward now"]);
    reads(&story.forges(&dot, "organisation.settings", "2").await, &[NOT_A_STEWARD]);
    reads(
        &ann(&story, "/organisation edit organisation:Parcelwing steward:@Cyd").await,
        &["I've asked @Cyd to be its steward"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_thanked_for_a_job_that_they_never_had() {
    let story = with_stewards().await;
    let refused = story.forges(&story.person("Eve"), "organisation.step_down", "2,steward").await;
    lacks(&refused.text(), &["Thank you"]);
    reads(&ann(&story, "/organisation list").await, &["steward: @Dot\n"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_answers_for_it_and_has_no_key_to_its_people() {
    let story = with_stewards().await;
    let dot = story.person("Dot");
    story.run(&dot, "/organisation edit contact:@Cyd").await;
    let cyd = story.person("Cyd");
    cyd.goes_to("random").expect("there");
    story.run(&cyd, "/organisation list").await;
    reads(
        &cyd.clicks("Accept: contact of PARCEL").await.expect("accepted"),
        &["✅ You are contact of **Parcelwing** now"],
    );
    reads(&story.run(&cyd, "/organisation edit tag:PW").await, &["✅ Saved.", "(PW)"]);
    reads(
        &story.run(&cyd, "/organisation edit calendar:Scotland").await,
        &["only its own stewards can change its calendar"],
    );
    reads(&story.run(&cyd, "/organisation edit steward:@Cyd").await, &["only its own stewards can name its stewards"]);
    reads(&story.forges(&cyd, "organisation.settings", "2").await, &[NOT_A_STEWARD]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_leaves_with_a_copy_and_its_data_go_by_its_own_retention() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.appoint("Dot", "steward", "Parcelwing").await;
        settings(&story, "Dot", "Parcelwing").await;
        let dot = story.person("Dot");
        dot.clicks("Change the numbers…").await.expect("a form");
        dot.fills(&[("Days to keep what people wrote (30–3650)", "30")]).await.expect("saved");
        story.until("2026-03-30 10:00").await;
        let cyd = story.person("Cyd");
        story.checks_in_now(&cyd, "checkout", &[("What did I finish?", "the conveyor")]).await;
        let ben = story.person("Ben");
        story.checks_in_now(&ben, "checkout", &[("What did I finish?", "the label printer")]).await;
        story.until("2026-03-30 11:00").await;

        dot.goes_to("random").expect("there");
        let asked = story.run(&dot, "/organisation leave").await;
        reads(
            &asked,
            &[
                "**Parcelwing** leaves the partnership? This can't be taken back",
                "kept for 30 days more",
                "You get a copy",
            ],
        );
        let left = dot.clicks("Yes, leave").await.expect("left");
        reads(&left, &["**Parcelwing** has left.", "shared-record.md"]);
        let copy = story.file(&left);
        contains(&copy, &["# Check-ins that our people shared", "the conveyor"]);
        lacks(&copy, &["label printer"]);
        story.settled().await;

        lacks(&ann(&story, "/organisation list").await.text(), &["Parcelwing"]);
        lacks(&ann(&story, "/squad who squad:Checkout").await.text(), &["@Cyd", "@Dot"]);
        reads(&story.forges(&dot, "organisation.leave_yes", "2").await, &["That organisation isn't there any more"]);
        reads(&story.run(&cyd, "/privacy export").await, &[".json"]);
        story.until("2026-03-31 10:00").await;
        lacks(&story.last_dm(&cyd).map(|seen| seen.content).unwrap_or_default(), &["Tuesday 31 March"]);
        contains(&story.on_discord(), &["the conveyor"]);
        story.until("2026-04-29 12:00").await;
        lacks(&story.on_discord(), &["the conveyor"]);
        reads(&story.run(&cyd, "/privacy show").await, &["Nothing about you is held in Home Testing"]);
        let kept = story.run(&ben, "/privacy export").await;
        contains(&story.file(&kept), &["label printer"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_can_be_thought_better_of() {
    let story = with_stewards().await;
    let dot = story.person("Dot");
    dot.goes_to("random").expect("there");
    story.run(&dot, "/organisation leave").await;
    reads(&dot.clicks("Stay").await.expect("stayed"), &["**Who works together here**", "**Parcelwing**"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_lead_is_one_of_those_who_leave_it_says_which_squad_needs_another() {
    let story = Story::with_squad().await;
    let left = story.forges(&story.person("Ann"), "organisation.leave_yes", "1").await;
    reads(&left, &["**Fennel** has left.", "The lead of **Checkout** was one of them"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_is_for_its_keepers_and_admins() {
    let story = with_stewards().await;
    for name in ["Cyd", "Eve"] {
        reads(&story.run(&story.person(name), "/organisation leave organisation:Parcelwing").await, &[NOT_A_KEEPER]);
        reads(&story.forges(&story.person(name), "organisation.leave_yes", "2").await, &[NOT_A_KEEPER]);
    }
    reads(
        &ann(&story, "/organisation leave organisation:Parcelwing").await,
        &["**Parcelwing** leaves the partnership?"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn names_complete_as_one_types() {
    let story = with_stewards().await;
    let ben = story.person("Ben");
    let choices = ben.types_option("/organisation edit organisation:", "par").await.expect("suggestions");
    let names: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
    assert_eq!(names, ["Parcelwing (PARCEL)"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_many_people_it_has_is_said_from_five_up() {
    let story = Story::with_squad().await;
    lacks(&ann(&story, "/organisation list").await.text(), &["people\n", "2 people"]);
    let server = story.server("Home Testing");
    for number in 1..=3 {
        let id = story.stage.sim.add_person(&format!("Fay{number}"));
        story.stage.sim.join(server, id, &[]);
        let fay = story.stage.sim.person(id);
        reads(&story.forges_pick(&fay, "organisation.join", "", 3, &["1"]).await, &["✅ You are of **Fennel** now"]);
    }
    reads(&ann(&story, "/organisation list").await, &["**Fennel** (FENNEL) · holidays: none · 5 people"]);
}
