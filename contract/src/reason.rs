//! What a validator's error is about.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;

/// The pointer and the reason. Of a choice of schemas, the reason is why the likeliest one fails.
pub(crate) fn of(error: &ValidationError<'_>) -> (String, String) {
    let error = likeliest(error);
    (error.instance_path().to_string(), error.masked().to_string())
}

/// A branch that is wrong deep inside is meant; one that is wrong at once is another kind of thing.
fn likeliest<'e, 'i>(error: &'e ValidationError<'i>) -> &'e ValidationError<'i> {
    let (ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context }) = error.kind() else {
        return error;
    };
    let here = error.instance_path().to_string().len();
    let branches = context.iter().filter(|branch| !branch.iter().any(|error| is_another_kind(error, here)));
    let best = branches.min_by_key(|branch| branch.len()).and_then(|branch| branch.first());
    best.map_or(error, likeliest)
}

/// Whether a discriminant, or the type of the value itself, isn't that of the branch.
fn is_another_kind(error: &ValidationError<'_>, here: usize) -> bool {
    match error.kind() {
        ValidationErrorKind::Type { .. } => error.instance_path().to_string().len() == here,
        ValidationErrorKind::Constant { .. } | ValidationErrorKind::Enum { .. } => {
            error.instance_path().to_string().ends_with("/type")
        }
        _ => false,
    }
}
