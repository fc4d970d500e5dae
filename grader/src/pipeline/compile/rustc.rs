//! How the compiler is called.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use fs_err as fs;
use grader_launch::Ended;
use grader_schema::{RunMode, run_mode::Library};

use super::super::{CheckingLibrary, Error, Toolchain, launches};

/// Columns of a compiler's messages; fixed, so that a report is the same on every terminal.
const WIDTH: &str = "80";

/// Whether a program can tell which line of the sources an instruction comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineTables {
    /// It can. Files are called as in locations, below `/`.
    Kept,
    /// It cannot.
    None,
}

impl LineTables {
    /// Those that an answer needs: the places of system calls are found by them.
    pub(super) fn of(mode: RunMode) -> Self {
        if mode.traits().has_kernel {
            Self::Kept
        } else {
            Self::None
        }
    }
}

/// A call in the making.
#[derive(Debug)]
pub(crate) struct Rustc {
    arguments: Vec<String>,
    directory: PathBuf,
    program: PathBuf,
}

impl Rustc {
    /// Compiles `source` as the crate `name`.
    pub(crate) fn new(toolchain: &Toolchain, directory: &Path, name: &str, source: &str) -> Self {
        let mut call = Self {
            arguments: Vec::new(),
            directory: directory.to_path_buf(),
            program: toolchain.rustc.clone(),
        };
        call.push(["--edition=2024", "--crate-name", name]);
        call.push(["--diagnostic-width", WIDTH, source]);
        call
    }

    /// Writes the program `name` into a directory, and beside it the list of what was read.
    pub(crate) fn output(&mut self, directory: &Path, name: &str) -> &mut Self {
        let place = directory.join(name).display().to_string();
        // Object files of the compiler would be put where it is run.
        self.push(["--out-dir", &directory.display().to_string()]);
        self.push([&*format!("--emit=link={place}")]);
        self.push([&*format!("--emit=dep-info={place}.d")])
    }

    /// Adds arguments.
    pub(crate) fn push<'a>(&mut self, arguments: impl IntoIterator<Item = &'a str>) -> &mut Self {
        self.arguments
            .extend(arguments.into_iter().map(str::to_owned));
        self
    }

    /// Lets the crate use a library by this name.
    pub(crate) fn library(&mut self, name: &str, path: &Path) -> &mut Self {
        self.push(["--extern", &format!("{name}={}", path.display())])
    }

    /// Where the libraries' own libraries are.
    pub(crate) fn dependencies(&mut self, library: &CheckingLibrary) -> &mut Self {
        self.push(["-L", &format!("dependency={}", library.deps.display())])
    }

    /// Lets the crate use a modelled library instead of the real one.
    pub(crate) fn modelled(&mut self, library: &CheckingLibrary, which: Library) -> &mut Self {
        let std = match which {
            Library::WithSystem => &library.std_system,
            Library::Modelled | Library::Real => &library.std,
        };
        self.library("std", std).library("core", &library.core)
    }

    /// Lets the crate use these libraries of the course.
    pub(crate) fn crates(&mut self, names: &[&str], library: &CheckingLibrary) -> &mut Self {
        for name in names {
            self.library(name, library.offered(name));
        }
        self
    }

    /// Makes locations begin with `to` where the file system says `from`; messages stay as they are.
    pub(crate) fn locations(&mut self, from: &str, to: &str) -> &mut Self {
        self.push([&*format!("--remap-path-prefix={from}={to}")])
    }

    /// Spends as little time as possible on code that runs for a moment. The [locations](Self::locations)
    /// are said after this.
    pub(crate) fn fast_codegen(&mut self, line_tables: LineTables) -> &mut Self {
        // One unit takes a quarter less work than the usual sixteen.
        self.push(["-Copt-level=0", "-Ccodegen-units=1"]);
        match line_tables {
            // Nobody debugs the programs, so that the standard library's tables only make them large.
            LineTables::None => self
                .push(["-Cdebuginfo=0", "-Cstrip=debuginfo"])
                .push(["--remap-path-scope=macro"]),
            LineTables::Kept => {
                // They have whole paths, without links. Of the prefixes that fit, the compiler takes the
                // last.
                let directory = fs::canonicalize(&self.directory);
                let directory = directory.unwrap_or_else(|_| self.directory.clone());
                let directory = directory.display().to_string();
                self.push(["-Cdebuginfo=line-tables-only"])
                    // The standard library's tables are linked as well: that they share texts takes
                    // time, and makes only a file smaller that is thrown away.
                    .push(["-Clink-arg=-Wl,-O0"])
                    .push(["--remap-path-scope=macro,debuginfo"])
                    .locations(&directory, "/")
            }
        }
    }

    /// Writes messages for people; colours are taken away later where they are not wanted.
    pub(crate) fn human(&mut self) -> &mut Self {
        self.push(["--color=always"])
    }

    /// Writes messages for a program to read.
    pub(crate) fn json(&mut self) -> &mut Self {
        self.push(["--error-format=json", "--json=diagnostic-rendered-ansi"])
    }

    /// A program of the kit's own making: what its source says is no student's business.
    pub(crate) fn program(&mut self, side: &str) -> &mut Self {
        self.push(["--crate-type=bin", "--cfg", side, "--cap-lints=allow"])
            .push(["--check-cfg", "cfg(driver)"])
            .push(["--check-cfg", "cfg(verdict)"])
    }

    /// Runs the compiler.
    pub(crate) fn run(&self) -> Result<Ended, Error> {
        let arguments = self.arguments.iter().map(OsString::from).collect();
        let launch = launches::compiler(&self.program, arguments, &self.directory);
        grader_launch::run(&launch, Vec::new()).map_err(Error::NoCompiler)
    }
}
