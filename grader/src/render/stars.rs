//! What the stars of a table of exercises say.

use grader_schema::text::Language;

use super::{Style, list::Item, text::fold};

/// The line below the table; nothing where no exercise has a star.
pub(crate) fn legend(items: &[Item], style: Style) -> String {
    if items.iter().all(|item| item.stars == 0) {
        return String::new();
    }
    let text = match style.language {
        Language::English => {
            "*  Stars weigh the points: they say how much the course makes of a topic, not how hard it is."
        }
        Language::Chinese => "*  星号决定分值：表示课程对这个主题的重视程度，而不是它的难度。",
    };
    format!("\n{}\n", fold(text, style.width, 3))
}
