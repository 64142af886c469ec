//! Discord's OpenAPI description.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

use crate::corrections::corrected;

/// The name under which the schemas know the document.
const NAME: &str = "discord:openapi";
/// The same document, whose objects take no fields that it doesn't know.
const CLOSED: &str = "discord:openapi:closed";

/// Read once a process: it is more than a megabyte.
static FROM_ENVIRONMENT: LazyLock<Option<Arc<Description>>> = LazyLock::new(|| {
    let Some(path) = std::env::var_os("DISCORD_OPENAPI").filter(|path| !path.is_empty()) else {
        eprintln!("DISCORD_OPENAPI is not set: requests and answers aren't held against Discord's description.");
        return None;
    };
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let document = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(Arc::new(Description::new(document)))
});

/// A description, and the validators that were made of it so far.
pub struct Description {
    document: Arc<Value>,
    registry: Registry<'static>,
    operations: Vec<Operation>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl fmt::Debug for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Description").field("operations", &self.operations.len()).finish_non_exhaustive()
    }
}

/// Something that can be asked for.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    method: String,
    pub(crate) path: String,
    /// Where it stands in the document.
    pub(crate) pointer: String,
    pub(crate) parameters: Vec<Parameter>,
}

/// A parameter in the path or after the question mark.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) in_path: bool,
    pub(crate) required: bool,
    /// Where its schema stands in the document.
    pub(crate) schema: String,
}

impl Description {
    /// The description that `DISCORD_OPENAPI` names; without it, that is said once.
    pub fn from_environment() -> Option<Arc<Self>> {
        FROM_ENVIRONMENT.clone()
    }

    /// Makes one of the document.
    pub fn new(document: Value) -> Self {
        let document = Arc::new(corrected(document));
        let mut shut = Value::clone(&document);
        close(&mut shut);
        let registry = Registry::new()
            .add(NAME, Arc::clone(&document))
            .and_then(|registry| registry.add(CLOSED, Arc::new(shut)))
            .and_then(jsonschema::RegistryBuilder::prepare);
        let registry = registry.expect("a document of JSON schemas");
        let operations = operations(&document);
        assert!(!operations.is_empty(), "the description describes nothing");
        Self { document, registry, operations, validators: Mutex::default() }
    }

    /// The operation that a request asks for. A literal wins over a name.
    pub(crate) fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        let fits = self.operations.iter().filter(|known| known.method == method && known.values(path).is_some());
        fits.min_by_key(|known| known.path.matches('{').count())
    }

    /// What stands at a pointer, or at the place that it refers to; with its own pointer.
    pub(crate) fn look(&self, pointer: &str) -> Option<(String, &Value)> {
        let value = self.document.pointer(pointer)?;
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.look(reference.strip_prefix('#')?),
            None => Some((pointer.to_owned(), value)),
        }
    }

    /// The validator of the schema at a pointer. A closed one takes no fields that it doesn't know, at any depth.
    pub(crate) fn validator(&self, pointer: &str, closed: bool) -> Arc<Validator> {
        let name = if closed { CLOSED } else { NAME };
        let key = format!("{name}#{pointer}");
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let fragment = pointer.replace('{', "%7B").replace('}', "%7D");
            let schema = json!({"$ref": format!("{name}#{fragment}")});
            let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
            let validator = options.should_ignore_unknown_formats(true).with_registry(&self.registry).build(&schema);
            Arc::new(validator.unwrap_or_else(|error| panic!("{pointer}: {error}")))
        };
        Arc::clone(validators.entry(key).or_insert_with(make))
    }
}

impl Operation {
    /// The values of the names in a path, if it is one of this operation.
    pub(crate) fn values<'p>(&self, path: &'p str) -> Option<Vec<(&str, &'p str)>> {
        let (wanted, parts): (Vec<_>, Vec<_>) = (self.path.split('/').collect(), path.split('/').collect());
        if wanted.len() != parts.len() {
            return None;
        }
        let mut values = Vec::new();
        for (piece, part) in wanted.into_iter().zip(parts) {
            match piece.strip_prefix('{').and_then(|piece| piece.strip_suffix('}')) {
                Some(name) if !part.is_empty() => values.push((name, part)),
                None if piece == part => {}
                _ => return None,
            }
        }
        Some(values)
    }
}

/// Lets no object have fields that it doesn't name, unless it says what others are like.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.get("properties").is_some_and(Value::is_object) && !fields.contains_key("additionalProperties") {
                fields.insert("additionalProperties".to_owned(), json!(false));
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let place = format!("/paths/{}", path.replace('~', "~0").replace('/', "~1"));
        let shared = parameters(&item["parameters"], &place);
        for method in ["get", "post", "put", "patch", "delete"] {
            let Some(operation) = item.get(method) else { continue };
            let pointer = format!("{place}/{method}");
            let mut all = parameters(&operation["parameters"], &pointer);
            all.extend(shared.iter().cloned());
            operations.push(Operation { method: method.to_uppercase(), path: path.clone(), pointer, parameters: all });
        }
    }
    operations
}

fn parameters(list: &Value, place: &str) -> Vec<Parameter> {
    let one = |(index, parameter): (usize, &Value)| {
        let place_of = parameter["in"].as_str().filter(|place| matches!(*place, "path" | "query"))?;
        Some(Parameter {
            name: parameter["name"].as_str()?.to_owned(),
            in_path: place_of == "path",
            required: parameter["required"] == true,
            schema: format!("{place}/parameters/{index}/schema"),
        })
    };
    list.as_array().into_iter().flatten().enumerate().filter_map(one).collect()
}
