//! Requests and answers against the description.

use std::sync::Arc;

use serde_json::{Value, json};
use simulator::{Exchange, Inspector, Side, Violation};

use crate::description::{Description, Operation, Parameter};
use crate::{corrections, reason};

/// What a refusal says about the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusals {
    /// A malformed request is the client's mistake, whoever notices it.
    Wrong,
    /// The client is wrong on purpose: a mistake is one only where it is let through.
    Expected,
}

/// Checks requests and answers against Discord's description, and that nobody is refused for a form
/// that only Discord's prose forbids.
#[derive(Debug)]
pub struct Contract {
    description: Option<Arc<Description>>,
    refusals: Refusals,
}

impl Contract {
    /// A contract; without a description it still sees refusals.
    pub fn new(description: Option<Arc<Description>>, refusals: Refusals) -> Self {
        Self { description, refusals }
    }
}

impl Inspector for Contract {
    fn exchange(&self, exchange: &Exchange) -> Vec<Violation> {
        let mut found = Vec::new();
        let refused = exchange.status >= 400;
        let judged = !(refused && self.refusals == Refusals::Expected);
        let words = exchange.answer.as_ref().unwrap_or(&Value::Null);
        if judged && simulator::is_malformed(exchange.status, words) {
            found.push(violation(Side::Client, exchange, "", format!("is refused with {}: {words}", exchange.status)));
        }
        let Some(description) = &self.description else { return found };
        let Some(operation) = description.operation(&exchange.method, &exchange.path) else {
            if judged && !corrections::is_beyond_the_description(exchange) {
                found.push(violation(Side::Client, exchange, "", "isn't in the description"));
            }
            return found;
        };
        let check = Check { description, operation, exchange };
        if judged {
            check.parameters(&mut found);
            check.body(&mut found);
        }
        check.answer(&mut found);
        found
    }
}

fn violation(side: Side, exchange: &Exchange, pointer: &str, reason: impl Into<String>) -> Violation {
    let subject = format!("{} {}", exchange.method, exchange.path);
    Violation { side, subject, pointer: pointer.to_owned(), reason: reason.into() }
}

/// An exchange and the operation that it is one of.
struct Check<'c> {
    description: &'c Description,
    operation: &'c Operation,
    exchange: &'c Exchange,
}

impl Check<'_> {
    fn parameters(&self, found: &mut Vec<Violation>) {
        let mut wrong = |name: &str, reason: String| {
            found.push(violation(Side::Client, self.exchange, &format!("?{name}"), reason));
        };
        let known = &self.operation.parameters;
        for (name, text) in self.operation.values(&self.exchange.path).unwrap_or_default() {
            let parameter = known.iter().find(|known| known.in_path && known.name == name);
            if parameter.is_some_and(|parameter| !self.takes(parameter, text)) {
                wrong(name, format!("can't be \"{text}\""));
            }
        }
        for (name, text) in &self.exchange.query {
            match known.iter().find(|known| !known.in_path && known.name == *name) {
                None => wrong(name, "is no parameter of it".to_owned()),
                Some(parameter) if !self.takes(parameter, text) => wrong(name, format!("can't be \"{text}\"")),
                Some(_) => {}
            }
        }
        for parameter in known.iter().filter(|known| known.required && !known.in_path) {
            if !self.exchange.query.iter().any(|(name, _)| *name == parameter.name) {
                wrong(&parameter.name, "is missing".to_owned());
            }
        }
    }

    /// Whether some reading of the text is what the parameter asks for.
    fn takes(&self, parameter: &Parameter, text: &str) -> bool {
        let validator = self.description.validator(&parameter.schema, false);
        let plain = json!(text);
        let read = serde_json::from_str::<Value>(text).ok().filter(|value| !value.is_null());
        let list: Vec<_> = text.split(',').collect();
        [Some(plain), read, Some(json!(list))].into_iter().flatten().any(|value| validator.is_valid(&value))
    }

    fn body(&self, found: &mut Vec<Violation>) {
        let pointer = format!("{}/requestBody", self.operation.pointer);
        let body = self.exchange.body.as_ref();
        let Some((pointer, described)) = self.description.look(&pointer) else {
            if body.is_some_and(|body| *body != json!({})) {
                found.push(violation(Side::Client, self.exchange, "", "takes no body"));
            }
            return;
        };
        match body {
            Some(body) => self.validate(Side::Client, body, &content(&pointer), found),
            None if described["required"] == true => {
                found.push(violation(Side::Client, self.exchange, "", "needs a body"));
            }
            None => {}
        }
    }

    fn answer(&self, found: &mut Vec<Violation>) {
        let Exchange { status, answer, .. } = self.exchange;
        let keys = [status.to_string(), format!("{}XX", status / 100)];
        let places = keys.iter().map(|key| format!("{}/responses/{key}", self.operation.pointer));
        let Some((pointer, described)) = places.into_iter().find_map(|place| self.description.look(&place)) else {
            found.push(violation(Side::Simulator, self.exchange, "", format!("doesn't answer with {status}")));
            return;
        };
        match answer {
            Some(answer) if described.get("content").is_some() => {
                self.validate(Side::Simulator, answer, &content(&pointer), found);
            }
            Some(_) => found.push(violation(Side::Simulator, self.exchange, "", format!("{status} has no body"))),
            None if described.get("content").is_some() => {
                found.push(violation(Side::Simulator, self.exchange, "", format!("{status} has a body")));
            }
            None => {}
        }
    }

    fn validate(&self, side: Side, value: &Value, schema: &str, found: &mut Vec<Violation>) {
        // Discord says nothing about fields that it doesn't know, and a bot that sends one is mistaken.
        let closed = side == Side::Client && value.is_object();
        let validator = self.description.validator(schema, closed);
        for error in validator.iter_errors(value) {
            let (pointer, reason) = reason::of(&error);
            found.push(violation(side, self.exchange, &pointer, reason));
        }
    }
}

fn content(pointer: &str) -> String {
    format!("{pointer}/content/application~1json/schema")
}
