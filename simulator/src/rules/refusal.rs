//! Reading a refusal: whose doing it is, and what it says.

use serde_json::Value;

/// Refusals with 400 that tell of what happened meanwhile, and not of a malformed request.
const CIRCUMSTANCES: &[(u32, &str)] = &[
    (30003, "the channel is full of pins"),
    (40060, "another answer was first"),
    (50083, "the thread was put away meanwhile"),
    (160_004, "somebody else opened the thread first"),
];

/// Whether a request was refused because of what it says, and not for who asked or for what happened meanwhile.
///
/// Takes the HTTP status and the body of the answer.
pub fn is_malformed(status: u16, answer: &Value) -> bool {
    match status {
        400 => !CIRCUMSTANCES.iter().any(|(known, _)| *known == code(answer)),
        // There is no such route, rather than no such thing.
        404 => code(answer) == 0,
        405 | 413 => true,
        _ => false,
    }
}

/// Discord's code; 0 where there is none.
pub(crate) fn code(answer: &Value) -> u32 {
    answer["code"].as_u64().and_then(|code| u32::try_from(code).ok()).unwrap_or(0)
}

/// What is wrong, each thing with its place (`embeds.0.title: …`); of an answer without a tree of errors its words.
pub(crate) fn reasons(answer: &Value) -> Vec<String> {
    let mut all = Vec::new();
    collect("", &answer["errors"], &mut all);
    if all.is_empty() {
        all.extend(answer["message"].as_str().map(str::to_owned));
    }
    all
}

fn collect(place: &str, node: &Value, all: &mut Vec<String>) {
    for (name, below) in node.as_object().into_iter().flatten() {
        if name == "_errors" {
            let words = below.as_array().into_iter().flatten().filter_map(|error| error["message"].as_str());
            all.extend(
                words.map(|words| if place.is_empty() { words.to_owned() } else { format!("{place}: {words}") }),
            );
        } else {
            let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
            collect(&place, below, all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rejection;
    use crate::rules::form::Form;

    #[test]
    fn whose_doing_a_refusal_is() {
        let cases = [
            (Rejection::empty_message(), true),
            (Rejection::invalid_form(Value::Null), true),
            (Rejection::malformed_json(), true),
            (Rejection::not_found(), true),
            (Rejection::method_not_allowed(), true),
            (Rejection::payload_too_large(), true),
            (Rejection::already_answered(), false),
            (Rejection::thread_archived(), false),
            (Rejection::thread_exists(), false),
            (Rejection::too_many_pins(), false),
            (Rejection::unknown_message(), false),
            (Rejection::missing_permissions(), false),
            (Rejection::new(429, 0, "You are being rate limited."), false),
        ];
        for (rejection, malformed) in cases {
            assert_eq!(is_malformed(rejection.status, &rejection.json()), malformed, "{rejection:?}");
        }
    }

    #[test]
    fn reasons_have_their_place() {
        let mut form = Form::default();
        form.wrong("embeds.0.title", "BASE_TYPE_MAX_LENGTH", "Must be 256 or fewer in length.");
        form.wrong("", "WHOLE", "All of it is too large.");
        let answer = form.finish().unwrap_err().json();
        let mut reasons = reasons(&answer);
        reasons.sort();
        assert_eq!(reasons, ["All of it is too large.", "embeds.0.title: Must be 256 or fewer in length."]);
        assert_eq!(super::reasons(&Rejection::unknown_message().json()), ["Unknown Message"]);
    }
}
