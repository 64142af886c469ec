//! Where Discord and its description differ, each with the reason. There is no other such list.

use serde_json::{Value, json};
use simulator::Exchange;

/// What the description says wrongly, corrected; so all around it is still checked.
pub(crate) fn corrected(mut document: Value) -> Value {
    // Documented as a string, as all permissions are: a number loses bits in JavaScript.
    let permissions = json!({"type": ["string", "null"], "pattern": "^[0-9]+$"});
    // The documentation of uploads names files by plain numbers: `"id": 0` is `files[0]`.
    let attachment = json!({"oneOf": [{"$ref": "#/components/schemas/SnowflakeType"}, {"type": "integer"}]});
    // The codes in a tree of errors are words such as BASE_TYPE_REQUIRED, in the documentation and
    // in fact; only the one at the top is a number.
    let leaf = json!({
        "type": "object", "required": ["code", "message"],
        "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
    });
    let corrections = [
        ("ApplicationCommandCreateRequest/properties/default_member_permissions", permissions.clone()),
        ("ApplicationCommandPatchRequestPartial/properties/default_member_permissions", permissions.clone()),
        ("ApplicationCommandUpdateRequest/properties/default_member_permissions", permissions),
        ("MessageAttachmentRequest/properties/id", attachment),
        ("InnerErrors/properties/_errors/items", leaf),
    ];
    for (place, schema) in corrections {
        if let Some(wrong) = document.pointer_mut(&format!("/components/schemas/{place}")) {
            *wrong = schema;
        }
    }
    document
}

/// Operations that Discord has and its description hasn't: method, path, and where it is documented.
const BEYOND: &[(&str, &str, &str)] = &[];

/// Whether an operation exists though the description doesn't know it.
pub(crate) fn is_beyond_the_description(exchange: &Exchange) -> bool {
    let fits = |pattern: &str| {
        let (wanted, parts): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), exchange.path.split('/').collect());
        wanted.len() == parts.len() && wanted.iter().zip(parts).all(|(wanted, part)| *wanted == "*" || *wanted == part)
    };
    BEYOND.iter().any(|(method, path, _)| *method == exchange.method && fits(path))
}
