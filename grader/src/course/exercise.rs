//! One exercise: its manifests and the places of its files.

use std::path::{Path, PathBuf};

use grader_schema::{
    assignment::Packed,
    manifest::{Check, HiddenManifest, Manifest},
    report::Visibility,
};

use super::{Entry, Error, manifest};
use crate::run_directory::RunDirectory;

/// An exercise with what its manifests say.
#[derive(Debug)]
pub(crate) struct Exercise {
    /// The course.
    pub(crate) root: PathBuf,
    /// Which exercise it is.
    pub(crate) entry: Entry,
    /// What `exercise.toml` says.
    pub(crate) manifest: Manifest,
    /// The hidden checks; a student's copy has none.
    pub(crate) hidden: Option<Hidden>,
    /// Its entry in the pack, if it is in one.
    pub(crate) packed: Option<Packed>,
    /// Points of hidden checks that are here, and are left out as in a student's copy.
    left_out: u32,
}

/// The hidden checks of an exercise.
#[derive(Debug)]
pub(crate) struct Hidden {
    /// What `hidden.toml` says.
    pub(crate) manifest: HiddenManifest,
    /// The source of the checks.
    pub(crate) source: PathBuf,
    /// Where it was put for the moment, if it came sealed.
    #[expect(dead_code, reason = "it is there as long as it is held")]
    pub(crate) directory: Option<RunDirectory>,
}

impl Exercise {
    /// Reads the manifests and looks for what the types cannot say.
    pub(super) fn load(root: &Path, entry: &Entry, packed: Option<&Packed>) -> Result<Self, Error> {
        let name = entry.directory();
        let directory = root.join("exercises").join(&name);
        let file = format!("exercises/{name}/exercise.toml");
        let text = fs_err::read_to_string(directory.join("exercise.toml"))?;
        let manifest = manifest::parse(&file, &text)?;
        let secret = root.join("solutions").join(&name);
        manifest::validate(&file, &text, &manifest, entry, |path| {
            // `grader dev stub` makes the one from the other.
            directory.join("stub").join(path).is_file() || secret.join(path).is_file()
        })?;
        if let Some(packed) = packed {
            manifest::validate_packed(&file, &text, &manifest, packed)?;
        }

        let source = secret.join("checks/hidden.rs");
        let hidden = if source.is_file() {
            let file = format!("solutions/{name}/hidden.toml");
            let text = fs_err::read_to_string(secret.join("hidden.toml"))?;
            let hidden = manifest::parse_hidden(&file, &text)?;
            manifest::validate_hidden(&file, &text, &hidden, &manifest)?;
            Some(Hidden {
                manifest: hidden,
                source,
                directory: None,
            })
        } else {
            None
        };
        Ok(Self {
            root: root.to_path_buf(),
            entry: entry.clone(),
            manifest,
            hidden,
            packed: packed.cloned(),
            left_out: 0,
        })
    }

    /// `exercises/NN-slug`, relative to the course.
    pub(crate) fn directory(&self) -> String {
        format!("exercises/{}", self.entry.directory())
    }

    /// `solutions/NN-slug`, relative to the course.
    pub(crate) fn solution(&self) -> String {
        format!("solutions/{}", self.entry.directory())
    }

    /// Whether this copy of the course is a teacher's: it has the solution.
    pub(crate) fn has_solution(&self) -> bool {
        self.root.join(self.solution()).is_dir()
    }

    /// Removes the hidden checks, as in a student's copy.
    pub(crate) fn leave_hidden_out(&mut self) {
        if let Some(hidden) = self.hidden.take() {
            self.left_out = hidden
                .manifest
                .checks
                .iter()
                .map(|check| check.points)
                .sum();
        }
    }

    /// The source of the public checks.
    pub(crate) fn public_source(&self) -> PathBuf {
        self.root.join(self.directory()).join("checks/public.rs")
    }

    /// The name of the student's crate.
    pub(crate) fn crate_name(&self) -> String {
        self.entry.slug.replace('-', "_")
    }

    /// All checks in the order in which they are run and shown.
    pub(crate) fn checks(&self) -> impl Iterator<Item = (Visibility, &Check)> {
        let public = self.manifest.checks.iter();
        let hidden = self
            .hidden
            .iter()
            .flat_map(|hidden| &hidden.manifest.checks);
        public
            .map(|check| (Visibility::Public, check))
            .chain(hidden.map(|check| (Visibility::Hidden, check)))
    }

    /// Points of all checks that are here, as the manifests say.
    pub(crate) fn max_points(&self) -> u32 {
        self.checks().map(|(_, check)| check.points).sum()
    }

    /// Points of hidden checks that are not here, or are sealed.
    pub(crate) fn unjudged_points(&self) -> u32 {
        match (&self.hidden, &self.packed) {
            (None, Some(packed)) => packed.hidden_points,
            _ => self.left_out,
        }
    }

    /// What it is worth: what the assignment says, or else the points of all its checks.
    pub(crate) fn worth(&self) -> u32 {
        let packed = self.packed.as_ref().map(|packed| packed.points);
        packed.unwrap_or_else(|| self.max_points() + self.left_out)
    }

    /// `07`, as commands are written.
    pub(crate) fn short(&self) -> String {
        format!("{:02}", self.entry.number)
    }
}
