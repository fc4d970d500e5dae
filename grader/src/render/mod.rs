//! Renders values as text for people. No IO.

#[cfg(feature = "teacher")]
pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod dates;
#[cfg(feature = "teacher")]
pub(crate) mod diff;
mod evidence;
pub(crate) mod failure;
#[cfg(feature = "teacher")]
mod found_by;
pub(crate) mod list;
#[cfg(feature = "teacher")]
pub(crate) mod mutation;
pub(crate) mod progress;
pub(crate) mod stars;
pub(crate) mod text;
pub(crate) mod trace;

use grader_schema::text::Language;

use crate::ui::{Paint, Ui};

/// How to write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// In which language.
    pub(crate) language: Language,
    /// In which colours.
    pub(crate) paint: Paint,
    /// How wide.
    pub(crate) width: usize,
}

impl From<&Ui> for Style {
    fn from(ui: &Ui) -> Self {
        Self {
            language: ui.language,
            paint: ui.paint,
            width: ui.width,
        }
    }
}
