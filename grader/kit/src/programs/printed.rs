//! Prints recorded results as `{:?}` prints them in Rust, for tests that real threads run.

use serde_json::Value;

/// Prints a result that is recorded as it is: `()`, a boolean, a number, a list, or a text that
/// `{:?}` has made.
///
/// ```
/// use kit::{programs::plainly, serde_json::json};
///
/// assert_eq!(plainly(&json!(())), "()");
/// assert_eq!(plainly(&json!([1, 2])), "[1, 2]");
/// assert_eq!(plainly(&json!("Err(Closed)")), "Err(Closed)");
/// ```
pub fn plainly(result: &Value) -> String {
    match result {
        Value::Null => "()".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().map(plainly).collect();
            format!("[{}]", all.join(", "))
        }
        value => value.to_string(),
    }
}

/// Prints a result that is recorded as an [`Option`], without text in it.
///
/// ```
/// use kit::{programs::optionally, serde_json::json};
///
/// assert_eq!(optionally(&json!(Some(3))), "Some(3)");
/// assert_eq!(optionally(&json!(None::<u32>)), "None");
/// ```
pub fn optionally(result: &Value) -> String {
    match result {
        Value::Null => "None".to_owned(),
        value => format!("Some({})", plainly(value)),
    }
}

/// Prints the beginning of a text that is recorded, up to a mark: what the scenario has added to a
/// result stands behind it.
///
/// ```
/// use kit::{programs::before, serde_json::json};
///
/// assert_eq!(before(&json!("Ok(3); 2 have ended"), ";"), "Ok(3)");
/// ```
pub fn before(result: &Value, mark: &str) -> String {
    let text = plainly(result);
    let beginning = text
        .split_once(mark)
        .map(|(beginning, _)| beginning.to_owned());
    beginning.unwrap_or(text)
}
